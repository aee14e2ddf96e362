"""Moves blocks on the parser's stacks: the end of a line, with the indents and dedents that come of it.

To whoever reads a text, they are one lexeme: what has no text of its own is shifted together with the end of
the line that it comes of. So between two lexemes the blocks that are open are always those of the line.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.cache import cached_property
from lsp_server.lalr.lines import Layout, Lines
from lsp_server.lalr.onward import goes_on
from lsp_server.lalr.table import Stack, Table

NOWHERE = -1
ANYWHERE = 1 << 16


class Blocks:
    """The blocks of a language that tells them by indentation; its stacks have `lines`."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self.layout = layout
        self.newline = layout.rules.newline
        self._turns = frozenset((layout.rules.indent, layout.rules.dedent))

    def shift(self, stack: Stack, terminal: str, tag: str | None, lexeme: str) -> Stack | None:
        """The stack after a lexeme; None where it does not fit.

        Inside brackets the end of a line leaves the stack as it is.
        """
        assert stack.lines is not None
        if terminal == self.newline:
            turn = self.turn(stack, lexeme)
            return None if turn is None else self._shift_all(stack, *turn)
        moved = self.layout.brackets.get(terminal, 0)
        if stack.lines.brackets + moved < 0:
            return None
        return self._table.shift(stack, terminal, tag, stack.lines.moved(moved))

    @cached_property
    def openers(self) -> frozenset[str]:
        """The terminals after which a line may end that opens a block."""
        table, found = self._table, set[str]()
        for items, row in zip(table.kernels.all(), table.actions.all(), strict=True):
            after = row.get(self.newline, -1)
            if items[0].dot and after >= 0 and self.layout.rules.indent in table.actions[after]:
                found.add(items[0].rule.expansion[items[0].dot - 1])
        return frozenset(found)

    def turn(self, stack: Stack, newline: str) -> tuple[tuple[str, ...], Lines] | None:
        """The terminals that the end of a line stands for after a stack, and what is open after it.

        They are the end itself, then what indents or dedents; none inside brackets. None where the next line
        is indented as no block is that is open.
        """
        lines = stack.lines
        assert lines is not None
        if lines.brackets:
            return (), lines
        column = self.layout.column(newline)
        turn = None if column is None else self.layout.turn(lines, column)
        return None if turn is None else ((self.newline, *turn[0]), turn[1])

    def at_end(self, stack: Stack) -> tuple[str, ...]:
        """The terminals that end the blocks which are still open where the text ends."""
        assert stack.lines is not None
        return (self.layout.rules.dedent,) * (len(stack.lines.levels) - 1)

    def completes(self, stack: Stack) -> bool:
        """Whether the text may end here."""
        after = self._shift_all(stack, self.at_end(stack), Lines())
        return after is not None and self._table.completes(after)

    def finishes(self, stack: Stack) -> bool:
        """Whether the text may end here if the line is ended first."""
        after = self._table.shift(stack, self.newline)
        return after is not None and self.completes(after)

    def takes(self, stack: Stack) -> bool:
        """Whether the end of a line may stand next."""
        assert stack.lines is not None
        return stack.lines.brackets > 0 or self.farthest(stack) >= 0

    def takes_typed(self, stack: Stack, begun: str, given: int) -> bool:
        """Whether an end of line may be typed that begins so; `given` of its characters stand there already.

        The line goes on where it is indented, or farther in, and a block is not farther in than it has to be
        or is already. No comment is typed.
        """
        assert stack.lines is not None
        if begun.rpartition("\n")[2].strip(" \t"):
            return False
        if stack.lines.brackets:
            return True
        farthest, column = self.farthest(stack), self.layout.column(begun) or 0
        if farthest == ANYWHERE:
            already = 0 if "\n" in begun[given:] else self.layout.column(begun[:given]) or 0
            farthest = max(stack.lines.column + self.layout.unit(stack.lines), already)
        return column <= farthest

    def farthest(self, stack: Stack) -> int:
        """The farthest column at which the next line may begin: `ANYWHERE` if a block does, or `NOWHERE`."""
        assert stack.lines is not None
        rules = self.layout.rules
        after = self._table.shift(stack, self.newline)
        if after is not None and self._table.shift(after, rules.indent) is not None:
            return ANYWHERE
        for column in reversed(stack.lines.levels):
            if after is None:
                break
            if self._goes_on(after):
                return column
            after = self._table.shift(after, rules.dedent)
        return NOWHERE

    def expected(self, stack: Stack) -> tuple[str, ...]:
        """How the next line has to be indented, in words."""
        assert stack.lines is not None
        after = self._table.shift(stack, self.newline)
        if after is not None and not self._goes_on(after) and (found := self.expected_here(after)):
            return found
        return tuple(f"line indented by {_columns(column)}" for column in reversed(stack.lines.levels))

    def expected_here(self, stack: Stack) -> tuple[str, ...]:
        """The block that has to begin at a stack, in words; nothing where none may."""
        assert stack.lines is not None
        if self._table.shift(stack, self.layout.rules.indent) is None:
            return ()
        return (f"block indented by more than {_columns(stack.lines.column)}",)

    def _goes_on(self, stack: Stack) -> bool:
        """Whether a line may begin on a stack without an indent or a dedent, or the text may end."""
        return goes_on(self._table, stack, self._turns)

    def _shift_all(self, stack: Stack, terminals: Iterable[str], lines: Lines) -> Stack | None:
        found: Stack | None = stack
        for terminal in terminals:
            found = None if found is None else self._table.shift(found, terminal, None, lines)
        return found


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"
