"""The shortest sentences of a grammar: of each symbol, of a rule, and around a symbol from the start on.

A sentence costs what its lexemes do (Knuth, A generalization of Dijkstra's algorithm, 1977). Nothing is said
of sentences that cost more than `MOST`: there a grammar may make them as long as it likes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from lsp_server.lalr import Rule
from lsp_server.lalr.notation import rule_of
from lsp_server.lalr.table import END

MOST = 4_000
"""The highest cost of a sentence that is written."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A terminal in a sentence; `symbol` is the highest rule that it is all of, or the terminal itself."""

    terminal: str
    symbol: str


class Shortest:
    """The shortest sentences of a grammar.

    Args:
        by_origin: its rules.
        start: its start rule.
        cost: what a terminal costs; it counts for nothing where that is 0.

    """

    def __init__(
        self, by_origin: Mapping[str, tuple[Rule, ...]], start: str, cost: Callable[[str], int]
    ) -> None:
        self._by_origin = by_origin
        self._cost = cost
        self._rules: dict[str, Rule] = {}
        self._costs: dict[str, int] = {}
        self._solve()
        self._above: dict[str, tuple[Rule, int]] = {}
        self._search(start)
        self._start = start

    def sentence(self, rule: Rule) -> tuple[Leaf, ...] | None:
        """The shortest sentence that begins with a rule; None where there is none, or none that is short."""
        return tuple(self._leaves(rule.expansion)) if self.cost(rule) <= MOST else None

    def cost(self, rule: Rule) -> int:
        """What that sentence costs; more than `MOST` where it is not written."""
        return min(sum(map(self._cost_of_symbol, rule.expansion)), MOST + 1)

    def around(self, symbol: str) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]] | None:
        """What stands before and after a rule in the shortest sentence of the start rule that has it."""
        before: list[tuple[str, ...]] = []
        after: list[tuple[str, ...]] = []
        while symbol != self._start:
            if symbol not in self._above:
                return None
            rule, place = self._above[symbol]
            before.append(rule.expansion[:place])
            after.append(rule.expansion[place + 1 :])
            symbol = rule.origin
        return (
            tuple(leaf for symbols in reversed(before) for leaf in self._leaves(symbols)),
            tuple(leaf for symbols in after for leaf in self._leaves(symbols)),
        )

    def _solve(self) -> None:
        users: dict[str, list[Rule]] = {}
        missing: dict[Rule, int] = {}
        queue: list[tuple[int, int, str, Rule]] = []
        order = {rule: n for n, rule in enumerate(r for rules in self._by_origin.values() for r in rules)}
        for rule in order:
            wanted = {symbol for symbol in rule.expansion if symbol in self._by_origin}
            missing[rule] = len(wanted)
            for symbol in wanted:
                users.setdefault(symbol, []).append(rule)
            if not wanted:
                heapq.heappush(queue, (self.cost(rule), order[rule], rule.origin, rule))
        while queue:
            cost, _, origin, rule = heapq.heappop(queue)
            if origin in self._costs:
                continue
            self._costs[origin], self._rules[origin] = cost, rule
            for user in users.get(origin, ()):
                missing[user] -= 1
                if not missing[user]:
                    heapq.heappush(queue, (self.cost(user), order[user], user.origin, user))

    def _search(self, start: str) -> None:
        seen: set[str] = set()
        queue: list[tuple[int, int, str, tuple[Rule, int] | None]] = [(0, 0, start, None)]
        numbers = count(1)
        while queue:
            cost, _, symbol, above = heapq.heappop(queue)
            if symbol in seen or cost > MOST:
                continue
            seen.add(symbol)
            if above is not None:
                self._above[symbol] = above
            for rule in self._by_origin.get(symbol, ()):
                whole = self.cost(rule)
                for place, part in enumerate(rule.expansion):
                    if part in self._costs and part not in seen and whole <= MOST:
                        further = cost + whole - self._costs[part]
                        heapq.heappush(queue, (further, next(numbers), part, (rule, place)))

    def _cost_of_symbol(self, symbol: str) -> int:
        if symbol in self._by_origin:
            return self._costs.get(symbol, MOST + 1)
        return 0 if symbol == END else self._cost(symbol)

    def _counts(self, symbol: str) -> bool:
        return self._cost_of_symbol(symbol) > 0

    def _leaves(self, symbols: Iterable[str]) -> Iterator[Leaf]:
        pending: list[tuple[str, str | None]] = [(symbol, None) for symbol in reversed(tuple(symbols))]
        while pending:
            symbol, all_of = pending.pop()
            rule = self._rules.get(symbol)
            if rule is not None:
                alone = sum(map(self._counts, rule.expansion)) == 1
                named = (all_of or (symbol if rule_of(symbol) == symbol else None)) if alone else None
                pending += [(part, named) for part in reversed(rule.expansion)]
            elif symbol != END:
                yield Leaf(symbol, all_of or symbol)
