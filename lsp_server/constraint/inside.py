"""Where the reading of a long element may begin inside it: at a line like one that has been read.

Where the stack before a line is what it was before an earlier one, equally indented, whatever stands between
two such lines is whole elements of some repetition. At each line of that kind farther on, with none between
that is indented less, the stack should be that one. The layout only suggests it: whether the two lines do
stand in one node, in the same way, has to be asked of the tree. It knows texts, lexemes and stacks, and no
tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import Lexeme
from lsp_server.lalr.table import Stack

HEAD = 3_000
"""So many characters of an element are read to find such lines."""

_ENOUGH = 3
_LINES = 12
_CLOSERS = ")]}"


@dataclass(frozen=True, slots=True)
class Beat:
    """A line's first lexeme, what it is indented by, and the stack before it, which was the same before."""

    offset: int
    indent: str
    stack: Stack


def beats(grammar: Grammar, lexemes: Sequence[Lexeme], stacks: Sequence[Stack], text: str) -> list[Beat]:
    """The lines before which a stack comes again, the most indented first, each kind of line once.

    It comes again only if no line between is indented less: the first lines of two blocks are no elements of
    one repetition.

    Args:
        grammar: the language.
        lexemes: what was read.
        stacks: `stacks[i]` is the stack before lexeme number i, there is one more.
        text: the document.

    """
    seen: dict[tuple[str, tuple[int, ...]], int] = {}
    found: dict[tuple[str, tuple[int, ...]], Beat] = {}
    for lexeme, after in zip(lexemes, stacks[1:], strict=True):
        indent = text[text.rfind("\n", 0, lexeme.start) + 1 : lexeme.start]
        before = after.below
        if before is None or indent.strip(" \t") or grammar.modes[before.state] != CODE:
            continue
        key = indent, before.states()
        if key in seen and before.tag is None and _is_level(text, indent, seen[key], lexeme.start):
            found.setdefault(key, Beat(lexeme.start, indent, before))
        seen[key] = lexeme.start
    return sorted(found.values(), key=lambda beat: -len(beat.indent))


def lines_like(beat: Beat, text: str, limit: int) -> Iterator[int]:
    """Where lines like one begin, the last of them that are some lines before a limit, from back to front."""
    if not _is_level(text, beat.indent, beat.offset, limit):
        return
    place, count = limit, 0
    while count < _LINES and (place := text.rfind("\n" + beat.indent, beat.offset, place)) >= 0:
        start = place + 1 + len(beat.indent)
        first = text[start : start + 1]
        if start < limit and first.strip() and first not in _CLOSERS:
            count += 1
            if count >= _ENOUGH:
                yield start


def _is_level(text: str, indent: str, start: int, end: int) -> bool:
    """Whether no line that begins in a stretch of text is indented less."""
    return not indent or not _indented_less(len(indent)).search(text, start, end)


@cache
def _indented_less(width: int) -> re.Pattern[str]:
    return re.compile(rf"\n[ \t]{{0,{width - 1}}}[^\s]")
