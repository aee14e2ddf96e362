"""The item sets of a grammar that need not be LALR(1), and where in them the parser cannot decide.

Unlike `table`, nothing is settled here: a state may have two things to do before a terminal.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lark.grammar import NonTerminal, Symbol
from lark.grammar import Rule as LarkRule
from lark.parsers.grammar_analysis import LR0ItemSet, RulePtr
from lark.parsers.lalr_analysis import LALR_Analyzer

from lsp_server.lalr.analysis import converted
from lsp_server.lalr.lookahead import find_lookaheads
from lsp_server.lalr.table import END, Item, Rule

NOTHING = 1
"""The bit that says that there may be nothing."""


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
    """States with their items, closed; where each symbol leads; and what may be reduced before what.

    `ends[s][t]` are the rules that may have ended in state s before terminal t; where priorities choose one
    of them, only that one. State 0 is the first.
    """

    root: Rule
    by_origin: Mapping[str, tuple[Rule, ...]]
    items: tuple[tuple[Item, ...], ...]
    moves: tuple[Mapping[str, int], ...]
    ends: tuple[Mapping[str, tuple[Rule, ...]], ...]

    def clashes(self) -> Iterator[Clash]:
        """All places where the parser cannot decide. Of many rules that have ended, each with the first."""
        for state, ends in enumerate(self.ends):
            for terminal, rules in ends.items():
                ended = [Item(rule, len(rule.expansion)) for rule in rules]
                if terminal in self.moves[state]:
                    for other in self.before(state, terminal):
                        yield from (Clash(state, terminal, item, other, True) for item in ended)
                first, *others = ended
                yield from (Clash(state, terminal, first, other, False) for other in others)

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
    def bits(self) -> dict[str, int]:
        """A bit for each terminal; the bit `NOTHING` is none of them."""
        rules = (*(rule for rules in self.by_origin.values() for rule in rules), self.root)
        names = {symbol for rule in rules for symbol in rule.expansion} - self.by_origin.keys() | {END}
        return {name: 2 << place for place, name in enumerate(sorted(names))}

    @cached_property
    def first(self) -> dict[str, int]:
        """By nonterminal, what it may begin with, and `NOTHING` where it may be empty."""
        found = dict.fromkeys(self.by_origin, 0)
        users: dict[str, dict[str, None]] = {}
        for origin, rules in self.by_origin.items():
            for symbol in {symbol for rule in rules for symbol in rule.expansion}:
                users.setdefault(symbol, {})[origin] = None
        pending = dict.fromkeys(self.by_origin)
        while pending:
            origin, _ = pending.popitem()
            mask = 0
            for rule in self.by_origin[origin]:
                mask |= self._begin(found, rule.expansion)
            if mask != found[origin]:
                found[origin] = mask
                pending.update(users.get(origin, {}))
        return found

    def begin(self, symbols: Sequence[str]) -> int:
        """What a sequence of symbols may begin with, and `NOTHING` where all of them may be empty."""
        return self._begin(self.first, symbols)

    def _begin(self, first: Mapping[str, int], symbols: Sequence[str]) -> int:
        mask = 0
        for symbol in symbols:
            part = first[symbol] if symbol in first else self.bits[symbol]
            mask |= part & ~NOTHING
            if not part & NOTHING:
                return mask
        return mask | NOTHING


class _Analyzer(LALR_Analyzer):
    """Lark's, without the sets of what may follow a symbol: they take long, and none asks for them."""

    def __init__(self, rules: list[LarkRule], start: str) -> None:
        root = LarkRule(NonTerminal(f"$root_{start}"), [NonTerminal(start)])
        by_origin: dict[NonTerminal, list[LarkRule]] = {}
        for rule in (*rules, root):
            by_origin.setdefault(rule.origin, []).append(rule)
        self.lr0_rules_by_origin = by_origin
        closure = self.expand_rule(root.origin, by_origin)
        self.lr0_start_states = {start: LR0ItemSet([RulePtr(root, 0)], closure)}
        self.NULLABLE = _nullable(rules)


def _nullable(rules: list[LarkRule]) -> set[Symbol]:
    """The nonterminals that may be empty."""
    users: dict[Symbol, list[LarkRule]] = {}
    missing = {id(rule): len(rule.expansion) for rule in rules}
    found: set[Symbol] = set()
    for rule in rules:
        for symbol in rule.expansion:
            users.setdefault(symbol, []).append(rule)
    pending = [rule.origin for rule in rules if not rule.expansion]
    while pending:
        origin = pending.pop()
        if origin not in found:
            found.add(origin)
            for rule in users.get(origin, ()):
                missing[id(rule)] -= 1
                if not missing[id(rule)]:
                    pending.append(rule.origin)
    return found


def find_item_sets(rules: list[LarkRule], start: str) -> ItemSets:
    """Analyse expanded rules, whatever conflicts they have. States are numbered breadth first by symbols."""
    analyzer = _Analyzer(rules, start)
    analyzer.compute_lr0_states()
    find_lookaheads(analyzer)
    (first,) = analyzer.lr0_start_states.values()
    numbers = {id(first): 0}
    order, pending = [first], deque([first])
    while pending:
        for _, target in sorted(pending.popleft().transitions.items(), key=lambda move: move[0].name):
            if id(target) not in numbers:
                numbers[id(target)] = len(order)
                order.append(target)
                pending.append(target)
    places: dict[Rule, int] = {}
    for rule in map(converted, rules):
        places.setdefault(rule, len(places))

    def ends(itemset: LR0ItemSet) -> dict[str, tuple[Rule, ...]]:
        found = {}
        for symbol, reduced in sorted(itemset.lookaheads.items(), key=lambda pair: str(pair[0].name)):
            most = max(rule.options.priority or 0 for rule in reduced)
            best = [rule for rule in reduced if (rule.options.priority or 0) == most]
            found[str(symbol.name)] = tuple(sorted(map(converted, best), key=places.__getitem__))
        return found

    by_origin: dict[str, list[Rule]] = {}
    for rule in places:
        by_origin.setdefault(rule.origin, []).append(rule)
    (kernel,) = first.kernel
    rank = {**places, converted(kernel.rule): -1}
    return ItemSets(
        root=converted(kernel.rule),
        by_origin={origin: tuple(found) for origin, found in by_origin.items()},
        items=tuple(
            tuple(
                sorted(
                    {Item(converted(pointer.rule), pointer.index) for pointer in itemset.closure},
                    key=lambda item: (rank[item.rule], item.dot),
                )
            )
            for itemset in order
        ),
        moves=tuple(
            {str(symbol.name): numbers[id(target)] for symbol, target in itemset.transitions.items()}
            for itemset in order
        ),
        ends=tuple(map(ends, order)),
    )
