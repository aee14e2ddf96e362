"""Whether a text that does not go on is valid if only one of its lines is longer, or ends where it stops.

What a line lost is not looked for. All that might stand there in a line is read at once (`outlook`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from lsp_server.constraint.beginning import Typing
from lsp_server.constraint.beyond import read_beyond
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.stopped import Reading
from lsp_server.constraint.tokens import end_of_line
from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexing import drive

_READ = 4_000
"""So many lexemes are read behind what is left out."""

_LINES = 8
"""So many lines up to where the parser stops may be the one."""


class Truncation:
    """The search for a line of one text that lost its end or has too much there, but for what was typed.

    Args:
        grammar: the language.
        reading: the text.

    Attributes:
        mends: whether some line, if it is longer, mended what is wrong, and then something else was.
        read: how many lexemes were read.

    """

    def __init__(self, grammar: Grammar, reading: Reading) -> None:
        self._grammar = grammar
        self._reading = reading
        self.mends = False
        self.read = 0

    def finds(self) -> bool:
        """Whether there is such a line."""
        if self._is_valid_without_rest():
            return True
        text = self._reading.text
        for state in self._ends_of_lines():
            outlook = read_beyond(Readings(self._grammar, text, state, Typing.LINE), text)
            self.read += len(outlook.steps)
            if outlook.end is None:
                return True
            on = sum(step.offset > self._reading.beyond for step in outlook.steps)
            self.mends |= self._reading.is_mended(outlook.end, on)
        return False

    def _is_valid_without_rest(self) -> bool:
        """Whether the text is valid without the rest of the line in which the parser stops."""
        grammar, reading = self._grammar, self._reading
        end = end_of_line(reading.text, reading.error)
        if not reading.is_free(reading.error, end):
            return False
        text = reading.text[: reading.error] + reading.text[end:]
        gap = reading.gap(len(reading.lexemes) - 1)
        read = [*islice(drive(grammar, reading.stacks[-1], text, gap), _READ)]
        self.read += len(read)
        lexeme, stack = read[-1]
        return lexeme.terminal == END and grammar.finishes(stack)

    def _ends_of_lines(self) -> Iterator[CursorState]:
        """The states behind the last lexeme of each line up to where the parser stops, from there back.

        Between what was typed and there a lexeme must stand.
        """
        reading, text = self._reading, self._reading.text
        typed, last = reading.typed, len(reading.lexemes) - 1
        end = end_of_line(text, reading.error)
        if text[reading.error : end].strip():
            end = text.rfind("\n", 0, reading.error)
        for _ in range(_LINES):
            if end < 0:
                return
            number = bisect_right(reading.lexemes, end, hi=last, key=lambda lexeme: lexeme.end)
            place, line = reading.gap(number), text.rfind("\n", 0, end) + 1
            if (line < place or not number) and (end < typed.start or text[typed.end : place].strip()):
                stack = reading.stacks[number]
                read, stacks = reading.lexemes[:number], reading.stacks[: number + 1]
                yield CursorState(place, place, stack, stack, False, reading.anchor, read, stacks, line=line)
            end = line - 1
