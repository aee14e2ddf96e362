"""Reads a text lexeme by lexeme and makes the tree of it, segment by segment."""

from __future__ import annotations

from collections.abc import Callable

from lsp_server.lalr import END
from lsp_server.syntax.lr.building import Builder, Step
from lsp_server.syntax.lr.nodes import ERROR, Green, Kind, Segment, parent
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
        top = Entry(0, None, None, NOTHING, ())
        if begun:
            top = Entry(builder.between, top, None, NOTHING, ())
        self._at = Place(top, (), start, start)
        self._line: Place | None = None
        self._since_line = 0
        self._origin = start
        self.segments: list[Segment] = []
        self.kind: Kind | None = None

    def run(self, known: Callable[[int], int | None]) -> int | None:
        """Read on to a segment that is known; None where the text ended before.

        Args:
            known: tells of a place the number of the segment that is known to begin there, if one is.

        """
        while True:
            reading = self._scan.next(self._at.top, self._at.offset)
            if not self._take(reading):
                mended = recover(self._builder, self._scan, self._at, self._line, reading)
                self._line = None
                if mended is None:
                    self._give_up()
                    return None
                self._at = mended
            elif reading.terminal == END:
                return None
            elif self._origin == reading.start and (found := known(reading.start)) is not None:
                return found

    def _take(self, reading: Reading) -> bool:
        """Do what a lexeme leads to; False, and nothing done, where it does not fit."""
        builder, at, terminal = self._builder, self._at, reading.terminal
        extras = (*at.extras, *reading.extras) if reading.extras else at.extras
        between, top = builder.between, at.top
        if terminal == END and top.state == builder.final:
            self._close(top, extras, reading)
            return True
        whole: Entry | None = None
        while True:
            if top.depth == 1 and top.state == between and (top.value is not NOTHING or extras):
                whole, top = top, Entry(between, top.below, top.tag, NOTHING, ())
            action = builder.actions[top.state].get(terminal)
            if action is None:
                return False
            if action >= 0:
                break
            step = builder.steps[~action]
            before, top = top, builder.reduced(step, top, at.end)
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
        top = Entry(action, top, top.tag if tag is None else tag, leaf, extras)
        self._at = Place(top, (), reading.end, reading.end)
        return True

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
            top = Entry(top.state, top.below, top.tag, Run(made.children, 0), top.extras)
        self.kind = step.kind or self._builder.start
        self._close(top, extras, after)

    def _close(self, whole: Entry, extras: tuple[Green, ...], after: Reading) -> None:
        """End a segment before a lexeme."""
        nodes = (*whole.extras, *flat(whole.value), *extras)
        self.segments.append(Segment(self._origin, self._scan.reach, nodes))
        self._origin, self._scan.reach = after.start, after.reach

    def _give_up(self) -> None:
        """Make an error of all that is left."""
        size = len(self._text)
        parts = (*self._at.top.parts_above(-1), *self._at.extras)
        whole = parent(ERROR, parts, self._at.offset)
        whole.end = size
        self.segments.append(Segment(self._origin, size + 1, (whole,)))
