"""The shortest sentences of a grammar's symbols. Knows no parser, and not how a terminal is written."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count

from lsp_server.lalr.fixpoints import NULLABLE
from lsp_server.lalr.itemsets import ItemSets
from lsp_server.lalr.table import END, Rule

NEVER = 10**9
"""The cost of what derives no sentence, and of one that nobody could read."""


class Sentences:
    """By symbol, its shortest sentence, in lexemes."""

    def __init__(self, sets: ItemSets) -> None:
        self._sets = sets
        self._costs, self._best = _shortest(sets.by_origin)
        self.beginning = cache(self._beginning)

    def cost(self, symbol: str) -> int:
        """The number of lexemes of a symbol's shortest sentence."""
        return self._costs.get(symbol, NEVER) if symbol in self._sets.by_origin else 1

    def spell(self, symbol: str) -> tuple[str, ...]:
        """The shortest sentence of a symbol."""
        found: list[str] = []
        pending = [symbol]
        while pending:
            part = pending.pop()
            rule = self._best.get(part)
            if rule is None:
                found.append(part)
            else:
                pending.extend(reversed(rule.expansion))
        return tuple(found)

    def from_rests(self, rests: Sequence[Sequence[str]], terminal: str) -> tuple[str, ...] | None:
        """Symbols derived from what may still come, inner first, the first of them a terminal.

        There are none where that is the text's end. None where only what derives no sentence has them begin
        so.
        """
        symbols = [symbol for rest in rests for symbol in rest]
        ways = self.beginning(terminal)
        for place, symbol in enumerate(symbols):
            if symbol == terminal or symbol in ways:
                return (*self._led(symbol, terminal), *symbols[place + 1 :])
            if not self._sets.begin((symbol,)) & NULLABLE:
                return None
        return () if terminal == END else None

    def _led(self, symbol: str, terminal: str) -> tuple[str, ...]:
        after: list[str] = []
        ways = self.beginning(terminal)
        while symbol != terminal:
            rule, place = ways[symbol]
            after[:0] = rule.expansion[place + 1 :]
            symbol = rule.expansion[place]
        return (terminal, *after)

    def _beginning(self, terminal: str) -> Mapping[str, tuple[Rule, int]]:
        """By nonterminal, the rule and the place in it by which it soonest begins with a terminal."""
        sets = self._sets
        bit, order = sets.bits[terminal], count()
        ways: dict[str, tuple[Rule, int]] = {}
        costs = {terminal: 1}
        users: dict[str, list[tuple[Rule, int]]] = {}
        for rules in sets.by_origin.values():
            for rule in rules:
                for place, symbol in enumerate(rule.expansion):
                    if sets.begin((symbol,)) & bit:
                        users.setdefault(symbol, []).append((rule, place))
                    if not sets.begin((symbol,)) & NULLABLE:
                        break
        queue = [(1, next(order), terminal)]
        while queue:
            cost, _, symbol = heapq.heappop(queue)
            if cost > costs[symbol]:
                continue
            for rule, place in users.get(symbol, ()):
                total = cost + 1 + sum(map(self.cost, rule.expansion[place + 1 :]))
                if rule.origin not in costs or total < costs[rule.origin]:
                    costs[rule.origin], ways[rule.origin] = total, (rule, place)
                    heapq.heappush(queue, (total, next(order), rule.origin))
        return ways


def _shortest(by_origin: Mapping[str, Sequence[Rule]]) -> tuple[dict[str, int], dict[str, Rule]]:
    """By nonterminal that derives a sentence, the length of its shortest, and the rule that it begins with.

    A rule is settled once all of its symbols are (Knuth, A Generalization of Dijkstra's Algorithm, 1977), so
    that following the rules found ends.
    """
    missing: dict[int, int] = {}
    users: dict[str, list[int]] = {}
    rules = [rule for found in by_origin.values() for rule in found]
    costs: dict[str, int] = {}
    best: dict[str, Rule] = {}
    queue: list[tuple[int, int]] = []

    def total(rule: Rule) -> int:
        return sum(costs[symbol] if symbol in by_origin else 1 for symbol in rule.expansion)

    for number, rule in enumerate(rules):
        parts = [symbol for symbol in rule.expansion if symbol in by_origin]
        missing[number] = len(parts)
        for symbol in parts:
            users.setdefault(symbol, []).append(number)
        if not parts:
            heapq.heappush(queue, (total(rule), number))
    while queue:
        cost, number = heapq.heappop(queue)
        rule = rules[number]
        if rule.origin in costs:
            continue
        costs[rule.origin], best[rule.origin] = cost, rule
        for user in users.get(rule.origin, ()):
            missing[user] -= 1
            if not missing[user]:
                heapq.heappush(queue, (total(rules[user]), user))
    return costs, best
