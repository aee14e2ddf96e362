"""Whether anything may stand after a stack, or but one thing; asked wherever a lexeme may end."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from lsp_server.lalr.general import GeneralTable
from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Rule, Stack, Table

_SEVERAL = 2


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
    """By state, how much is shifted there at once, what is before what, and what could stand there the last
    time.
    """

    def __init__(self, table: Table, without: frozenset[str]) -> None:
        self._table = table
        self._without = without | {END}
        self._shifts = Rows(table.shifts.count, self._shifts_at)
        self._moves = Rows(table.actions.count, self._moves_at)
        self._last: dict[int, str] = {}

    def _shifts_at(self, state: int) -> int:
        shifts = self._table.shifts[state].items()
        return sum(1 for name, after in shifts if name not in self._without and self._table.actions[after])

    def _moves_at(self, state: int) -> tuple[int, tuple[tuple[Rule, int], ...]]:
        """The terminals that are shifted, as bits, and each rule with those before which it is reduced."""
        table, shifted, reduced = self._table, 0, dict[Rule, int]()
        for name in table.accepts[state] - self._without:
            action, bit = table.actions[state][name], table.bits[name]
            if action < 0:
                rule = table.rules[~action]
                reduced[rule] = reduced.get(rule, 0) | bit
            elif table.actions[action]:
                shifted |= bit
        return shifted, tuple(reduced.items())

    def takes(self, stack: Stack) -> bool:
        state = stack.state
        if self._shifts[state]:
            return True
        last = self._last.get(state)
        if last is not None and self._table.shift(stack, last) is not None:
            return True
        found = self._possible(stack, 1)
        if found:
            self._last[state] = found[0]
        return bool(found) or self._table.completes(stack)

    def only(self, stack: Stack) -> str | None:
        if self._shifts[stack.state] >= _SEVERAL:
            return None
        found = self._possible(stack, _SEVERAL)
        return found[0] if len(found) == 1 else None

    def _possible(self, stack: Stack, most: int) -> list[str]:
        """The terminals that may stand next; so many of them, where there are more.

        Those before which the same is reduced are followed together: a state has hundreds, and few rules.
        """
        table, found, pending = self._table, 0, [(stack, -1)]
        if isinstance(table, GeneralTable):
            names = table.accepts[stack.state] - self._without
            return [*islice((name for name in names if table.shift(stack, name) is not None), most)]
        while pending and found.bit_count() < most:
            top, left = pending.pop()
            shifted, reduced = self._moves[top.state]
            found |= shifted & left
            for rule, before in reduced:
                if some := before & left:
                    below = top
                    for _ in rule.expansion:
                        assert below.below is not None
                        below = below.below
                    pending.append((Stack(table.gotos[below.state][rule.origin], below, below.tag), some))
        return [*islice((name for name, bit in table.bits.items() if found & bit), most)]


@lru_cache(maxsize=64)
def _onward(table: Table, without: frozenset[str]) -> _Onward:
    return _Onward(table, without)
