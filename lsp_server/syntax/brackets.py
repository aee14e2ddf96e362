"""Finds the brackets of a text, those outside of strings and comments, also where the parser gave up.

Brackets are nodes of the tree, but the parser leaves no node for some of what it skips in an ERROR. Such
gaps are read by rule of thumb: comments as the bundle says, strings between quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.languages import Language
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Parsed

_STRING = r'"""(?s:.*?)"""|"(?:\\.|[^"\\\r\n])*"'


@dataclass(frozen=True, slots=True)
class Bracket:
    """A lexeme that opens or closes, outside of strings and comments."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset just beyond."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Signs:
    """The brackets of a lexeme: the first may close something, and the last open something."""

    closes: str = ""
    opens: str = ""

    def within(self, text: str) -> Iterator[tuple[int, str]]:
        """Where they stand in its text, and which they are."""
        if self.closes:
            yield text.index(self.closes), self.closes
        if self.opens:
            yield text.rindex(self.opens), self.opens


def loose_brackets(
    parsed: Parsed, pairs: Iterable[tuple[str, str]], start: int, end: int
) -> Iterator[tuple[int, str]]:
    """Place and text of the brackets in a range that are in no sound node which has as many of each kind.

    A node may be of one bracket alone.
    """
    text, at = parsed.text, parsed.offset_at
    pending = [parsed.members.touching(start, end)]
    while pending:
        node = next(pending[-1], None)
        if node is None:
            pending.pop()
        elif node.end_byte > start and node.start_byte < end:
            if node.child_count:
                first, last = node.start_byte, node.end_byte
                inside = start <= first and last <= end and not node.has_error
                if not inside or not _even(pairs, text[at(first) : at(last)]):
                    pending.append(iter(node.children))
            else:
                yield from ((place, sign) for place, sign in parsed.signs(node) if start <= place < end)


def _even(pairs: Iterable[tuple[str, str]], text: str) -> bool:
    return all(text.count(opener) == text.count(closer) for opener, closer in pairs)


def gaps(error: Node) -> Iterator[tuple[int, int]]:
    """The ranges of bytes in an ERROR that no child of it covers."""
    byte = error.start_byte
    for child in error.children:
        if child.start_byte > byte:
            yield byte, child.start_byte
        byte = child.end_byte
    if error.end_byte > byte:
        yield byte, error.end_byte


def brackets_in(language: Language, text: str, start: int, end: int) -> Iterator[Bracket]:
    """The brackets in a gap, by rule of thumb."""
    for match in _pattern(language).finditer(text, start, end):
        if match["bracket"]:
            yield Bracket(match.start(), match[0])


@lru_cache(maxsize=64)
def _pattern(language: Language) -> re.Pattern[str]:
    blocks = [f"{re.escape(o)}(?s:.*?){re.escape(c)}" for o, c in language.comment.block]
    lines = [rf"{re.escape(opener)}[^\r\n]*" for opener in language.comment.line]
    brackets = sorted({b for pair in language.brackets for b in pair}, key=len, reverse=True)
    return re.compile(
        "|".join([*blocks, *lines, _STRING, f"(?P<bracket>{'|'.join(map(re.escape, brackets))})"])
    )
