"""Which brackets of a stretch of text have no partner, and where the missing partner belongs.

Brackets are paired from left to right. Where that leaves an opener open at the end, the layout says which
one it is, and for any opener without a closer where it is missing, because lines are indented by what
encloses them. Balanced text is never doubted for its layout.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsp_server.syntax.brackets import Bracket
from lsp_server.syntax.tree import SyntaxTree

_MOST = 50
"""Of more openers without a closer, in one text, nobody needs to know."""

_LINE = re.compile(r"(?:\r\n|\n|\r)([ \t]*)(?=[^ \t\r\n])")


@dataclass(frozen=True, slots=True)
class Unclosed:
    """An opener without a closer; `place` is the end of the last lexeme that it should enclose."""

    opener: Bracket
    closer: str
    place: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What has no partner, in order of place."""

    unclosed: tuple[Unclosed, ...]
    unopened: tuple[Bracket, ...]


def balance(tree: SyntaxTree, brackets: Sequence[Bracket], end: int) -> Balance:
    """Pair brackets of a tree's text, in order, that stand before an offset."""
    found, left = _pair(tree, brackets, {})
    if left:
        found, left = _pair(tree, brackets, Counter(bracket.text for bracket in left))
    closers = dict(tree.language.brackets)
    unclosed = [*found.unclosed, *(_unclosed(tree, closers, opener, end) for opener in left[-_MOST:])]
    unclosed.sort(key=lambda one: (one.place, -one.opener.start))
    return Balance(tuple(unclosed), found.unopened)


def still_open(tree: SyntaxTree, brackets: Sequence[Bracket]) -> tuple[Bracket, ...]:
    """The openers that are open after some brackets, the outermost first."""
    return tuple(_pair(tree, brackets, {})[1])


def _pair(
    tree: SyntaxTree, brackets: Sequence[Bracket], doubts: Mapping[str, int]
) -> tuple[Balance, list[Bracket]]:
    """Pair brackets; the openers left at the end come second.

    `doubts` says of how many openers of a text the layout may decide that a closer, being out of line with
    them, closes one further out.
    """
    closers, doubts = dict(tree.language.brackets), dict(doubts)
    stack: list[Bracket] = []
    unclosed: list[Unclosed] = []
    unopened: list[Bracket] = []
    for bracket in brackets:
        if bracket.text in closers:
            stack.append(bracket)
            continue
        partner = next((o for o in reversed(stack) if closers[o.text] == bracket.text), None)
        if partner is None:
            unopened.append(bracket)
            continue
        if doubts.get(partner.text, 0) > 0:
            partner = _in_line(tree, bracket, [o for o in stack if o.text == partner.text]) or partner
        while (opener := stack.pop()) is not partner:
            if opener.text == partner.text:
                doubts[opener.text] -= 1
            if len(unclosed) < _MOST:
                unclosed.append(_unclosed(tree, closers, opener, bracket.start))
    return Balance(tuple(unclosed), tuple(unopened)), stack


def _unclosed(tree: SyntaxTree, closers: Mapping[str, str], opener: Bracket, end: int) -> Unclosed:
    """An opener not closed before `end`; it should enclose the lines below that are further in."""
    indent = _line_indent(tree, opener.start)
    for line in _LINE.finditer(tree.text, opener.end, end):
        if len(line[1]) <= indent and line.end() < end and _begins_lexeme(tree, line.end()):
            return Unclosed(opener, closers[opener.text], tree.end_before(line.end()))
    return Unclosed(opener, closers[opener.text], tree.end_before(end))


def _begins_lexeme(tree: SyntaxTree, offset: int) -> bool:
    """Whether one begins at an offset; text that goes over several lines is none here."""
    lexeme = tree.lexeme_at(offset)
    return lexeme is not None and "\n" not in tree.text[lexeme.start : lexeme.end]


def _in_line(tree: SyntaxTree, closer: Bracket, openers: Sequence[Bracket]) -> Bracket | None:
    """The opener on a line as far in as a closer that is the first on its own and stands left of the last."""
    indent = _line_indent(tree, closer.start)
    if not _begins_line(tree, closer.start) or _line_indent(tree, openers[-1].start) <= indent:
        return None
    return next((o for o in reversed(openers) if _line_indent(tree, o.start) == indent), None)


def _line_indent(tree: SyntaxTree, offset: int) -> int:
    """How far in the line that holds an offset is."""
    line = tree.lines.line_of(offset)
    text = tree.text[tree.lines.start_of(line) : tree.lines.end_of(line)]
    return len(text) - len(text.lstrip(" \t"))


def _begins_line(tree: SyntaxTree, offset: int) -> bool:
    return not tree.text[tree.lines.start_of(tree.lines.line_of(offset)) : offset].strip(" \t")
