"""Reads a text lexeme by lexeme and makes the tree of it, segment by segment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from lsp_server.lalr import END
from lsp_server.lalr.indenting import Blocks
from lsp_server.lalr.lines import Lines
from lsp_server.syntax.lr.building import Builder, Step
from lsp_server.syntax.lr.nodes import ERROR, Green, Kind, Segment
from lsp_server.syntax.lr.recovering import Place, recover
from lsp_server.syntax.lr.scanning import Reading, Scan
from lsp_server.syntax.lr.stack import NOTHING, Entry, Run, flat

_BACK = 12
"""After so many lexemes in a line it is not begun anew."""


class Reader:
    """Reads one text, from a place where nothing is open but the root's list, or from the start.

    Whatever was read before that place, it goes on from there in the same way: what it does depends on the
    stack and the text alone.
    """

    def __init__(self, builder: Builder, text: str, start: int, begun: bool) -> None:
        self._builder = builder
        self._text = text
        self._scan = Scan(builder, text, start)
        lines = builder.grammar.start().lines
        top = Entry(0, None, None, NOTHING, (), lines)
        if begun:
            top = Entry(builder.between, top, None, NOTHING, (), lines)
        self._at = Place(top, (), start, start)
        self._line: Place | None = None
        self._since_line = 0
        self._origin = start
        self.segments: list[Segment] = []
        self.kind: Kind | None = None

    def run(self, known: Callable[[int], int | None]) -> int | None:
        """Read on until a segment begins of which `known` tells something, and return that.

        It is asked at each place where one begins. None where the text ends before.
        """
        while True:
            reading = self._scan.next(self._at.top, self._at.offset)
            if not self._go_on(reading):
                mended = recover(self._builder, self._scan, self._at, self._line, reading)
                self._line = None
                if mended is None:
                    self._give_up(reading)
                    return None
                self._at = mended
            elif reading.terminal == END:
                return None
            elif self._origin == reading.start and (found := known(reading.start)) is not None:
                return found

    def next(self) -> int | None:
        """Read one segment, and tell where the next begins; None if none does."""
        begun = self._origin
        return self.run(lambda place: place if place > begun else None)

    def _take(self, reading: Reading, lines: Lines | None = None) -> bool:
        """Do what a lexeme leads to; False, and nothing done, where it does not fit.

        `lines` is what is open by indentation after it, if it is the end of a line or comes of one.
        """
        builder, at, terminal = self._builder, self._at, reading.terminal
        extras = (*at.extras, *reading.extras) if reading.extras else at.extras
        between, top = builder.between, at.top
        if terminal == END and top.state == builder.final:
            self._close(top, extras, reading)
            return True
        whole: Entry | None = None
        while True:
            if top.depth == 1 and top.state == between and (top.value is not NOTHING or extras):
                whole, top = top, Entry(between, top.below, top.tag, NOTHING, (), top.lines)
            action = builder.actions[top.state].get(terminal)
            if action is None:
                return False
            if action >= 0:
                break
            step = builder.steps[~action]
            before, top = top, builder.reduced(step, top, at.end, terminal)
            if terminal == END and top.state == builder.final:
                self._end(
                    step, before, top, whole, Reading(END, reading.start, reading.end, extras, reading.reach)
                )
                return True
        if not builder.actions[action]:
            return False
        if whole is not None:
            self._close(whole, extras, reading)
            extras = ()
        self._begin_line(reading, whole is not None)
        leaf = Green(builder.leaves[terminal], reading.start, reading.end, (), False)
        tag = builder.tag_of(terminal, self._text, reading.start, reading.end)
        lines = builder.grammar.lines_after(top, terminal) if lines is None else lines
        top = Entry(action, top, top.tag if tag is None else tag, leaf, extras, lines)
        self._at = Place(top, (), reading.end, reading.end)
        return True

    def _go_on(self, reading: Reading) -> bool:
        """Do what a lexeme leads to, and what comes of it where lines tell the blocks; False as `_take`."""
        blocks = self._builder.grammar.blocks
        if blocks is not None and reading.terminal == END:
            return self._end_blocks(blocks, reading)
        if blocks is not None and reading.terminal == blocks.newline:
            return self._turn(blocks, reading)
        if reading.terminal == END:
            lacking = self._builder.grammar.lacking_line_end(self._at.top)
            if lacking is not None and self._take(replace(reading, terminal=lacking)):
                reading = replace(reading, extras=())
        return self._take(reading)

    def _turn(self, blocks: Blocks, reading: Reading) -> bool:
        """Do what the end of a line leads to, with the indents and dedents that come of it.

        They have no text, and stand where the line ends, so that a block holds no more than its lines. A
        line that is indented as it must not be begins with an error, and is taken to be in the block that it
        is least deep in.
        """
        at, start, end = self._at, reading.start, reading.end
        lines, comments = at.top.lines, tuple(self._builder.comments(self._text, start, end))
        assert lines is not None
        if lines.brackets:
            self._at = Place(at.top, (*at.extras, *reading.extras, *comments), end, at.end)
            return True
        if not self._take(replace(reading, end=start), lines):
            return False
        column = (blocks.layout.column(self._text[start:end]) or 0) if end < len(self._text) else 0
        turn = blocks.layout.turn(lines, column)
        marks, after = turn or blocks.layout.back(lines, column)
        taken = [self._take(replace(reading, terminal=mark, end=start, extras=()), after) for mark in marks]
        if turn is None or not all(taken):
            first = len(self._text[:end].rstrip(" \t"))
            comments = (*comments, Green(ERROR, first, end, (), True))
        self._at = replace(self._at, extras=comments, offset=end)
        return True

    def _end_blocks(self, blocks: Blocks, reading: Reading) -> bool:
        """End the text, and before that its last line, if it has no end, and the blocks that are open."""
        at, grammar = self._at, self._builder.grammar
        if not grammar.completes(at.top):
            self._take(replace(reading, terminal=blocks.newline), at.top.lines)
        for mark in blocks.at_end(at.top):
            self._take(replace(reading, terminal=mark, extras=()), Lines())
        if self._take(reading if self._at is at else replace(reading, extras=())):
            return True
        self._at = at
        return False

    def _begin_line(self, reading: Reading, closed: bool) -> None:
        """Remember the stack before the first lexeme of a line; but not one that other segments are below."""
        if closed:
            self._line = None
        elif self._text.find("\n", self._at.end, reading.start) >= 0:
            self._line, self._since_line = self._at, 0
        elif self._line is not None:
            self._since_line += 1
            if self._since_line > _BACK:
                self._line = None

    def _end(self, step: Step, before: Entry, top: Entry, whole: Entry | None, after: Reading) -> None:
        """End the last segment, after the reduction that makes the tree: its node is the root."""
        extras = after.extras
        if whole is not None:
            self._close(whole, extras, after)
            extras = ()
        made = top.value
        if isinstance(made, Green) and made is not before.value:
            top = Entry(top.state, top.below, top.tag, Run(made.children, 0), top.extras, top.lines)
        self.kind = step.kind or self._builder.start
        self._close(top, extras, after)

    def _close(self, whole: Entry, extras: tuple[Green, ...], after: Reading) -> None:
        """End a segment before a lexeme."""
        nodes = (*whole.extras, *flat(whole.value), *extras)
        self.segments.append(Segment.made(self._origin, self._scan.reach, nodes))
        self._origin, self._scan.reach = after.start, after.reach

    def _give_up(self, failed: Reading) -> None:
        """Make an error of all that is left, but for comments before it."""
        size = len(self._text)
        parts = (*self._at.top.parts_above(-1), *self._at.extras, *failed.extras)
        lead = tuple(takewhile(lambda part: part.kind.extra and not part.kind.error, parts))
        rest = parts[len(lead) :]
        start = min((part.start for part in rest if part.end > part.start), default=failed.start)
        nodes = (*lead, Green(ERROR, start, size, rest, True))
        self.segments.append(Segment.made(self._origin, size + 1, nodes))
