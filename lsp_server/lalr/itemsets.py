"""The item sets of a grammar that need not be LALR(1), and where in them the parser cannot decide.

Unlike in a `Table`, nothing is settled here: a state may have two things to do before a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsp_server.cache import cached_property
from lsp_server.lalr.bounds import CELLS, TooManyCellsError
from lsp_server.lalr.fixpoints import NULLABLE, firsts
from lsp_server.lalr.lookahead import find_lookaheads
from lsp_server.lalr.states import Numbered, find_states
from lsp_server.lalr.table import Item, Rule


@dataclass(frozen=True, slots=True)
class Clash:
    """In a state, before a terminal, a rule may have ended while another has too, or goes on (`shift`)."""

    state: int
    terminal: str
    ended: Item
    other: Item
    shift: bool


@dataclass(frozen=True, eq=False)
class ItemSets:
    """States with their items; where each symbol leads; and what may be reduced before what.

    `bits` has a bit for each terminal, none of them `NULLABLE`; `reduced[s]` are the rules that have ended in
    state s, each with the bits of the terminals before which it may be reduced. `priorities` are those of all
    rules, which are in the order of the grammar. State 0 is the first.
    """

    root: Rule
    by_origin: Mapping[str, tuple[Rule, ...]]
    priorities: Mapping[Rule, int]
    bits: Mapping[str, int]
    kernels: tuple[tuple[Item, ...], ...]
    moves: tuple[Mapping[str, int], ...]
    reduced: tuple[Mapping[Rule, int], ...]
    _terminals: dict[int, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)

    def clashes(self) -> Iterator[Clash]:
        """All places where the parser cannot decide. Of many rules that have ended, each with the first."""
        for state in range(len(self.moves)):
            for terminal in self.undecided(state):
                ended = [Item(rule, len(rule.expansion)) for rule in self.ends(state, terminal)]
                if terminal in self.moves[state]:
                    for other in self.before(state, terminal):
                        yield from (Clash(state, terminal, item, other, True) for item in ended)
                first, *others = ended
                yield from (Clash(state, terminal, first, other, False) for other in others)

    def undecided(self, state: int) -> tuple[str, ...]:
        """The terminals before which a state has two things to do, or priorities choose one of several."""
        once, twice = 0, 0
        for mask in (self._shifted[state], *self.reduced[state].values()):
            twice |= once & mask
            once |= mask
        return self.terminals(twice)

    def ends(self, state: int, terminal: str) -> tuple[Rule, ...]:
        """The rules that may have ended in a state before a terminal, if no priority is higher there."""
        bit = self.bits[terminal]
        found = [rule for rule, mask in self.reduced[state].items() if mask & bit]
        top = max(map(self.priorities.__getitem__, found), default=0)
        return tuple(rule for rule in found if self.priorities[rule] == top)

    def terminals(self, mask: int) -> tuple[str, ...]:
        """The terminals whose bits are set, in the order of their names."""
        found = self._terminals.get(mask)
        if found is None:
            found = self._terminals[mask] = tuple(name for name, bit in self.bits.items() if mask & bit)
        return found

    @cached_property
    def _shifted(self) -> tuple[int, ...]:
        return tuple(sum(self.bits.get(symbol, 0) for symbol in row) for row in self.moves)

    def before(self, state: int, symbol: str) -> tuple[Item, ...]:
        """The items of a state whose dot stands before a symbol."""
        return self._before[state].get(symbol, ())

    @cached_property
    def _before(self) -> tuple[dict[str, tuple[Item, ...]], ...]:
        found = []
        for items in self.items:
            row: dict[str, list[Item]] = {}
            for item in items:
                if item.dot < len(item.rule.expansion):
                    row.setdefault(item.rule.expansion[item.dot], []).append(item)
            found.append({symbol: tuple(items) for symbol, items in row.items()})
        return tuple(found)

    @cached_property
    def items(self) -> tuple[tuple[Item, ...], ...]:
        """By state, its items with those of the rules that begin there, in the order of the rules."""
        rank = {rule: place for place, rule in enumerate((self.root, *self.priorities))}
        return tuple(
            tuple(sorted(self._closed(kernel), key=lambda item: (rank[item.rule], item.dot)))
            for kernel in self.kernels
        )

    def _closed(self, kernel: Sequence[Item]) -> dict[Item, None]:
        found = dict.fromkeys(kernel)
        pending = list(kernel)
        begun: set[str] = set()
        while pending:
            item = pending.pop()
            for symbol in item.rule.expansion[item.dot : item.dot + 1]:
                if symbol in self.by_origin and symbol not in begun:
                    begun.add(symbol)
                    items = [Item(rule, 0) for rule in self.by_origin[symbol]]
                    found.update(dict.fromkeys(items))
                    pending.extend(items)
        return found

    @cached_property
    def known(self) -> tuple[frozenset[Item], ...]:
        """By state, its items as a set."""
        return tuple(map(frozenset, self.items))

    @cached_property
    def ended(self) -> tuple[tuple[Rule, ...], ...]:
        """By state, the rules that have been read whole."""
        whole = (
            [item.rule for item in items if item.dot == len(item.rule.expansion)] for items in self.items
        )
        return tuple(tuple(rule for rule in rules if rule != self.root) for rules in whole)

    @cached_property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """By state, those that lead to it."""
        found: list[list[int]] = [[] for _ in self.items]
        for state, moves in enumerate(self.moves):
            for target in moves.values():
                found[target].append(state)
        return tuple(map(tuple, found))

    @cached_property
    def first(self) -> dict[str, int]:
        """By nonterminal, what it may begin with, and `NULLABLE` where it may be empty."""
        bodies = {name: [rule.expansion for rule in rules] for name, rules in self.by_origin.items()}
        return firsts(bodies, self.bits)

    def begin(self, symbols: Sequence[str]) -> int:
        """What a sequence of symbols may begin with, and `NULLABLE` where all of them may be empty."""
        mask = 0
        for symbol in symbols:
            part = self.first[symbol] if symbol in self.first else self.bits[symbol]
            mask |= part & ~NULLABLE
            if not part & NULLABLE:
                return mask
        return mask | NULLABLE


def find_item_sets(priorities: Mapping[Rule, int], start: str) -> ItemSets:
    """Analyse expanded rules, whatever conflicts they have.

    States are numbered breadth first in the order of symbols.

    Args:
        priorities: the rules, in the order of the grammar, each with its priority.
        start: the nonterminal that a text is.

    Raises:
        TooManyCellsError: there are too many of them, or too much is to be done in them.

    """
    root = Rule(f"$root_{start}", (start,))
    grammar = Numbered(tuple(priorities), root)
    states = find_states(grammar, CELLS)
    lookaheads = find_lookaheads(grammar, states)
    cells = sum(map(len, states.moves)) + sum(mask.bit_count() for row in lookaheads for mask in row.values())
    if cells > CELLS:
        raise TooManyCellsError
    by_origin: dict[str, list[Rule]] = {}
    for rule in priorities:
        by_origin.setdefault(rule.origin, []).append(rule)
    names, rules = grammar.names, grammar.rules
    return ItemSets(
        root=root,
        by_origin={origin: tuple(found) for origin, found in by_origin.items()},
        priorities=priorities,
        bits={name: 1 << number for number, name in enumerate(names) if number and name not in by_origin},
        kernels=tuple(tuple(map(grammar.item, sorted(kernel))) for kernel in states.kernels),
        moves=tuple({names[symbol]: target for symbol, target in row.items()} for row in states.moves),
        reduced=tuple({rules[rule]: row[rule] for rule in sorted(row)} for row in lookaheads),
    )
