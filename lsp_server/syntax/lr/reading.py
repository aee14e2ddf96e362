"""Reads a text lexeme by lexeme and makes the tree of it, segment by segment."""

from __future__ import annotations

from lsp_server.lalr import END, Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING as NO_TERMINAL
from lsp_server.syntax.lr.building import NOTHING, Builder, Entry, flat, reduced
from lsp_server.syntax.lr.nodes import ERROR, Green, Kind, Segment


class Reader:
    """Reads one text, from a place where nothing is open but the root's list, or from the start.

    Whatever the parser was told before that place, it goes on from there in the same way.
    """

    def __init__(self, grammar: Grammar, builder: Builder, text: str, start: int, begun: bool) -> None:
        between = grammar.list_stack
        self._grammar = grammar
        self._builder = builder
        self._text = text
        self._between = -1 if between is None else between.state
        bottom = Entry(0, None, None, NOTHING, ())
        self._bottom = bottom
        self._top = Entry(self._between, bottom, None, NOTHING, ()) if begun else bottom
        self._extras: tuple[Green, ...] = ()
        self._offset = start
        self._end = start
        self._origin = start
        self._reach = start
        self.segments: list[Segment] = []
        self.kind: Kind | None = None

    def run(self, known: set[int]) -> int | None:
        """Read on to a place at which a segment is known to begin; None where the text ended before."""
        while True:
            terminal, start, end = self._read()
            if not self._take(terminal, start, end):
                self._give_up(start)
                return None
            if terminal == END:
                return None
            if self._origin == start and start in known:
                return start

    def _read(self) -> tuple[str, int, int]:
        """The next lexeme; comments before it are kept."""
        text, top, size = self._text, self._top, len(self._text)
        scanner = self._grammar.scanner_in(top.state, top.tag)
        while self._offset < size:
            offset = self._offset
            found = scanner.match(text, offset)
            if found is None:
                self._look(scanner, offset, offset)
                return NO_TERMINAL, offset, offset
            terminal, end = found
            self._look(scanner, offset, end)
            if terminal not in self._grammar.ignored:
                return terminal, offset, end
            kind = self._builder.extras.get(terminal)
            if kind is not None:
                self._extras = (*self._extras, Green(kind, offset, end, (), False))
            self._offset = end
        self._reach = size + 1
        return END, size, size

    def _look(self, scanner: Scanner, start: int, end: int) -> None:
        """Note how far it was looked to read a lexeme."""
        reach = self._builder.reach(scanner, self._text, start, end)
        if reach > self._reach:
            self._reach = reach

    def _take(self, terminal: str, start: int, end: int) -> bool:
        """Do what a lexeme leads to; False, and nothing done, where it does not fit."""
        grammar, builder, table = self._grammar, self._builder, self._grammar.table
        top = self._top
        whole: Entry | None = None
        action: int | None = None
        while True:
            state = top.state
            if top.depth == 1 and state == self._between and top.value is not NOTHING:
                whole = top
                top = Entry(state, top.below, top.tag, NOTHING, ())
            if state == table.final and terminal == END and top.depth == 1:
                action = None
                break
            action = table.actions[state].get(terminal)
            if action is None or (action >= 0 and (terminal == END or not table.actions[action])):
                return False
            if action >= 0:
                break
            step = builder.steps[~action]
            last = terminal == END and table.gotos[0].get(step.origin) == table.final
            top = reduced(step, top, table.gotos, self._end, last)
            if last and top.state == table.final and top.depth == 1:
                self.kind = step.kind
        if whole is not None:
            self._close(whole, start)
        if action is None:
            self._close(top, start)
            return True
        tag = grammar.tag_of(terminal, self._text[start:end]) if terminal in grammar.openers else None
        leaf = Green(builder.leaves[terminal], start, end, (), False)
        self._top = Entry(action, top, top.tag if tag is None else tag, leaf, self._extras)
        self._extras = ()
        self._offset = self._end = end
        return True

    def _close(self, whole: Entry, start: int) -> None:
        """End a segment, the next lexeme being at a place."""
        nodes = (*whole.extras, *flat((whole.value,)), *self._extras)
        self._extras = ()
        self.segments.append(Segment(self._origin, self._reach, nodes))
        self._origin = start

    def _give_up(self, start: int) -> None:
        """Make an error of all that is left."""
        parts = [*self._extras[::-1]]
        entry: Entry | None = self._top
        while entry is not None:
            parts += [*flat((entry.value,))[::-1], *entry.extras[::-1]]
            entry = entry.below
        children = tuple(parts[::-1])
        whole = Green(ERROR, children[0].start if children else start, len(self._text), children, True)
        self.segments.append(Segment(self._origin, len(self._text) + 1, (whole,)))
