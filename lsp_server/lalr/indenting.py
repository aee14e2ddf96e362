"""Moves blocks on the parser's stacks: the end of a line, with the indents and dedents that come of it.

To whoever reads a text, they are one lexeme: what has no text of its own is shifted together with the end of
the line that it comes of. So between two lexemes the blocks that are open are always those of the line.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.lalr.lines import Layout, Lines
from lsp_server.lalr.table import Stack, Table

NOWHERE = -1
ANYWHERE = 1 << 16


class Blocks:
    """The blocks of a language that tells them by indentation; its stacks have `lines`."""

    def __init__(self, table: Table, layout: Layout) -> None:
        self._table = table
        self.layout = layout
        self.newline = layout.rules.newline

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

    def takes(self, stack: Stack, begun: str) -> bool:
        """Whether an end of line may stand next that begins so; the line then begins there, or farther on.

        What stands after the last line end so far is no such line if it is no blanks.
        """
        assert stack.lines is not None
        if stack.lines.brackets:
            return True
        blanks = begun.rpartition("\n")[2].strip(" \t") == ""
        column = self.layout.column(begun) if blanks else None
        return self.farthest(stack) >= (column or 0)

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
        if self.opened(stack):
            return (f"block indented by more than {_columns(stack.lines.column)}",)
        return tuple(f"line indented by {_columns(column)}" for column in reversed(stack.lines.levels))

    def opened(self, stack: Stack) -> bool:
        """Whether the line that ends at a stack opens a block: there is no other way to go on."""
        after = self._table.shift(stack, self.newline)
        indent, accepts = (
            self.layout.rules.indent,
            frozenset() if after is None else self._table.accepts[after.state],
        )
        return after is not None and indent in accepts and not self._goes_on(after)

    def _goes_on(self, stack: Stack) -> bool:
        """Whether a line may begin on a stack without an indent or a dedent, or the text may end."""
        table, blocks = self._table, (self.layout.rules.indent, self.layout.rules.dedent)
        others = (name for name in table.accepts[stack.state] if name not in blocks)
        return any(table.shift(stack, name) is not None for name in others) or table.completes(stack)

    def _shift_all(self, stack: Stack, terminals: Iterable[str], lines: Lines) -> Stack | None:
        found: Stack | None = stack
        for terminal in terminals:
            found = None if found is None else self._table.shift(found, terminal, None, lines)
        return found


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"
