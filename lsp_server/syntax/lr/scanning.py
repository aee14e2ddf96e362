"""Reads lexemes, with the comments before them, and notes how far the text was looked at to do so."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.lalr import END, Stack
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import NOTHING
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.nodes import Green, Kind

_SHORT = 40
_FAR = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """A lexeme and the comments before it; its terminal is `END` or `NOTHING` where there is none.

    No character from `reach` on had a part in it.
    """

    terminal: str
    start: int
    end: int
    extras: tuple[Green, ...]
    reach: int


class Scan:
    """The lexemes of one text. No character from `reach` on had a part in what was read so far."""

    def __init__(self, builder: Builder, text: str, reach: int) -> None:
        self._builder = builder
        self._grammar = builder.grammar
        self.text = text
        self.reach = reach

    def next(self, stack: Stack, offset: int) -> Reading:
        """The lexeme that stands first at or after an offset, as it is read after a stack."""
        found = self._read(self._grammar.scanner_in(stack.state, stack.tag), offset)
        if found.reach > self.reach:
            self.reach = found.reach
        return found

    def _read(self, scanner: Scanner, offset: int) -> Reading:
        text, size, match = self.text, len(self.text), scanner.match
        kinds, ignored = self._builder.extras, self._grammar.ignored
        extras: tuple[Green, ...] = ()
        reach = offset
        while offset < size:
            found = match(text, offset)
            terminal, end = (NOTHING, offset) if found is None else found
            reach = max(reach, self.look(scanner, offset, end, terminal))
            if found is None or terminal not in ignored:
                return Reading(terminal, offset, end, extras, reach)
            kind = kinds.get(terminal)
            if kind is not None:
                extras = (*extras, _bare(kind, text, offset, end))
            offset = end
        return Reading(END, size, size, extras, size + 1)

    def look(self, scanner: Scanner, start: int, end: int, read: str) -> int:
        """The place from which on no character had a part in what was read; or the end, where that is far."""
        text = self.text
        if text[start : end + 1] in self._builder.sure(scanner):
            return end + 1
        reach = self._grammar.reach(scanner, text, start, read, end, end + _FAR)
        if reach == end + 1 <= len(text) and end - start < _SHORT:
            self._builder.is_sure(scanner, text[start:reach])
        return reach


def _bare(kind: Kind, text: str, start: int, end: int) -> Green:
    """A comment without the blanks and line ends that its terminal takes along before it."""
    return Green(kind, end - len(text[start:end].lstrip()), end, (), False)
