"""Derives sentences of terminals from the rules of a grammar, so that all of its productions come to be used.

A sentence never outgrows its budget by more than the shortest way to the production it is made for, since
each nonterminal knows the size of the smallest sentence that it derives (Purdom, A Sentence Generator for
Testing Parsers, 1972). It must not know how terminals are written.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from random import Random

from lsp_server.cache import cached_property
from lsp_server.lalr.table import END, Rule

_SEEK = 0.6
_ENOUGH = 8


class Deriver:
    """Derives sentences of a nonterminal, `root`, each from the productions that were used least."""

    def __init__(self, by_origin: Mapping[str, tuple[Rule, ...]], root: str, random: Random) -> None:
        self._random = random
        self._root = root
        costs = self._costs = smallest(by_origin)
        productive = {
            origin: tuple(
                rule
                for rule in by_origin[origin]
                if all(symbol in costs or symbol not in by_origin for symbol in rule.expansion)
            )
            for origin in costs
        }
        self._rules = productive
        self._sizes = {rule: _size(rule, costs) for rules in productive.values() for rule in rules}
        self._tried: Counter[Rule] = Counter()
        self._distances: dict[str, dict[str, int]] = {}

    @cached_property
    def productions(self) -> frozenset[Rule]:
        """The productions that some sentence may use."""
        found: set[Rule] = set()
        pending = [self._root]
        seen = set(pending)
        while pending:
            for rule in self._rules[pending.pop()]:
                found.add(rule)
                fresh = {symbol for symbol in rule.expansion if symbol in self._rules} - seen
                seen |= fresh
                pending.extend(fresh)
        return frozenset(found)

    def derive(self, budget: int) -> tuple[tuple[str, ...], frozenset[Rule]]:
        """A sentence, and the productions in its derivation.

        Args:
            budget: the size to aim at, in lexemes and nonterminals together.

        """
        random = self._random
        target = self._target() if random.random() < _SEEK else None
        root = _DerivationNode(self._root)
        carrier = None if target is None else root
        open_nodes = [root]
        room = budget - self._costs[self._root]
        used: set[Rule] = set()
        while open_nodes:
            position = random.randrange(len(open_nodes))
            open_nodes[position], open_nodes[-1] = open_nodes[-1], open_nodes[position]
            node = open_nodes.pop()
            on_way = None
            if node is carrier and target is not None:
                rule, on_way = self._towards(node.symbol, target)
                carrier = None
            else:
                rule = self._choose(node.symbol, room)
            room -= self._sizes[rule] - self._costs[node.symbol]
            used.add(rule)
            self._tried[rule] += 1
            node.children = [_DerivationNode(symbol) for symbol in rule.expansion]
            if on_way is not None:
                carrier = node.children[on_way]
            open_nodes.extend(child for child in node.children if child.symbol in self._rules)
        return tuple(symbol for symbol in root.leaves() if symbol != END), frozenset(used)

    def _target(self) -> Rule | None:
        """One of the productions that were tried least; None once each was tried often."""
        productions = self._ordered
        least = min(self._tried[rule] for rule in productions)
        if least >= _ENOUGH:
            return None
        return self._random.choice([rule for rule in productions if self._tried[rule] == least])

    @cached_property
    def _ordered(self) -> list[Rule]:
        return sorted(self.productions, key=lambda rule: (rule.origin, rule.expansion))

    def _towards(self, symbol: str, target: Rule) -> tuple[Rule, int | None]:
        """A production that leads from a nonterminal to the target, and the place in it that does."""
        if symbol == target.origin:
            return target, None
        distances = self._distances_to(target.origin)
        near = distances[symbol]
        ways = [
            (rule, place)
            for rule in self._rules[symbol]
            for place, part in enumerate(rule.expansion)
            if distances.get(part, near) < near
        ]
        return self._random.choice(ways)

    def _distances_to(self, origin: str) -> dict[str, int]:
        """How much must be written around a nonterminal for each one that can lead to it."""
        found = self._distances.get(origin)
        if found is None:
            found = self._distances[origin] = {}
            queue = [(0, origin)]
            while queue:
                distance, symbol = heapq.heappop(queue)
                if symbol in found:
                    continue
                found[symbol] = distance
                for rule in self._users.get(symbol, ()):
                    if rule.origin not in found:
                        further = distance + self._sizes[rule] - self._costs[symbol]
                        heapq.heappush(queue, (further, rule.origin))
        return found

    @cached_property
    def _users(self) -> dict[str, list[Rule]]:
        users: dict[str, list[Rule]] = {}
        for rules in self._rules.values():
            for rule in rules:
                for symbol in dict.fromkeys(rule.expansion):
                    users.setdefault(symbol, []).append(rule)
        return users

    def _choose(self, symbol: str, room: int) -> Rule:
        """A production that leaves the rest of the sentence its room, or else a smallest one."""
        rules = self._rules[symbol]
        most = self._costs[symbol] + max(room, 0)
        fitting = [rule for rule in rules if self._sizes[rule] <= most]
        if len(fitting) == 1:
            return fitting[0]
        return self._random.choices(fitting, [1 / (1 + self._tried[rule]) for rule in fitting])[0]


class _DerivationNode:
    __slots__ = ("children", "symbol")

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.children: list[_DerivationNode] | None = None

    def leaves(self) -> list[str]:
        found: list[str] = []
        pending = [self]
        while pending:
            node = pending.pop()
            if node.children is None:
                found.append(node.symbol)
            else:
                pending.extend(reversed(node.children))
        return found


def smallest(by_origin: Mapping[str, tuple[Rule, ...]]) -> dict[str, int]:
    """By nonterminal, the size of the smallest derivation: its terminals and nonterminals.

    One that derives nothing is left out.
    """
    costs: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for origin, rules in by_origin.items():
            for rule in rules:
                if any(symbol in by_origin and symbol not in costs for symbol in rule.expansion):
                    continue
                cost = _size(rule, costs)
                if cost < costs.get(origin, cost + 1):
                    costs[origin] = cost
                    changed = True
    return costs


def within(by_origin: Mapping[str, tuple[Rule, ...]], most: int) -> dict[str, tuple[Rule, ...]]:
    """The rules that have a derivation of at most some size: with others, to write one might never end."""
    costs = smallest(by_origin)
    return {
        origin: tuple(rule for rule in rules if _size(rule, costs) <= most)
        for origin, rules in by_origin.items()
    }


def _size(rule: Rule, costs: Mapping[str, int]) -> int:
    """The size of the smallest derivation that begins with a production."""
    return 1 + sum(costs.get(symbol, 1) for symbol in rule.expansion)
