"""Which states may lie on a parser stack, one on the other, in some text: sets of them are bits of a number.

It is what remains of a stack of which nothing is known but what is on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lsp_server.constraint.bits import bits
from lsp_server.constraint.keeping import Bounded
from lsp_server.constraint.one_line import within_line
from lsp_server.lalr.grammar import Grammar

_MOST_KNOWN = 10_000


class Pushed:
    """The states of a grammar that are entered in some text, and the moves between them.

    `shifts[t]` and `gotos[n]` are pairs of a state and of the states from which terminal t, or nonterminal n,
    leads to it. `read_alike` are pairs of a state and of all in which the same terminals are looked for;
    `over_lines` the states in which a line's end is text.

    Args:
        grammar: the language.
        in_line: whether what is told of states on each other is told of what can be written within a line.

    """

    def __init__(self, grammar: Grammar, *, in_line: bool = False) -> None:
        table, written = grammar.table, within_line(grammar) if in_line else None
        self._onward = [0] * table.actions.count
        self._below = [0] * table.actions.count
        shifts: dict[str, dict[int, int]] = {}
        gotos: dict[str, dict[int, int]] = {}
        alike: dict[frozenset[str], tuple[int, int]] = {}
        self.over_lines = 0
        for state in table.entered:
            names = grammar.looked_for(table.accepts[state])
            first, others = alike.get(names, (state, 0))
            alike[names] = first, others | 1 << state
            if grammar.modes[state] in grammar.over_lines:
                self.over_lines |= 1 << state
            for found, row in ((shifts, table.actions[state]), (gotos, table.gotos[state])):
                for symbol, target in row.items():
                    if target in table.entered and (found is gotos or table.actions[target]):
                        by_target = found.setdefault(symbol, {})
                        by_target[target] = by_target.get(target, 0) | 1 << state
                        if written is None or symbol in written:
                            self._onward[state] |= 1 << target
                            self._below[target] |= 1 << state
        self.shifts = {symbol: tuple(sorted(found.items())) for symbol, found in shifts.items()}
        self.gotos = {symbol: tuple(sorted(found.items())) for symbol, found in gotos.items()}
        self.read_alike = tuple(alike.values())
        self._known = Bounded[int, int](_MOST_KNOWN)

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


@lru_cache(maxsize=64)
def pushed_in(grammar: Grammar, *, in_line: bool = False) -> Pushed:
    """What may be pushed in a grammar, perhaps within a line, found once."""
    return Pushed(grammar, in_line=in_line)
