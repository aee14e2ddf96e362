"""A text that was read up to where it does not go on, as much of it as a search for what is wrong needs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.constraint.tokens import end_of_line
from lsp_server.lalr.lexing import Lexeme
from lsp_server.lalr.table import Stack
from lsp_server.text import Span

_ON = 24
"""A change mends a mistake after the cursor if so many lexemes fit beyond that."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text up to where it does not go on. `stacks[i]` is that before `lexemes[i]`, the last of which fails.

    It is read from an `anchor` on. What was `typed` is left as it is. The lexeme that touches the cursor has
    `begun` there or after.
    """

    text: str
    anchor: int
    typed: Span
    begun: int
    lexemes: Sequence[Lexeme]
    stacks: Sequence[Stack]

    @property
    def error(self) -> int:
        """Where the parser stops."""
        return self.lexemes[-1].start

    @property
    def hides_rest_of_line(self) -> bool:
        """Whether no lexeme stands behind what was typed in its line, though something does."""
        end = end_of_line(self.text, self.typed.end)
        if self.error < end or not self.text[self.typed.end : end].strip():
            return False
        number = bisect_right(self.lexemes, self.typed.end, key=lambda lexeme: lexeme.end)
        return self.lexemes[number].start >= end

    @property
    def beyond(self) -> int:
        """What stands from here on is beyond both the mistake and what was typed."""
        return max(self.error, self.typed.end)

    def is_mended(self, place: int, fits: int) -> bool:
        """Whether a change mends the mistake after which the text goes on to a place.

        So it does if that is the cursor, and behind it if so many lexemes fit beyond that.
        """
        return place >= self.begun if self.error < self.typed.start else fits >= _ON

    def gap(self, number: int) -> int:
        """Where what stands before a lexeme ends."""
        return self.lexemes[number - 1].end if number else self.anchor

    def has_room(self, number: int) -> bool:
        """Whether something can be put in before a lexeme, elsewhere than in what was typed."""
        gap, start = self.gap(number), self.lexemes[number].start
        return self.is_free(gap, gap) or self.is_free(start, start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether a span is elsewhere than what was typed."""
        return end <= self.typed.start or start >= self.typed.end
