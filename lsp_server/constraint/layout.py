"""What the layout of a text says about a parser's stack: lines are indented as deep as brackets are open.

Nothing depends on it where a text is valid. After an error it tells which of several readings is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.lexing import NOTHING, Lexeme
from lsp_server.lalr.table import Stack

_LONGEST = 4
_CONTENT = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)*([ \t]*)(?=[^\s])")


@dataclass(frozen=True, slots=True)
class Bracket:
    """An open bracket: how far its line is indented, and the first line after it.

    `line` is -1 and `content` None where that is unknown.
    """

    line: int
    content: int | None

    @property
    def trusted(self) -> bool:
        """Whether what it holds is indented, as far as is known."""
        return self.content is None or self.content > self.line


class Layout:
    """The layout of a text up to a cursor. It learns of the brackets as they are read."""

    def __init__(self, grammar: Grammar, text: str, cursor: int, anchor: int) -> None:
        self._text = text
        self._cursor = cursor
        self._margin = self.indent(anchor)
        self._closers = {closer for _, closer in grammar.language.brackets}
        self._kinds = _kinds(grammar)
        self._opened: dict[tuple[int, int], tuple[Bracket, Stack]] = {}
        self._of: dict[int, tuple[tuple[Bracket, ...], Stack]] = {}

    def indent(self, offset: int) -> int:
        """How far the line that holds an offset is indented, in characters."""
        line = self._text.rfind("\n", 0, offset) + 1
        end = line
        while end < len(self._text) and self._text[end] in " \t":
            end += 1
        return end - line

    def learn(self, lexemes: Sequence[Lexeme], stacks: Sequence[Stack]) -> None:
        """Take in lexemes; `stacks[i + 1]` is the stack after number i."""
        opens = self._kinds.opens
        for lexeme, after in zip(lexemes, stacks[1:], strict=False):
            if opens[after.state] or lexeme.terminal == NOTHING:
                self.read(lexeme, after)

    def read(self, lexeme: Lexeme, after: Stack) -> None:
        """Take in a lexeme, and the stack after it."""
        if lexeme.terminal == NOTHING:
            self.supply(after, lexeme.start)
        elif self._kinds.opens[after.state]:
            self._opened[after.depth, id(after.below)] = (self._bracket(lexeme.start, lexeme.end), after)

    def supply(self, stack: Stack, offset: int) -> Bracket | None:
        """Take in that brackets of a stack which are not known were left out of the text at an offset.

        The outermost of them is returned.
        """
        found = None
        node: Stack | None = stack
        while node is not None:
            if self._kinds.opens[node.state] and (node.depth, id(node.below)) not in self._opened:
                found = self._bracket(max(offset - 1, 0), offset)
                self._opened[node.depth, id(node.below)] = (found, node)
            node = node.below
        return found

    def brackets(self, stack: Stack) -> tuple[Bracket, ...]:
        """The brackets that are open on a stack, the outermost first."""
        pending = []
        node: Stack | None = stack
        while node is not None and id(node) not in self._of:
            pending.append(node)
            node = node.below
        found = () if node is None else self._of[id(node)][0]
        for node in reversed(pending):
            if self._kinds.opens[node.state]:
                known = self._opened.get((node.depth, id(node.below)))
                found = (*found, Bracket(-1, None) if known is None else known[0])
            elif self._kinds.closes[node.state]:
                found = found[:-1]
            self._of[id(node)] = (found, node)
        return found

    def doubts(self, lexeme: Lexeme, after: Stack, mended: bool, left_out: int) -> int | None:
        """How many brackets too many or too few are open; None if a lexeme is not the first of its line.

        Before one that is `mended` something was put in, so that it need not begin an element to be one.
        What stands from `left_out` on, up to the lexeme, is not looked at.
        """
        line = self._text.rfind("\n", 0, lexeme.start) + 1
        start = left_out if line <= left_out < lexeme.start else lexeme.start
        if self._text[line:start].strip() or self._text[lexeme.start] in "\r\n":
            return None
        place = start - line
        word = self._text[lexeme.start : lexeme.end]
        below = after.below
        assert below is not None
        opened = self.brackets(below)
        if word in self._closers:
            return int(bool(opened) and opened[-1].line not in (-1, place))
        deep = _too_deep(opened, place)
        content = opened[-1].content if opened else self._margin
        if content is None:
            return deep
        shallow = place > content + 1 if mended else place > content and self._begins(below)
        return deep + shallow

    def _begins(self, below: Stack) -> bool:
        """Whether an element of the text, or of the innermost bracket, begins on a stack."""
        node = below
        while node.below is not None and self._kinds.lists[node.state]:
            node = node.below
        nodes = (node,) if node.below is None else (node, node.below)
        return node.below is None or any(self._kinds.opens[node.state] for node in nodes)

    def _bracket(self, start: int, end: int) -> Bracket:
        found = _CONTENT.match(self._text, end, self._cursor)
        content = None
        if found is not None and self._text[found.end() : found.end() + 1] not in self._closers:
            content = len(found[1])
        return Bracket(self.indent(start), content)


def _too_deep(opened: Sequence[Bracket], place: int) -> int:
    """How many open brackets should be closed before a line that is indented so far.

    What is farther out than the contents of an inner bracket, by the layout, tells nothing there.
    """
    count, farthest = 0, 1 << 30
    for bracket in reversed(opened):
        farthest = farthest if bracket.content is None else min(farthest, bracket.content)
        count += place <= bracket.line < farthest
    return count


def leads_inward(line: str, below: str) -> bool:
    """Whether the first line below that is not blank is indented farther than a line."""
    following = next((other for other in below.splitlines() if other.strip()), "")
    return _indent(following) > _indent(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def open_brackets(grammar: Grammar, stack: Stack) -> int:
    """How many brackets are open on a stack."""
    kinds, count = _kinds(grammar), 0
    for state in stack.states():
        count = count + 1 if kinds.opens[state] else max(0, count - kinds.closes[state])
    return count


def innermost_bracket(grammar: Grammar, stack: Stack, within: Stack) -> int:
    """The depth of the innermost bracket that is open on a stack and on another one; 0 if none is."""
    kinds = _kinds(grammar)
    opened: list[int] = []
    for depth, state in enumerate(stack.states()[: stack.shared_with(within) + 1]):
        if kinds.opens[state]:
            opened.append(depth)
        elif kinds.closes[state] and opened:
            opened.pop()
    return opened[-1] if opened else 0


def bracket_states(grammar: Grammar) -> Sequence[bool]:
    """By state, whether what leads to it opens a bracket."""
    return _kinds(grammar).opens


def bracket_kinds(grammar: Grammar) -> tuple[Sequence[bool], Sequence[bool]]:
    """By state, whether what leads to it opens a bracket, and whether it closes one."""
    kinds = _kinds(grammar)
    return kinds.opens, kinds.closes


@dataclass(frozen=True, slots=True)
class _Kinds:
    """By state, whether the symbol that leads to it opens a bracket, closes one, or is a list."""

    opens: tuple[bool, ...]
    closes: tuple[bool, ...]
    lists: tuple[bool, ...]


@lru_cache(maxsize=64)
def _kinds(grammar: Grammar) -> _Kinds:
    table, pairs = grammar.table, grammar.language.brackets
    opening = closing = 0
    for name, terminal in grammar.terminals.items():
        if name in table.bits:
            opening |= table.bits[name] * any(_has(terminal, opener) for opener, _ in pairs)
            closing |= table.bits[name] * any(_has(terminal, closer) for _, closer in pairs)
    occurring = table.bits | table.occurring
    leading = (items[0] for items in table.kernels.all())
    symbols = [item.rule.expansion[item.dot - 1] if item.dot else "" for item in leading]
    masks = [occurring.get(symbol, 0) for symbol in symbols]
    return _Kinds(
        tuple(bool(mask & opening) and not mask & closing for mask in masks),
        tuple(bool(mask & closing) and not mask & opening for mask in masks),
        tuple(symbol in table.lists for symbol in symbols),
    )


def _has(terminal: Terminal, bracket: str) -> bool:
    """Whether a terminal is a bracket, perhaps with a sign of its own as in `${`."""
    if terminal.word is not None:
        return bracket in terminal.word
    longest = -terminal.order[1]
    return longest <= _LONGEST and re.escape(bracket) in terminal.pattern
