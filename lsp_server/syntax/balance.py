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

from lsp_server.syntax.brackets import Bracket, indent_at
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
    stack = _Stack(tree, closers, layout=bool(doubts))
    unclosed: list[Unclosed] = []
    unopened: list[Bracket] = []
    for bracket in brackets:
        if bracket.text in closers:
            stack.push(bracket)
            continue
        place = stack.last(bracket.text)
        if place is None:
            unopened.append(bracket)
            continue
        text = stack.opened[place].text
        if doubts.get(text, 0) > 0:
            place = stack.in_line(bracket, place)
        partner = stack.opened[place]
        while (opener := stack.pop()) is not partner:
            if opener.text == text:
                doubts[text] -= 1
            if len(unclosed) < _MOST:
                unclosed.append(_unclosed(tree, closers, opener, bracket.start))
    return Balance(tuple(unclosed), tuple(unopened)), stack.opened


class _Stack:
    """Openers, the outermost first; the one that a closer may close is found without passing the others.

    Those with the same `layout` are told apart only if that is asked for.
    """

    def __init__(self, tree: SyntaxTree, closers: Mapping[str, str], *, layout: bool) -> None:
        self.opened: list[Bracket] = []
        self._tree = tree
        self._closers = closers
        self._layout = layout
        self._places: dict[str, list[int]] = {}
        self._columns: dict[tuple[str, int], list[int]] = {}

    def push(self, opener: Bracket) -> None:
        for places in self._of(opener):
            places.append(len(self.opened))
        self.opened.append(opener)

    def pop(self) -> Bracket:
        opener = self.opened.pop()
        for places in self._of(opener):
            places.pop()
        return opener

    def _of(self, opener: Bracket) -> tuple[list[int], ...]:
        places = self._places.setdefault(self._closers[opener.text], [])
        if not self._layout:
            return (places,)
        column = opener.text, _line_indent(self._tree, opener.start)
        return places, self._columns.setdefault(column, [])

    def last(self, closer: str) -> int | None:
        """The place of the innermost opener that a closer could close."""
        places = self._places.get(closer)
        return places[-1] if places else None

    def in_line(self, closer: Bracket, last: int) -> int:
        """The place of the opener that a closer of the `last` one is meant for, as far as the layout tells.

        That is one on a line as far in as the closer, if that is the first on its own line and stands left of
        the last.
        """
        opener, indent = self.opened[last], _line_indent(self._tree, closer.start)
        begins_line = self._tree.lines.start_of(self._tree.lines.line_of(closer.start)) + indent
        if closer.start != begins_line or _line_indent(self._tree, opener.start) <= indent:
            return last
        places = self._columns.get((opener.text, indent))
        return places[-1] if places else last


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


def _line_indent(tree: SyntaxTree, offset: int) -> int:
    return indent_at(tree.text, tree.lines, offset)
