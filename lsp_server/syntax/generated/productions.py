"""The productions of a Lark grammar as a tree-sitter grammar can have them.

What derives no text is left out. Where Lark decides while it parses whether a rule leaves a node, because an
only child stands for it, the rules below it are split by how many children they leave, so that each body
either leaves a node or does not. Which bodies may be empty is told, since tree-sitter wants none that is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from lsp_server.lalr import Grammar, Rule, Shape

MANY = 2
"""Counts of children go so far: none, one, many."""

Counts = frozenset[int]


@dataclass(frozen=True, slots=True)
class Part:
    """A symbol in a body; of a terminal, whether its leaf is `named`."""

    symbol: str
    named: bool


@dataclass(frozen=True, slots=True)
class Body:
    """One way to derive a nonterminal; `kind` is that of its node, None where its parts take its place."""

    parts: tuple[Part, ...]
    kind: str | None


@dataclass(frozen=True, slots=True)
class Productions:
    """The bodies by nonterminal, the start first; no body is empty, and `nullable` may be left out instead.

    `hidden` are those that never leave a node.
    """

    start: str
    bodies: Mapping[str, tuple[Body, ...]]
    nullable: frozenset[str]
    hidden: frozenset[str]

    def leaves(self) -> Mapping[str, frozenset[bool]]:
        """By terminal, whether its leaves are named: there may be such and others."""
        found: dict[str, set[bool]] = {}
        for part in (part for bodies in self.bodies.values() for body in bodies for part in body.parts):
            if part.symbol not in self.bodies:
                found.setdefault(part.symbol, set()).add(part.named)
        return {name: frozenset(named) for name, named in found.items()}


def productions(grammar: Grammar) -> Productions:
    """The productions of a grammar, in the order in which they are needed."""
    start = grammar.table.root.expansion[0]
    rules = {
        origin: [rule for rule in found if rule in grammar.table.deriving]
        for origin, found in grammar.table.by_origin.items()
    }
    split = _Splitter(rules, grammar.shapes)
    bodies: dict[str, list[Body]] = {}
    pending = [start]
    while pending:
        name = pending.pop()
        if name not in bodies:
            bodies[name] = list(dict.fromkeys(split.bodies(name)))
            symbols = [part.symbol for body in bodies[name] for part in body.parts]
            pending.extend(symbol for symbol in reversed(symbols) if split.known(symbol))
    return _without_empty(start, bodies, frozenset(name for name in bodies if _is_hidden(name)))


def _is_hidden(name: str) -> bool:
    return name.startswith("_")


class _Splitter:
    """Bodies of nonterminals, and of those that were split: `name#count` leaves so many children."""

    def __init__(self, rules: Mapping[str, Collection[Rule]], shapes: Mapping[Rule, Shape]) -> None:
        self._rules = rules
        self._shapes = shapes
        self._counts: dict[str, Counts] = {name: frozenset() for name in rules if _is_hidden(name)}
        self._count()

    def known(self, name: str) -> bool:
        """Whether a symbol is a nonterminal."""
        return name.partition("#")[0] in self._rules

    def bodies(self, name: str) -> Iterator[Body]:
        """What a nonterminal, split or not, is derived as."""
        origin, _, count = name.partition("#")
        for rule in self._rules[origin]:
            shape = self._shapes[rule]
            parts = tuple(map(Part, rule.expansion, shape.named))
            if count:
                yield from (Body(found, None) for found in self._leaving(parts, {int(count)}))
            elif shape.hidden:
                yield Body(parts, None)
            elif not shape.single or 1 not in (counts := self._sum(parts)):
                yield Body(parts, shape.kind)
            elif counts == {1}:
                yield Body(parts, None)
            else:
                yield from (Body(found, None) for found in self._leaving(parts, {1}))
                yield from (Body(found, shape.kind) for found in self._leaving(parts, {0, MANY}))

    def _leaving(self, parts: tuple[Part, ...], wanted: Collection[int]) -> Iterator[tuple[Part, ...]]:
        """The parts, split so that they leave one of some numbers of children."""
        options = [[(part, count) for count in sorted(self._of(part))] for part in parts]
        for chosen in product(*options):
            if min(sum(count for _, count in chosen), MANY) in wanted:
                yield tuple(
                    part if len(self._of(part)) == 1 else Part(f"{part.symbol}#{count}", part.named)
                    for part, count in chosen
                )

    def _count(self) -> None:
        """Find out, by hidden nonterminal, how many children it may leave to what it stands in."""
        changed = True
        while changed:
            changed = False
            for name, before in reversed(self._counts.items()):
                found = before.union(
                    *(
                        self._sum(map(Part, rule.expansion, self._shapes[rule].named))
                        for rule in self._rules[name]
                    )
                )
                if found != before:
                    self._counts[name] = found
                    changed = True

    def _sum(self, parts: Iterable[Part]) -> Counts:
        total: Counts = frozenset((0,))
        for part in parts:
            total = frozenset(min(a + b, MANY) for a in total for b in self._of(part))
        return total

    def _of(self, part: Part) -> Counts:
        if part.symbol in self._counts:
            return self._counts[part.symbol]
        return frozenset((1 if part.named or part.symbol in self._rules else 0,))


def _without_empty(start: str, bodies: dict[str, list[Body]], hidden: frozenset[str]) -> Productions:
    """Leave out empty bodies, and what derives nothing else wherever it stands."""
    nullable = _closure(bodies, lambda body, found: all(part.symbol in found for part in body.parts))
    solid = _closure(
        bodies, lambda body, found: any(p.symbol not in bodies or p.symbol in found for p in body.parts)
    )
    kept = {
        name: tuple(
            dict.fromkeys(
                Body(parts, body.kind)
                for body in found
                if (parts := tuple(p for p in body.parts if p.symbol not in bodies or p.symbol in solid))
                and [part.symbol for part in parts] != [name]
            )
        )
        for name, found in bodies.items()
        if name in solid or name == start
    }
    return Productions(start, kept, nullable, hidden)


def _closure(bodies: dict[str, list[Body]], holds: Callable[[Body, set[str]], bool]) -> frozenset[str]:
    """The nonterminals with a body of which something holds, given those found already."""
    found: set[str] = set()
    before = -1
    while before != len(found):
        before = len(found)
        # What stands in a body mostly comes after it, so that one pass from the back finds nearly all.
        found.update(n for n, options in reversed(bodies.items()) if any(holds(b, found) for b in options))
    return frozenset(found)
