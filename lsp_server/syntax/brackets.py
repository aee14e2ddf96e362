"""Finds the brackets of a text, those outside of strings and comments, also where the parser gave up.

Brackets are nodes of the tree, but the parser leaves no node for some of what it skips in an ERROR. Such
gaps are read by rule of thumb: comments as the bundle says, strings between quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter

from lsp_server.languages import Language

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


def nodes_in(
    query: tree_sitter.Query, root: tree_sitter.Node, start: int, end: int
) -> Iterator[tuple[int, str]]:
    """Start byte and text of the bracket nodes in a range of bytes, in no order."""
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(start, end)
    for node in cursor.captures(root).get("bracket", []):
        if not node.is_missing and node.start_byte >= start:
            yield node.start_byte, node.type


def gaps(error: tree_sitter.Node) -> Iterator[tuple[int, int]]:
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
