"""What the parser reads of one text, kept step by step for who asks more than whether it is valid."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import Lexeme, ParseFailure, drive, failure
from lsp_server.lalr.table import END, Stack


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Each lexeme of a text with the stack before it; the last one is `END`, or does not fit."""

    grammar: Grammar = field(repr=False)
    text: str = field(repr=False)
    steps: Sequence[tuple[Lexeme, Stack]] = field(repr=False)

    def failure(self) -> ParseFailure | None:
        """Where the text is not valid, as `check` has it."""
        lexeme, stack = self.steps[-1]
        if lexeme.terminal == END and self.grammar.completes(stack):
            return None
        return failure(self.grammar, stack, self.text, lexeme)

    def blanked(self, start: int, end: int) -> Reading:
        """The same with blanks for a stretch; what was read before that is not read again."""
        text = self.text[:start] + " " * (end - start) + self.text[end:]
        kept = bisect_right(self.steps[:-1], start, key=lambda step: step[0].end)
        offset = self.steps[kept - 1][0].end if kept else 0
        _, stack = self.steps[kept]
        return Reading(self.grammar, text, [*self.steps[:kept], *drive(self.grammar, stack, text, offset)])


def read(grammar: Grammar, text: str) -> Reading:
    """Read a whole text, as far as it fits."""
    return Reading(grammar, text, list(drive(grammar, grammar.start(), text, 0)))
