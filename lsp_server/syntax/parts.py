"""The top-level elements of a tree one by one: what a query finds in one may be kept until it is edited.

All places in a part count from its own start: where something is inserted above it, nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.languages import Language
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Member, Parsed
from lsp_server.syntax.queries import Capture, Match, load_query
from lsp_server.text import Span

PartKey = tuple[str, str]
"""Of parts with the same key, a query finds the same."""


class Part:
    """A top-level element, or a stretch of stray text. It is never changed; thousands are made at an edit.

    Attributes:
        start: its offset in the text.
        text: what it spans.
        key: its kind and its text; None where there is an error in it, as what is around it then counts.

    """

    __slots__ = ("_first", "_language", "_member", "_parsed", "key", "start", "text")

    def __init__(
        self,
        language: Language,
        parsed: Parsed,
        start: int,
        text: str,
        key: PartKey | None,
        member: Member | None = None,
        first: int | None = None,
    ) -> None:
        self._language = language
        self._parsed = parsed
        self._member = member
        self._first = first
        self.start = start
        self.text = text
        self.key = key

    @property
    def member(self) -> Member:
        """What it is in the tree, whose places are bytes; of one that was taken over, found on first use."""
        if self._member is None:
            self._member = next(self._parsed.members.since(self._parsed.byte_at(self.start)))
        return self._member

    def taken_over(self, parsed: Parsed, moved: int) -> Part:
        """The same in the tree of the text after an edit elsewhere, so many characters farther on."""
        return Part(self._language, parsed, self.start + moved, self.text, self.key, None, self._first)

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.text)

    @property
    def first_lexeme(self) -> Span | None:
        """The lexeme that it begins with, as the parser read it; None if it does with something else."""
        if self._first is None:
            lexeme = lexeme_in(self._parsed, self.member.node, self.start)
            self._first = -1 if lexeme is None else lexeme.end - lexeme.start
        return None if self._first < 0 else Span(self.start, self.start + self._first)

    def matches(self, query: str, span: Span | None = None) -> Sequence[Match]:
        """What a query of the bundle finds in it, or touching a span; nothing if there is no such query.

        Raises:
            BundleError: the query is wrong.

        """
        compiled, member = load_query(self._language, query), self.member
        if compiled is None:
            return ()
        at, start = self._parsed.offset_at, self.start
        first, last = member.start, member.end
        if span is not None:
            first, last = (self._parsed.byte_at(start + place) for place in (span.start, span.end))
        return [
            Match(
                pattern,
                tuple(
                    Capture(name, Span(at(node.start_byte) - start, at(node.end_byte) - start), node.type)
                    for name, node in nodes
                ),
                compiled.settings(pattern),
            )
            for pattern, nodes in compiled.matches(member.node, self._parsed.text, first, last)
        ]


def part_of(language: Language, parsed: Parsed, member: Member) -> Part:
    """The part that a member of a tree is."""
    start = parsed.offset_at(member.start)
    text = parsed.text[start : parsed.offset_at(member.end)]
    return Part(language, parsed, start, text, None if member.broken else (member.node.type, text), member)


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
