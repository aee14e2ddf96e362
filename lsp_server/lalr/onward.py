"""Whether anything may stand after a stack, asked after each letter that may end a lexeme."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Stack, Table


def goes_on(table: Table, stack: Stack, without: frozenset[str] = frozenset()) -> bool:
    """Whether something may stand next after a stack, `without` some terminals, or the text may end.

    That a terminal could be shifted does not tell it, where a symbol of the grammar derives no text.
    """
    return _onward(table, without).takes(stack)


def may_stand(table: Table, stack: Stack, terminal: str) -> bool:
    """Whether a terminal may stand next after a stack, and something after it."""
    after = table.shift(stack, terminal)
    return after is not None and goes_on(table, after)


class _Onward:
    """By state, whether something is shifted there at once, and else what could stand there the last time."""

    def __init__(self, table: Table, without: frozenset[str]) -> None:
        self._table = table
        self._without = without
        self._shifts = Rows(table.shifts.count, self._shifts_at)
        self._last: dict[int, str] = {}

    def _shifts_at(self, state: int) -> bool:
        shifts = self._table.shifts[state].items()
        passed = self._without | {END}
        return any(name not in passed and self._table.actions[after] for name, after in shifts)

    def takes(self, stack: Stack) -> bool:
        state, shift = stack.state, self._table.shift
        if self._shifts[state]:
            return True
        last = self._last.get(state)
        if last is not None and shift(stack, last) is not None:
            return True
        names = (name for name in self._table.accepts[state] if name not in self._without)
        found = next((name for name in names if shift(stack, name) is not None), None)
        if found is not None:
            self._last[state] = found
        return found is not None or self._table.completes(stack)


@lru_cache(maxsize=64)
def _onward(table: Table, without: frozenset[str]) -> _Onward:
    return _Onward(table, without)
