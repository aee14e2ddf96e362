"""Whether anything may stand after a stack, or but one thing; asked wherever a lexeme may end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Stack, Table

_SEVERAL = 2
_LATELY = 8
"""So many terminals that could stand somewhere are tried first elsewhere: of hundreds that a state accepts
most cannot, as what is below it has it."""


def goes_on(table: Table, stack: Stack, without: frozenset[str] = frozenset()) -> bool:
    """Whether something may stand next after a stack, `without` some terminals, or the text may end.

    That a terminal could be shifted does not tell it, where a symbol of the grammar derives no text.
    """
    return _onward(table, without).takes(stack)


def may_stand(table: Table, stack: Stack, terminal: str) -> bool:
    """Whether a terminal may stand next after a stack, and something after it."""
    after = table.shift(stack, terminal)
    return after is not None and goes_on(table, after)


def only_next(table: Table, stack: Stack) -> str | None:
    """The terminal that is all that may stand next after a stack; None if there are several, or none."""
    return _onward(table, frozenset()).only(stack)


class _Onward:
    """By state, how much is shifted there at once, and else what could stand there the last time."""

    def __init__(self, table: Table, without: frozenset[str]) -> None:
        self._table = table
        self._without = without
        self._shifts = Rows(table.shifts.count, self._shifts_at)
        self._last: dict[int, str] = {}
        self._lately: list[str] = []

    def _shifts_at(self, state: int) -> int:
        shifts, passed = self._table.shifts[state].items(), self._without | {END}
        return sum(1 for name, after in shifts if name not in passed and self._table.actions[after])

    def takes(self, stack: Stack) -> bool:
        state = stack.state
        if self._shifts[state]:
            return True
        last = self._last.get(state)
        if last is not None and self._table.shift(stack, last) is not None:
            return True
        found = next(self._possible(stack), None)
        if found is not None:
            self._last[state] = found
        return found is not None or self._table.completes(stack)

    def only(self, stack: Stack) -> str | None:
        if self._shifts[stack.state] >= _SEVERAL:
            return None
        found = [*islice(self._possible(stack), _SEVERAL)]
        self._lately = [*dict.fromkeys((*found, *self._lately))][:_LATELY]
        return found[0] if len(found) == 1 else None

    def _possible(self, stack: Stack) -> Iterator[str]:
        """The terminals that may stand next, those first that could elsewhere."""
        accepts, shift = self._table.accepts[stack.state] - self._without, self._table.shift
        likely = [name for name in self._lately if name in accepts]
        yield from (name for name in likely if shift(stack, name) is not None)
        others = (name for name in accepts if name not in likely)
        yield from (name for name in others if shift(stack, name) is not None)


@lru_cache(maxsize=64)
def _onward(table: Table, without: frozenset[str]) -> _Onward:
    return _Onward(table, without)
