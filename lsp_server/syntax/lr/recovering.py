"""Goes on after a syntax error, so that no more is lost than a small region around it.

Tried in this order, and taken as soon as the next lexemes fit: to put in a terminal, or closing brackets; to
begin the line anew in a list that is open around it; to leave out lexemes, one more each time, and go on as
before or in an open list, of which everything that is unfinished is then given up (panic mode: Aho, Sethi and
Ullman, Compilers, 4.8). What is done depends on the stack and on the text from there on, so that it is
the same in a tree that is made from another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lsp_server.lalr import END, Stack
from lsp_server.lalr.lexing import NOTHING as NO_TERMINAL
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.nodes import ERROR, Green, Kind
from lsp_server.syntax.lr.scanning import Reading, Scan
from lsp_server.syntax.lr.stack import NOTHING, Entry, Run

_AHEAD = 3
"""Who fits so many lexemes fits."""

_CLOSERS = 6
_FEW = 32
_LISTS = 6
_DEPTH = 5_000
_SIGN = Kind("", named=False)
_WORD = re.compile(r"\w+|(?s:(.)\1*)")
_LINE = re.compile(r"(?s:.)[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: the stack, what stands before the next lexeme, and where the last ended."""

    top: Entry
    extras: tuple[Green, ...]
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class _List:
    """The stack between two elements of an open list.

    As much of the stack as is `kept` deep stays. `column` is that of an element which begins a line.
    """

    top: Entry
    kept: int
    column: int | None


def recover(builder: Builder, scan: Scan, at: Place, line: Place | None, failed: Reading) -> Place | None:
    """The place at which to go on after a lexeme that does not fit; None if nothing fits up to the end.

    `line` is where the first lexeme of the same line was read, if that may be done anew.
    """
    return _Recovery(builder, scan, failed.start).place(at, line, failed)


