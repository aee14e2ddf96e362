"""The top-level elements of a tree one by one: what a query finds in one may be kept until it is edited.

All places in a part count from its own start: where something is inserted above it, nothing in it changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.languages import Language
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

    __slots__ = ("_language", "_member", "_parsed", "key", "start", "text")

    def __init__(self, language: Language, parsed: Parsed, member: Member) -> None:
        self._language = language
        self._parsed = parsed
        self._member = member
        self.start = parsed.offset_at(member.start)
        self.text = text = parsed.text[self.start : parsed.offset_at(member.end)]
        self.key: PartKey | None = None if member.broken else (member.node.type, text)

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.text)

    def matches(self, query: str, span: Span | None = None) -> Sequence[Match]:
        """What a query of the bundle finds in it, or touching a span; nothing if there is no such query.

        Raises:
            BundleError: the query is wrong.

        """
        compiled, member = load_query(self._language, query), self._member
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
