"""What is known to the left of a cursor: the parser's stacks there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lsp_server.lalr.lexing import Lexeme
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.table import Stack


@dataclass(frozen=True, slots=True)
class CursorState:
    """What is known to the left of a cursor.

    `stack` is the parser's stack at `offset`, before every lexeme that touches the cursor and before
    every one that the letters at the cursor could still become part of. `here` is the stack after every
    lexeme that ends at or before the cursor; where blanks begin the cursor's line, as if it went on there.
    `commented` says that the cursor stands inside ignored text, such as a comment, or outside of what is the
    language: nothing can be typed there that the parser sees. `read` are the lexemes from `anchor`
    on that lead to `here`, `stacks` those before each of them and that after the last. `line` is where the
    cursor's line begins, `repairs` how many were made before the cursor to come there.
    """

    cursor: int
    offset: int
    stack: Stack
    here: Stack
    commented: bool
    anchor: int = field(default=0, repr=False)
    read: Sequence[Lexeme] = field(default=(), repr=False, compare=False)
    stacks: Sequence[Stack] = field(default=(), repr=False, compare=False)
    line: int = field(default=0, repr=False)
    repairs: int = field(default=0, compare=False)

    @property
    def before_line(self) -> Stack:
        """The stack before the lexemes of the cursor's line."""
        count = bisect_right(self.read, self.line, key=lambda lexeme: lexeme.end)
        return self.stacks[count] if self.stacks else self.stack

    @property
    def lines(self) -> Lines | None:
        """What is open by indentation at the cursor, blocks too that a line which begins there may end.

        Where it opens a block it may be indented farther yet, if it is not as far as the one before.
        """
        here, before = self.here.lines, self.stack.lines
        if here is None or before is None or len(before.levels) == len(here.levels):
            return here
        if len(before.levels) > len(here.levels):
            return replace(here, levels=before.levels)
        return here if here.unit > before.unit > 0 else replace(here, unit=before.unit)
