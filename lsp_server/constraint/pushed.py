"""Which states may lie on a parser stack, one on the other, in some text: sets of them are bits of a number.

It is what remains of a stack of which nothing is known but what is on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
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
        self._grammar = grammar
        self._moves = moves = _moves(grammar)
        self.shifts, self.gotos = moves.shifts, moves.gotos
        self.over_lines, self.read_alike = moves.over_lines, moves.read_alike
        self._onward = Rows(grammar.table.actions.count, self._led_to)
        self._below = [0] * grammar.table.actions.count
        for found in (*self.shifts.values(), *self.gotos.values()):
            for target, states in found:
                self._below[target] |= states
        self._known = BoundedDict[int, int](_MOST_KNOWN)

    def _led_to(self, state: int) -> int:
        table, moves, found = self._grammar.table, self._moves, 0
        for row, among in ((table.shifts[state], moves.going_on), (table.gotos[state], table.entered)):
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


@dataclass(frozen=True, slots=True)
class _Moves:
    """What `Pushed` tells in its attributes.

    `going_on` are the states, among those that are entered, after which something may stand.
    """

    going_on: Set[int]
    shifts: Mapping[str, tuple[tuple[int, int], ...]]
    gotos: Mapping[str, tuple[tuple[int, int], ...]]
    read_alike: tuple[tuple[int, int], ...]
    over_lines: int


@lru_cache(maxsize=64)
def _moves(grammar: Grammar) -> _Moves:
    table, entered = grammar.table, sorted(grammar.table.entered)
    alike: dict[frozenset[str], tuple[int, int]] = {}
    over_lines = 0
    for state in entered:
        names = grammar.looked_for(table.accepts[state])
        first, others = alike.get(names, (state, 0))
        alike[names] = first, others | 1 << state
        if grammar.modes[state] in grammar.over_lines:
            over_lines |= 1 << state
    going_on = {state for state in entered if table.accepts[state] or table.actions[state]}
    shifts = _by_symbol(((state, table.shifts[state]) for state in entered), going_on)
    gotos = _by_symbol(((state, table.gotos[state]) for state in entered), table.entered)
    return _Moves(going_on, shifts, gotos, tuple(alike.values()), over_lines)


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
