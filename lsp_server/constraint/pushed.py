"""Which states may lie on a parser stack, one on the other, in some text: sets of them are bits of a number.

It is what remains of a stack of which nothing is known but what is on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from functools import lru_cache

from lsp_server.cache import BoundedDict
from lsp_server.constraint.bits import bits
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.rows import Rows

_MOST_KNOWN = 4_000


class Pushed:
    """The states of a grammar that are entered in some text, and the moves between them.

    `shifts[t]` and `gotos[n]` are pairs of a state and of the states from which terminal t, or nonterminal n,
    leads to it. `read_alike` are pairs of a state and of all in which the same terminals are looked for;
    `over_lines` the states in which a line's end is text.

    Args:
        grammar: the language.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._table = table = grammar.table
        entered = sorted(table.entered)
        alike: dict[frozenset[str], tuple[int, int]] = {}
        self.over_lines = 0
        for state in entered:
            names = grammar.looked_for(table.accepts[state])
            first, others = alike.get(names, (state, 0))
            alike[names] = first, others | 1 << state
            if grammar.modes[state] in grammar.over_lines:
                self.over_lines |= 1 << state
        self.read_alike = tuple(alike.values())
        self._going_on = {state for state in entered if table.accepts[state] or table.actions[state]}
        """Those after which something may stand."""
        self.shifts = _by_symbol(((state, table.shifts[state]) for state in entered), self._going_on)
        self.gotos = _by_symbol(((state, table.gotos[state]) for state in entered), table.entered)
        self._onward = Rows(table.actions.count, self._led_to)
        self._below = [0] * table.actions.count
        for found in (*self.shifts.values(), *self.gotos.values()):
            for target, states in found:
                self._below[target] |= states
        self._known = BoundedDict[int, int](_MOST_KNOWN)

    def _led_to(self, state: int) -> int:
        table, found = self._table, 0
        for row, among in ((table.shifts[state], self._going_on), (table.gotos[state], table.entered)):
            for target in row.values():
                if target in among:
                    found |= 1 << target
        return found

    def onward(self, state: int) -> int:
        """The states that one more symbol leads to."""
        return self._onward[state]

    def below(self, states: int) -> int:
        """The states that may lie right below one of some states."""
        found = self._known.get(states)
        if found is None:
            found = 0
            for state in bits(states):
                found |= self._below[state]
            self._known[states] = found
        return found

    def reached_from(self, states: Iterable[int], among: int = -1) -> int:
        """Some states, and those `among` others that any further symbols lead to."""
        found = 0
        for state in states:
            found |= 1 << state
        pending = found
        while pending:
            further = 0
            for state in bits(pending):
                further |= self._onward[state]
            pending = further & among & ~found
            found |= pending
        return found


def _by_symbol(
    rows: Iterable[tuple[int, Mapping[str, int]]], among: Set[int]
) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """By symbol, each state among some that it leads to, and the states from which it does, as bits."""
    found: dict[str, dict[int, int]] = {}
    for state, row in rows:
        bit = 1 << state
        for symbol, target in row.items():
            if target in among:
                by_target = found.setdefault(symbol, {})
                by_target[target] = by_target.get(target, 0) | bit
    return {symbol: tuple(sorted(by_target.items())) for symbol, by_target in found.items()}


@lru_cache(maxsize=64)
def pushed_in(grammar: Grammar) -> Pushed:
    """What may be pushed in a grammar, found once."""
    return Pushed(grammar)