class _Recovery:
    def __init__(self, builder: Builder, scan: Scan, error: int) -> None:
        self._builder = builder
        self._grammar = builder.grammar
        self._scan = scan
        self._text = scan.text
        self._error = error
        self._known: dict[tuple[int, str | None, int], Reading] = {}

    def place(self, at: Place, line: Place | None, failed: Reading) -> Place | None:
        found = self._put_in(at, failed) or self._close(at)
        if found is None and line is not None:
            begin = self._next(line.top, line.offset)
            found = self._close(line) or self._in_list(line, begin, self._lists(line.top), [])
        return found or self._left_out(at, failed)

    def _put_in(self, at: Place, failed: Reading) -> Place | None:
        """Put in a terminal after which the same lexeme is read, and fits."""
        shift = self._grammar.table.shift
        for terminal in self._builder.puts(at.top.state, failed.terminal):
            stack = shift(at.top, terminal)
            if stack is None:
                continue
            reading = self._next(stack, at.offset)
            same = failed.terminal == NO_TERMINAL or reading.end == failed.end
            if same and reading.start == failed.start and self._fits(stack, at.offset):
                return self._with(at, terminal)
        return None

    def _close(self, at: Place) -> Place | None:
        """Put in closing brackets, as many as it takes."""
        for _ in range(_CLOSERS):
            row = self._builder.actions[at.top.state]
            closers = (name for name in self._builder.closers if name in row)
            found = next(filter(None, (self._with(at, name) for name in closers)), None)
            if found is None:
                return None
            at = found
            if self._fits(at.top, at.offset):
                return at
        return None

    def _with(self, at: Place, terminal: str) -> Place | None:
        """The place after a terminal that is put in."""
        leaf = Green(self._builder.missing[terminal], at.end, at.end, (), True)
        top = self._builder.advanced(at.top, terminal, leaf, at.extras, at.end)
        return None if top is None else Place(top, (), at.offset, at.end)

    def _left_out(self, at: Place, failed: Reading) -> Place | None:
        """Leave out lexemes until one fits, in the order of the text."""
        same = _List(at.top, at.top.depth, None)
        lists, spans = self._lists(at.top), self._spans_lines(at.top)
        skipped: list[Green] = []
        reading, crossed = failed, False
        while True:
            if (found := self._in_list(at, reading, lists, skipped)) is not None:
                return found
            if reading.terminal == END:
                return None
            skipped += [*reading.extras, self._leaf(reading)]
            end = skipped[-1].end
            reading = self._any(at.top, lists, end, spans)
            crossed = crossed or "\n" in self._text[skipped[-1].start : reading.start]
            if spans or not crossed:
                if self._fits(at.top, reading.start):
                    return self._given_up(at, same, skipped)
                few = len(skipped) < _FEW and reading.terminal in self._builder.closers
                if few or reading.terminal == END:
                    found = self._given_up(at, same, skipped)
                    if found is not None and (closed := self._close(found)) is not None:
                        return closed

    def _in_list(
        self, at: Place, reading: Reading, lists: Sequence[_List], skipped: Sequence[Green]
    ) -> Place | None:
        """Go on in a list; where a lexeme begins a line, best in one whose elements are as far in."""
        start = reading.start
        column = self._column(start)
        if column is not None:
            lists = sorted(lists, key=lambda each: each.column != column)
        for each in lists:
            if self._fits(each.top, start):
                found = self._given_up(at, each, skipped)
                if found is not None:
                    return found
        return None

    def _given_up(self, at: Place, on: _List, skipped: Sequence[Green]) -> Place | None:
        """Go on in a list: what was read since, and what was left out, is one error; None if it is empty."""
        parts = (*at.top.parts_above(on.kept), *at.extras, *skipped)
        lead = tuple(takewhile(lambda part: part.kind.extra and not part.kind.error, parts))
        children = tuple(part for part in parts[len(lead) :] if part.kind is not _SIGN)
        rest = parts[len(lead) :]
        if not rest:
            return None
        error = Green(ERROR, rest[0].start, max(rest[0].start, *(part.end for part in rest)), children, True)
        offset = skipped[-1].end if skipped else at.offset
        return Place(on.top, (*lead, error), offset, max(at.end, error.end))

    def _lists(self, top: Entry) -> list[_List]:
        """Some lists that are open, the innermost first; and the outermost."""
        found: list[_List] = []
        above: Entry | None = None
        entry: Entry | None = top
        outermost: list[_List] = []
        while entry is not None and top.depth - entry.depth < _DEPTH:
            states = self._grammar.table.lists_from(entry.state)
            if states:
                outermost = [self._list(state, entry, above) for state in states]
                if len(found) < _LISTS:
                    found += outermost
            above, entry = entry, entry.below
        return [*found, *(each for each in outermost if each not in found)]

    def _list(self, state: int, below: Entry, above: Entry | None) -> _List:
        if above is None or above.state != state:
            return _List(Entry(state, below, below.tag, NOTHING, (), below.lines), below.depth, None)
        value = above.value
        while isinstance(value, Run) and value.parts:
            value = value.parts[-1]
        column = self._column(value.start) if isinstance(value, Green) else None
        return _List(above, above.depth, 0 if value is NOTHING else column)

    def _column(self, start: int) -> int | None:
        """How far in a place is that begins a line; None where something stands before it."""
        line = self._text.rfind("\n", 0, start) + 1
        return None if self._text[line:start].strip() else start - line

    def _fits(self, stack: Stack, offset: int) -> bool:
        """Whether what comes fits after a stack, and more of it than before."""
        read, passed = 0, 0
        while read < _AHEAD or not passed:
            reading = self._next(stack, offset)
            if reading.terminal == END:
                return passed > 0 or self._grammar.completes(stack)
            if reading.terminal == NO_TERMINAL:
                return False
            after = self._grammar.shift(stack, reading.terminal, self._text, reading.start, reading.end)
            if after is None:
                return False
            stack, offset = after, reading.end
            read += 1
            passed += reading.start >= self._error
        return True

    def _spans_lines(self, top: Entry) -> bool:
        """Whether a line may end on a stack: in a string that is never closed it may not."""
        return self._grammar.scanner_at(top).match("\n", 0) is not None

    def _next(self, stack: Stack, offset: int) -> Reading:
        key = stack.state, stack.tag, offset
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._scan.next(stack, offset)
        return found

    def _any(self, top: Entry, lists: Sequence[_List], offset: int, spans: bool) -> Reading:
        """The next lexeme that is to be left out, as it is read after any stack that there is."""
        own = self._next(top, offset)
        if own.terminal != NO_TERMINAL and (spans or "\n" not in self._text[offset : own.end]):
            return own
        readings = (self._next(each.top, offset) for each in lists)
        return next((found for found in readings if found.terminal != NO_TERMINAL), own)

    def _leaf(self, reading: Reading) -> Green:
        """What is left of a lexeme in an error; of what is none, only the place.

        That is a word, or a sign as often as it stands there; of what is begun and never ends, the line.
        """
        if reading.terminal == NO_TERMINAL:
            unclosed = reading.reach > len(self._text)
            word = (_LINE if unclosed else _WORD).match(self._text, reading.start)
            assert word is not None
            return Green(_SIGN, word.start(), word.end(), (), True)
        return Green(self._builder.leaves[reading.terminal], reading.start, reading.end, (), False)
