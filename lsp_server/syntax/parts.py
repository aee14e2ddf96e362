"""The top-level elements of a tree one by one: what a query finds in one may be kept until it is edited.

All places in a part count from its own start: where something is inserted above it, nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat

from lsp_server.languages import Language
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Member, Parsed, Query
from lsp_server.syntax.queries import Capture, Match, load_query
from lsp_server.text import Span

PartKey = tuple[str, str]
"""Of parts with the same key, a query finds the same."""

Reader = Callable[[str], int | None]
"""Tells where it rejects a text; None if it does not."""


class Element:
    """What a part is wherever it stands: the versions of a text that have it in common share it.

    Attributes:
        text: what it spans.
        key: its kind and its text; None where there is an error in it, as what is around it then counts.
        first: how long the lexeme is that it begins with, -1 if it does with none, None where unknown.

    """

    __slots__ = ("_read", "first", "key", "text")

    def __init__(self, text: str, key: PartKey | None) -> None:
        self.text = text
        self.key = key
        self.first: int | None = None
        self._read: tuple[str, int | None] | None = None

    def rejected(self, after: str, reader: Reader) -> int | None:
        """Where a reader rejects it with a text after it, counted from its start; None if it does not.

        What was said last is remembered, so that it must always be a reader that says the same.
        """
        read = self._read
        if read is None or read[0] != after:
            self._read = read = after, reader(self.text + after)
        return read[1]


class Part:
    """A top-level element at its place in a text, or a stretch of stray text."""

    __slots__ = ("_number", "_parts")

    def __init__(self, parts: Parts, number: int) -> None:
        self._parts = parts
        self._number = number

    @property
    def start(self) -> int:
        """Its offset in the text."""
        return self._parts.starts[self._number]

    @property
    def text(self) -> str:
        """What it spans."""
        return self._parts.elements[self._number].text

    @property
    def key(self) -> PartKey | None:
        """Its kind and its text; None where there is an error in it, as what is around it then counts."""
        return self._parts.elements[self._number].key

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.text)

    @property
    def member(self) -> Member:
        """What it is in the tree, whose places are bytes."""
        return self._parts.member(self._number)

    @property
    def first_lexeme(self) -> Span | None:
        """The lexeme that it begins with, as the parser read it; None if it does with something else."""
        element, start = self._parts.elements[self._number], self.start
        if element.first is None:
            lexeme = lexeme_in(self._parts.parsed, self.member.node, start)
            element.first = -1 if lexeme is None else lexeme.end - lexeme.start
        return None if element.first < 0 else Span(start, start + element.first)

    def matches(self, query: str, span: Span | None = None) -> Sequence[Match]:
        """What a query of the bundle finds in it, or touching a span; nothing if there is no such query.

        Raises:
            BundleError: the query is wrong.

        """
        parsed, start = self._parts.parsed, self.start
        compiled, member = load_query(self._parts.language, query), self.member
        if compiled is None:
            return ()
        first, last = member.start, member.end
        if span is not None:
            first, last = (parsed.byte_at(start + place) for place in (span.start, span.end))
        return matches_of(parsed, compiled, compiled.matches(member.node, parsed.text, first, last), start)


class Parts:
    """All parts of one text, in order: where each begins, and what it is.

    There may be thousands at each key, so that they are kept as columns, and a `Part` is made when it is
    asked for.

    Args:
        language: of the text.
        parsed: the text.
        starts: the offset of each part.
        elements: what each is.
        members: what each is in the tree, as far as that is known; the others are found on first use.

    """

    __slots__ = ("_members", "elements", "language", "parsed", "starts")

    def __init__(
        self,
        language: Language,
        parsed: Parsed,
        starts: Sequence[int],
        elements: Sequence[Element],
        members: list[Member | None],
    ) -> None:
        self.language = language
        self.parsed = parsed
        self.starts = starts
        self.elements = elements
        self._members = members

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> Part:
        size = len(self.starts)
        if not -size <= number < size:
            raise IndexError(number)
        return Part(self, number % size)

    def __iter__(self) -> Iterator[Part]:
        return map(Part, repeat(self), range(len(self.starts)))

    def end(self, number: int) -> int:
        """The offset at which a part ends."""
        return self.starts[number] + len(self.elements[number].text)

    def member(self, number: int) -> Member:
        """What a part is in the tree, whose places are bytes."""
        found = self._members[number]
        if found is None:
            found = next(self.parsed.members.since(self.parsed.byte_at(self.starts[number])))
            self._members[number] = found
        return found


def matches_of(
    parsed: Parsed, query: Query, found: Iterable[tuple[int, Iterable[tuple[str, Node]]]], start: int = 0
) -> tuple[Match, ...]:
    """What a query finds in a text, in offsets from a start on."""
    at = parsed.offset_at
    return tuple(
        Match(
            pattern,
            tuple(
                Capture(name, Span(at(n.start_byte) - start, at(n.end_byte) - start), n.type)
                for name, n in nodes
            ),
            query.settings(pattern),
        )
        for pattern, nodes in found
    )


def parts_of(language: Language, parsed: Parsed, members: Sequence[Member]) -> Parts:
    """The parts of a text that some members of its tree are."""
    starts = [parsed.offset_at(member.start) for member in members]
    elements = [element_of(parsed, member) for member in members]
    return Parts(language, parsed, starts, elements, [*members])


def element_of(parsed: Parsed, member: Member) -> Element:
    """The element that a member of a tree is."""
    text = parsed.text[parsed.offset_at(member.start) : parsed.offset_at(member.end)]
    return Element(text, None if member.broken else (member.node.type, text))


def lexeme_in(parsed: Parsed, node: Node, offset: int) -> Span | None:
    """The lexeme of a node that begins at an offset, as the parser read it; None if none does, or a comment.

    A character that the parser could not use is a lexeme of its own.
    """
    byte = parsed.byte_at(offset)
    leaf = node.descendant_for_byte_range(byte, byte + 1)
    if leaf is None or offset >= len(parsed.text):
        return None
    if leaf.is_error:
        return Span(offset, offset + 1)
    if leaf.child_count or leaf.is_extra or leaf.start_byte != byte:
        return None
    return Span(offset, parsed.offset_at(leaf.end_byte))
