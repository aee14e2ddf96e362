"""The LR(0) states of a grammar, in numbers: symbols, rules and items are integers, and so are states.

What a state begins depends only on the nonterminals that stand next in its kernel, and much of where it leads
to depends on no more: both are worked out once for all states that have these in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.cache import cached_property
from lsp_server.lalr.bounds import TooManyCellsError
from lsp_server.lalr.fixpoints import least, reached
from lsp_server.lalr.table import END, Item, Rule

Kernel = frozenset[int]
Moves = dict[int, int]
"""By symbol, the state that it leads to."""


class Numbered:
    """A grammar in numbers.

    Symbols are numbered from 1 in the order of their names, the end of the text among them; rules as they
    come, the one at the root last. An item's number is that of its rule's first plus the place of its dot.
    """

    def __init__(self, rules: Sequence[Rule], root: Rule) -> None:
        self.rules = (*rules, root)
        names = {symbol for rule in self.rules for symbol in rule.expansion}
        self.names = ["", *sorted(names | {rule.origin for rule in rules} | {END})]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.bodies = [tuple(self.numbers[symbol] for symbol in rule.expansion) for rule in self.rules]
        self.by_origin: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            self.by_origin.setdefault(self.numbers[rule.origin], []).append(number)
        self.after: list[int | None] = []
        """By item, the symbol after its dot; None at the end of its rule."""
        self.first_item: list[int] = []
        for body in self.bodies:
            self.first_item.append(len(self.after))
            self.after.extend((*body, None))

    @cached_property
    def items(self) -> tuple[tuple[int, int], ...]:
        """By item, its rule and the place of its dot."""
        return tuple((rule, dot) for rule, body in enumerate(self.bodies) for dot in range(len(body) + 1))

    def item(self, number: int) -> Item:
        """An item by its number."""
        rule, dot = self.items[number]
        return Item(self.rules[rule], dot)

    @cached_property
    def nullable(self) -> frozenset[int]:
        """The nonterminals that may be empty."""
        bodies = {origin: [self.bodies[rule] for rule in rules] for origin, rules in self.by_origin.items()}
        return least(bodies, lambda symbol: False)

    def begun(self, nonterminals: Iterable[int]) -> set[int]:
        """The nonterminals with which something may begin that begins with one of some."""

        def firsts(origin: int) -> set[int]:
            bodies = (self.bodies[rule] for rule in self.by_origin[origin])
            return {body[0] for body in bodies if body} & self.by_origin.keys()

        return reached(nonterminals, firsts)


@dataclass(frozen=True, slots=True)
class States:
    """The states that the first, number 0, leads to, breadth first in the order of symbols."""

    kernels: Sequence[Kernel]
    moves: Sequence[Moves]


@dataclass(slots=True)
class _Closure:
    """What states have in common in whose kernels the same nonterminals stand next.

    `kernels`: by symbol, the items after it of rules that begin there. `moves`: where those lead alone.
    """

    kernels: Mapping[int, Kernel]
    moves: Moves


def find_states(grammar: Numbered, most: int) -> States:
    """The states of a grammar.

    Raises:
        TooManyCellsError: they have more than so many moves.

    """
    cells = 0
    first = frozenset((grammar.first_item[-1],))
    numbers = {first: 0}
    kernels = [first]
    moves: list[Moves] = []
    closures: dict[frozenset[int], _Closure] = {}
    while len(moves) < len(kernels):
        advanced: dict[int, list[int]] = {}
        for item in kernels[len(moves)]:
            symbol = grammar.after[item]
            if symbol is not None:
                advanced.setdefault(symbol, []).append(item + 1)
        opened = frozenset(advanced.keys() & grammar.by_origin.keys())
        closure = closures.get(opened)
        if closure is None:
            closure = closures[opened] = _close(grammar, opened)
        alone = closure.kernels.keys() - closure.moves.keys() - advanced.keys()
        own: Moves = {}
        for symbol in sorted(alone.union(advanced)):
            kernel = closure.kernels.get(symbol, frozenset()).union(advanced.get(symbol, ()))
            target = numbers.setdefault(kernel, len(kernels))
            if target == len(kernels):
                kernels.append(kernel)
            (closure.moves if symbol in alone else own)[symbol] = target
        moves.append({**closure.moves, **own})
        cells += len(moves[-1])
        if cells > most:
            raise TooManyCellsError
    return States(kernels, moves)


def _close(grammar: Numbered, opened: Iterable[int]) -> _Closure:
    kernels: dict[int, list[int]] = {}
    for origin in grammar.begun(opened):
        for rule in grammar.by_origin[origin]:
            if grammar.bodies[rule]:
                kernels.setdefault(grammar.bodies[rule][0], []).append(grammar.first_item[rule] + 1)
    return _Closure({symbol: frozenset(items) for symbol, items in kernels.items()}, {})
