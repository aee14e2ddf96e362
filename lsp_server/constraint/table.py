"""The LALR(1) table of a grammar, and the persistent stacks that run on it.

The table comes from Lark's own analysis, but the item sets stay known, because the hole grammar is made
of them. States are numbered breadth first in the order of symbol names, so that numbers are stable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from lark.common import ParserConf
from lark.grammar import Rule as LarkRule
from lark.grammar import Symbol
from lark.parsers.grammar_analysis import RulePtr
from lark.parsers.lalr_analysis import LALR_Analyzer, Shift

END = "$END"
NULLABLE = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A production `origin -> expansion`; symbols are names."""

    origin: str
    expansion: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A rule with a dot before its symbol number `dot`."""

    rule: Rule
    dot: int


class Stack:
    """A parser stack as a linked list: every prefix is shared, nothing is ever changed.

    `tag` is the tag of the innermost open paired terminal, or None.
    """

    __slots__ = ("below", "depth", "state", "tag")

    def __init__(self, state: int, below: Stack | None, tag: str | None) -> None:
        self.state = state
        self.below = below
        self.depth: int = 0 if below is None else below.depth + 1
        self.tag = tag

    def states(self) -> tuple[int, ...]:
        """The states from the bottom up."""
        return tuple(reversed([node.state for node in self._down()]))

    def _down(self) -> Iterator[Stack]:
        node: Stack | None = self
        while node is not None:
            yield node
            node = node.below

    def same_as(self, other: Stack) -> bool:
        """Whether two stacks hold the same states; shared tails are not compared."""
        if self.depth != other.depth:
            return False
        one: Stack | None = self
        two: Stack | None = other
        while one is not two:
            if one is None or two is None or one.state != two.state or one.tag != two.tag:
                return False
            one, two = one.below, two.below
        return True


@dataclass(frozen=True, eq=False)
class Table:
    """Actions and item sets by state.

    `actions[s][t]` is the state to shift to, or `~r` to reduce by `rules[r]`. `gotos[s][n]` is the state
    after nonterminal n. `kernels[s]` and `closures[s]` are item sets. `final` is the state that is
    entered on the end of the text.
    """

    rules: tuple[Rule, ...]
    by_origin: dict[str, tuple[Rule, ...]]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    kernels: tuple[tuple[Item, ...], ...]
    closures: tuple[tuple[Item, ...], ...]
    accepts: tuple[frozenset[str], ...]
    final: int
    root: Rule

    @cached_property
    def bits(self) -> dict[str, int]:
        """A bit for each terminal, the end of the text included; the bit `NULLABLE` is not one of them."""
        symbols = (s for rules in self.by_origin.values() for rule in rules for s in rule.expansion)
        names = sorted({symbol for symbol in symbols if symbol not in self.by_origin} | {END})
        return {name: 2 << index for index, name in enumerate(names)}

    @cached_property
    def first(self) -> dict[str, int]:
        """By nonterminal, the terminals that it may begin with, and `NULLABLE` where it may be empty."""
        found = dict.fromkeys(self.by_origin, 0)

        def of(rule: Rule) -> int:
            mask = 0
            for symbol in rule.expansion:
                part = found[symbol] if symbol in found else self.bits[symbol]
                mask |= part & ~NULLABLE
                if not part & NULLABLE:
                    return mask
            return mask | NULLABLE

        return self._fixed_point(found, of)

    @cached_property
    def occurring(self) -> dict[str, int]:
        """By nonterminal, the terminals that occur in what it derives."""
        found = dict.fromkeys(self.by_origin, 0)

        def of(rule: Rule) -> int:
            mask = 0
            for symbol in rule.expansion:
                mask |= found[symbol] if symbol in found else self.bits[symbol]
            return mask

        return self._fixed_point(found, of)

    def _fixed_point(self, found: dict[str, int], of: Callable[[Rule], int]) -> dict[str, int]:
        """Grow masks by nonterminal until no rule adds a bit; `of` reads the masks that grow."""
        changed = True
        while changed:
            changed = False
            for origin, rules in self.by_origin.items():
                mask = found[origin]
                for rule in rules:
                    mask |= of(rule)
                if mask != found[origin]:
                    found[origin] = mask
                    changed = True
        return found

    def start(self) -> Stack:
        """The stack before any lexeme."""
        return Stack(0, None, None)

    def shift(self, stack: Stack, terminal: str, tag: str | None = None) -> Stack | None:
        """The stack after a terminal, all reductions done; None where the terminal does not fit.

        A terminal after which the grammar lets nothing stand, not even the end, does not fit.

        Args:
            tag: the tag that the lexeme opens, if it opens one.

        """
        actions, gotos, rules = self.actions, self.gotos, self.rules
        while True:
            action = actions[stack.state].get(terminal)
            if action is None:
                return None
            if action >= 0:
                return Stack(action, stack, stack.tag if tag is None else tag) if actions[action] else None
            rule = rules[~action]
            for _ in rule.expansion:
                assert stack.below is not None
                stack = stack.below
            stack = Stack(gotos[stack.state][rule.origin], stack, stack.tag)

    def completes(self, stack: Stack) -> bool:
        """Whether the text may end here."""
        while stack.state != self.final:
            action = self.actions[stack.state].get(END)
            if action is None or action >= 0:
                return False
            rule = self.rules[~action]
            for _ in rule.expansion:
                assert stack.below is not None
                stack = stack.below
            stack = Stack(self.gotos[stack.state][rule.origin], stack, stack.tag)
        return True

    def lists_from(self, state: int) -> tuple[int, ...]:
        """The states that a repetition begun at a state is in between two elements."""
        return tuple(
            after
            for name, after in sorted(self.gotos[state].items())
            if name.startswith("__") and any(rule.expansion[:1] == (name,) for rule in self.by_origin[name])
        )

    def list_stack(self) -> Stack | None:
        """The stack between two elements of the repetition at the root; None where there is none.

        Lark expands `start: element*` into a left-recursive helper, so that between any two elements the
        stack, once reduced, holds the start state and the state after the helper. Of several helpers the
        one that accepts least is taken: what fits there fits after the others too.
        """
        stacks = [
            Stack(state, self.start(), None)
            for name, state in sorted(self.gotos[0].items())
            if any(rule.expansion[:1] == (name,) for rule in self.by_origin[name])
        ]
        complete = [stack for stack in stacks if self.completes(stack)]
        return min(complete, key=lambda stack: len(self.accepts[stack.state]), default=None)


def build_table(rules: list[LarkRule], start: str) -> Table:
    """Analyse a grammar.

    Raises:
        lark.exceptions.GrammarError: it has a reduce/reduce conflict. A shift/reduce conflict is taken
            as a shift, as Lark does.

    """
    _share_symbols(rules)
    analyzer = LALR_Analyzer(ParserConf(rules, {}, [start]))
    analyzer.compute_lr0_states()
    analyzer.compute_reads_relations()
    analyzer.compute_includes_lookback()
    analyzer.compute_lookaheads()
    analyzer.debug = True
    analyzer.compute_lalr1_states()
    lalr = analyzer.parse_table.states
    kernels_of = {itemset.closure: itemset for itemset in analyzer.lr0_itemsets}

    @cache
    def convert(rule: LarkRule) -> Rule:
        return Rule(str(rule.origin.name), tuple(str(symbol.name) for symbol in rule.expansion))

    root = kernels_of[analyzer.parse_table.start_states[start]]
    numbers = {root.closure: 0}
    order = deque([root])
    states = []
    while order:
        itemset = order.popleft()
        states.append(itemset)
        for _, target in sorted(itemset.transitions.items(), key=lambda pair: pair[0].name):
            if target.closure not in numbers:
                numbers[target.closure] = len(numbers)
                order.append(target)

    converted: dict[Rule, int] = {}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    nonterminals = {str(rule.origin.name) for rule in rules}
    for itemset in states:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for name, (action, argument) in lalr[itemset.closure].items():
            if action is not Shift:
                row[name] = ~converted.setdefault(convert(argument), len(converted))
            elif name in nonterminals:
                goto[str(name)] = numbers[argument]
            else:
                row[name] = numbers[argument]
        actions.append(row)
        gotos.append(goto)

    def items(pointers: Iterable[RulePtr]) -> tuple[Item, ...]:
        found = {Item(convert(pointer.rule), pointer.index) for pointer in pointers}
        return tuple(sorted(found, key=lambda item: (item.rule.origin, item.rule.expansion, item.dot)))

    by_origin: dict[str, list[Rule]] = {}
    for rule in dict.fromkeys(convert(rule) for rule in rules):
        by_origin.setdefault(rule.origin, []).append(rule)
    return Table(
        rules=tuple(converted),
        by_origin={origin: tuple(found) for origin, found in by_origin.items()},
        actions=tuple(actions),
        gotos=tuple(gotos),
        kernels=tuple(items(itemset.kernel) for itemset in states),
        closures=tuple(items(itemset.closure) for itemset in states),
        accepts=tuple(frozenset(row) - {END} for row in actions),
        final=numbers[analyzer.parse_table.end_states[start]],
        root=items(root.kernel)[0].rule,
    )


def _share_symbols(rules: list[LarkRule]) -> None:
    """Let equal symbols be one object with a plain name: Lark compares them so often that it is felt."""
    shared: dict[Symbol, Any] = {}

    def share(symbol: Symbol) -> Any:
        found = shared.get(symbol)
        if found is None:
            symbol.name = str(symbol.name)
            found = shared[symbol] = symbol
        return found

    for rule in rules:
        rule.origin = share(rule.origin)
        rule.expansion = [share(symbol) for symbol in rule.expansion]
