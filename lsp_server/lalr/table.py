"""The LALR(1) table of a grammar, and the persistent stacks that run on it.

The item sets stay known, because the hole grammar is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lsp_server.cache import BoundedDict, cached_property
from lsp_server.lalr.fixpoints import NULLABLE, firsts, gather, least, reached
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.rows import Rows

END = "$END"
_DEEPEST, _MOST_RENAMED = 4, 8_000
"""So many rules may lead from the root to its repetition; of so many rows of reductions the end is kept."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A production `origin -> expansion`; symbols are names."""

    origin: str
    expansion: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a rule leaves in a tree, as Lark has it.

    Attributes:
        kind: of the node: the rule's alias, or its name.
        hidden: there is no node, its children are those of the rule that it stands in.
        single: an only child stands for the node.
        named: by symbol of the expansion, whether Lark keeps it; what it does not is there without a name.

    """

    kind: str
    hidden: bool
    single: bool
    named: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A rule with a dot before its symbol number `dot`."""

    rule: Rule
    dot: int


class Stack:
    """A parser stack as a linked list: every prefix is shared, nothing is ever changed.

    `tag` is the tag of the innermost open paired terminal, or None. `lines` is what is open by indentation
    after the last lexeme of the topmost symbol; None in a language without.
    """

    __slots__ = ("below", "depth", "lines", "state", "tag")

    def __init__(self, state: int, below: Stack | None, tag: str | None, lines: Lines | None = None) -> None:
        self.state = state
        self.below = below
        self.depth: int = 0 if below is None else below.depth + 1
        self.tag = tag
        self.lines = lines

    def states(self) -> tuple[int, ...]:
        """The states from the bottom up."""
        return tuple(reversed([node.state for node in self.down()]))

    def down(self) -> Iterator[Stack]:
        """It and the stacks below it, from the top down."""
        node: Stack | None = self
        while node is not None:
            yield node
            node = node.below

    def shared_with(self, other: Stack) -> int:
        """The depth up to which two stacks are the same one."""
        one: Stack | None = self
        two: Stack | None = other
        while one is not two:
            if one is None or two is None:
                return -1
            lower, other_lower = one.depth >= two.depth, two.depth >= one.depth
            one, two = one.below if lower else one, two.below if other_lower else two
        return -1 if one is None else one.depth

    def same_as(self, other: Stack) -> bool:
        """Whether two stacks hold the same states; shared tails are not compared."""
        if self.depth != other.depth or self.lines != other.lines:
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

    `actions[s][t]` is the state to shift to, or `~r` to reduce by `rules[r]`; `shifts[s]` has the former
    alone. `gotos[s][n]` is the state after nonterminal n. `kernels[s]` is an item set, sorted. `final` is
    the state that is entered on the end of the text.
    """

    rules: tuple[Rule, ...]
    by_origin: dict[str, tuple[Rule, ...]]
    actions: Rows[dict[str, int]]
    shifts: Rows[dict[str, int]]
    gotos: Rows[dict[str, int]]
    kernels: Rows[tuple[Item, ...]]
    accepts: Rows[frozenset[str]]
    final: int
    root: Rule
    _closures: dict[int, Mapping[str, tuple[Item, ...]]] = field(default_factory=dict, init=False, repr=False)
    _lists_from: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)
    _renamed: BoundedDict[tuple[int, int, str], int] = field(
        default_factory=lambda: BoundedDict(_MOST_RENAMED), init=False, repr=False
    )

    @cached_property
    def bits(self) -> dict[str, int]:
        """A bit for each terminal, the end of the text included; the bit `NULLABLE` is not one of them."""
        symbols = (s for rules in self.by_origin.values() for rule in rules for s in rule.expansion)
        names = sorted({symbol for symbol in symbols if symbol not in self.by_origin} | {END})
        return {name: 2 << index for index, name in enumerate(names)}

    @cached_property
    def first(self) -> dict[str, int]:
        """By nonterminal, the terminals that it may begin with, and `NULLABLE` where it may be empty."""
        return firsts(self._bodies_of, self.bits)

    @cached_property
    def last(self) -> dict[str, int]:
        """By nonterminal, the terminals that it may end with."""
        backwards = {name: [body[::-1] for body in bodies] for name, bodies in self._bodies_of.items()}
        return {name: mask & ~NULLABLE for name, mask in firsts(backwards, self.bits).items()}

    @cached_property
    def occurring(self) -> dict[str, int]:
        """By nonterminal, the terminals that occur in what it derives."""
        symbols = {name: {s for body in bodies for s in body} for name, bodies in self._bodies_of.items()}
        own = {name: sum(self.bits.get(symbol, 0) for symbol in found) for name, found in symbols.items()}
        return gather(own, symbols)

    @cached_property
    def _bodies_of(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {name: tuple(rule.expansion for rule in rules) for name, rules in self.by_origin.items()}

    @cached_property
    def dead(self) -> frozenset[str]:
        """The terminals that stand in no text at all: rules name them for the sake of the lexer alone."""
        return frozenset(self.bits) - {END} - self._alive

    @cached_property
    def entered(self) -> frozenset[int]:
        """The states that the parser is in at some place of some text."""
        found, pending, alive = {0}, [0], self._alive
        for state in pending:
            for row in (self.shifts[state], self.gotos[state]):
                after = row.values() if row.keys() <= alive else map(row.__getitem__, row.keys() & alive)
                new = set(after) - found
                found |= new
                pending.extend(new)
        return frozenset(found)

    @cached_property
    def sound(self) -> dict[Any, tuple[tuple[Any, ...], ...]]:
        """By nonterminal that derives some text, the bodies of it that do."""
        found = {
            origin: tuple(rule.expansion for rule in rules if rule in self.deriving)
            for origin, rules in self.by_origin.items()
        }
        return {origin: bodies for origin, bodies in found.items() if bodies}

    @cached_property
    def parts(self) -> dict[Any, tuple[Any, ...]]:
        """By nonterminal that derives some text, those in its bodies that do, each where it comes last."""
        sound = self.sound
        return {
            origin: tuple(dict.fromkeys(s for body in bodies[::-1] for s in body[::-1] if s in sound))[::-1]
            for origin, bodies in sound.items()
        }

    @cached_property
    def follow(self) -> dict[str, int]:
        """By nonterminal, the terminals that may follow it in some text."""
        found = dict.fromkeys(self.by_origin, 0)
        grown: dict[str, set[str]] = {name: set() for name in found}
        for rule in self.deriving:
            after, nullable = 0, True
            for symbol in reversed(rule.expansion):
                if symbol in found:
                    found[symbol] |= after
                    if nullable:
                        grown[symbol].add(rule.origin)
                first = self._sure_first[symbol] if symbol in found else self.bits[symbol]
                nullable = nullable and bool(first & NULLABLE)
                after = first & ~NULLABLE | (after if first & NULLABLE else 0)
        return gather(found, grown)

    @cached_property
    def _sure_first(self) -> dict[str, int]:
        """As `first`, by the rules that derive some text."""
        known = self.deriving
        bodies = {n: [r.expansion for r in rules if r in known] for n, rules in self.by_origin.items()}
        return firsts(bodies, self.bits)

    def possible(self, state: int, terminals: frozenset[str]) -> frozenset[str]:
        """Those of some terminals of which one that stands next at a state may be part of some text."""
        actions = self.actions[state]
        return frozenset(t for t in terminals & actions.keys() if self._fits(t, actions[t]))

    def _fits(self, terminal: str, action: int) -> bool:
        if action >= 0:
            return any(item.rule in self.deriving for item in self.kernels[action])
        return bool(self.follow[self.rules[~action].origin] & self.bits[terminal])

    @cached_property
    def deriving(self) -> frozenset[Rule]:
        """The rules that derive some text."""
        known = self.by_origin
        derives = least(self._bodies_of, lambda symbol: symbol not in known)
        return frozenset(
            rule
            for rules in (*known.values(), (self.root,))
            for rule in rules
            if rule is self.root or all(s in derives or s not in known for s in rule.expansion)
        )

    @cached_property
    def _alive(self) -> frozenset[str]:
        """The symbols that take part in making some text."""

        def parts(symbol: str) -> Iterator[str]:
            rules = (rule for rule in self.by_origin.get(symbol, ()) if rule in self.deriving)
            return (part for rule in rules for part in rule.expansion)

        return frozenset(reached(self.root.expansion, parts))

    def start(self, lines: Lines | None = None) -> Stack:
        """The stack before any lexeme."""
        return Stack(0, None, None, lines)

    def shift(
        self, stack: Stack, terminal: str, tag: str | None = None, lines: Lines | None = None
    ) -> Stack | None:
        """The stack after a terminal, all reductions done; None where the terminal does not fit.

        A terminal after which the grammar lets nothing stand, not even the end, does not fit.

        Args:
            tag: the tag that the lexeme opens, if it opens one.
            lines: what is open by indentation after the lexeme, if that is not what was open before it.

        """
        actions, gotos, reductions = self.actions, self.gotos, self._reductions
        # The top is `state` on `below`; after a reduction it is made into a node only where one is needed.
        top: Stack | None = stack
        state, below = stack.state, stack.below
        while True:
            action = actions[state].get(terminal)
            if action is None or (action >= 0 and not actions[action]):
                return None
            if action >= 0:
                if top is None:
                    assert below is not None
                    top = Stack(state, below, below.tag, stack.lines)
                lines = stack.lines if lines is None else lines
                return Stack(action, top, top.tag if tag is None else tag, lines)
            origin, size = reductions[~action]
            if size == 1:
                assert below is not None
                key = state, below.state, terminal
                after = self._renamed.get(key)
                if after is None:
                    after = self._renamed[key] = self._rename(*key)
                state, top = after, None
                continue
            if not size:
                if top is None:
                    assert below is not None
                    top = Stack(state, below, below.tag, stack.lines)
                below = top
            for _ in range(size - 1):
                assert below is not None
                below = below.below
            assert below is not None
            state, top = gotos[below.state][origin], None

    def advance(self, states: list[int], terminal: str) -> int:
        """Do what a terminal leads to, to a stack that is the list of its states.

        The number of states that were left when they were fewest; 0 where the terminal does not fit.
        """
        actions, gotos, reductions = self.actions, self.gotos, self._reductions
        fewest = len(states)
        while True:
            state = states[-1]
            action = actions[state].get(terminal)
            if action is None:
                return 0
            if action >= 0:
                states.append(action)
                return fewest if actions[action] else 0
            origin, size = reductions[~action]
            if size == 1:
                key = state, states[-2], terminal
                after = self._renamed.get(key)
                if after is None:
                    after = self._renamed[key] = self._rename(*key)
                states[-1] = after
                continue
            if size:
                del states[-size:]
            states.append(gotos[states[-1]][origin])
            if len(states) < fewest:
                fewest = len(states)

    def _rename(self, state: int, below: int, terminal: str) -> int:
        """The state after all reductions of one symbol to one that come before a terminal, one state below.

        In grammars of expressions most reductions are such, one for each level of precedence.
        """
        action: int | None = self.actions[state][terminal]
        while action is not None and action < 0 and self._reductions[~action][1] == 1:
            state = self.gotos[below][self._reductions[~action][0]]
            action = self.actions[state].get(terminal)
        return state

    @cached_property
    def _reductions(self) -> tuple[tuple[str, int], ...]:
        """By rule, its nonterminal and how many symbols it has."""
        return tuple((rule.origin, len(rule.expansion)) for rule in self.rules)

    def settled(self, stack: Stack) -> Stack:
        """The stack after the reductions that are done whatever comes: terminals of one use lead to one."""
        while (rule := self.done(stack.state)) is not None:
            stack = self._after_rule(stack, rule)
        return stack

    def _after_rule(self, stack: Stack, rule: Rule) -> Stack:
        """The stack once the symbols of a rule at its top have become one."""
        lines = stack.lines
        for _ in rule.expansion:
            assert stack.below is not None
            stack = stack.below
        return Stack(self.gotos[stack.state][rule.origin], stack, stack.tag, lines)

    def done(self, state: int) -> Rule | None:
        """The rule that is all there is to do at a state: it is reduced there whatever comes."""
        return self._done[state]

    @cached_property
    def _done(self) -> tuple[Rule | None, ...]:
        alone = (items[0] if len(items) == 1 else None for items in self.kernels.all())
        return tuple(
            item.rule
            if item is not None and item.rule is not self.root and item.dot == len(item.rule.expansion)
            else None
            for item in alone
        )

    def completes(self, stack: Stack) -> bool:
        """Whether the text may end here."""
        while stack.state != self.final:
            action = self.actions[stack.state].get(END)
            if action is None or action >= 0:
                return False
            stack = self._after_rule(stack, self.rules[~action])
        return True

    def reductions_before(self, stack: Stack, terminal: str) -> tuple[int, ...]:
        """The rules, by number, that are reduced after a stack before a terminal is shifted, in order."""
        found: list[int] = []
        while (action := self.actions[stack.state].get(terminal, 0)) < 0:
            found.append(~action)
            stack = self._after_rule(stack, self.rules[~action])
        return tuple(found)

    def before(self, state: int, name: str) -> tuple[Item, ...]:
        """The items of a state, those of its closure too, whose dot stands before a nonterminal."""
        found = self._closures.get(state)
        if found is None:
            found = self._closures[state] = self._close(state)
        return found.get(name, ())

    def _close(self, state: int) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, list[Item]] = {}
        seen: set[str] = set()
        pending = list(self.kernels[state])
        while pending:
            item = pending.pop()
            if item.dot == len(item.rule.expansion):
                continue
            name = item.rule.expansion[item.dot]
            if name not in self.by_origin:
                continue
            found.setdefault(name, []).append(item)
            if name not in seen:
                seen.add(name)
                pending.extend(Item(rule, 0) for rule in self.by_origin[name])
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def lists(self) -> frozenset[str]:
        """The nonterminals that are lists: those of Lark's repetitions, and what is written in that way.

        A list is one element, or a list, perhaps a separator, and one more element.
        """
        return frozenset(name for name in self.by_origin if self._is_list(name))

    def _is_list(self, name: str, *, separated: bool = True) -> bool:
        """Whether a nonterminal is a list, one with separators if those are allowed."""
        bodies = [rule.expansion for rule in self.by_origin[name]]
        elements = [body for body in bodies if body and body[0] != name]
        further = [body[1:] for body in bodies if body[:1] == (name,)]
        return any(
            (rest[-len(element) :] if separated else rest) == element
            for rest in further
            for element in elements
        )

    def lists_from(self, state: int) -> tuple[int, ...]:
        """The states that a list begun at a state is in between two elements."""
        found = self._lists_from.get(state)
        if found is None:
            gotos = self.gotos[state]
            found = self._lists_from[state] = tuple(gotos[name] for name in sorted(gotos.keys() & self.lists))
        return found

    def list_stack(self, lines: Lines | None = None) -> Stack | None:
        """The stack between two elements of the repetition at the root; None where there is none.

        Lark expands `start: element*` into a left-recursive helper, so that between any two elements the
        stack, once reduced, holds the start state and the state after the helper. Of several helpers the
        one that accepts least is taken: what fits there fits after the others too. What needs a separator
        between its elements is a list inside one of them.

        Where there is none, the one repetition that comes after something else is taken, if there is but one.
        """
        stacks = [
            Stack(state, self.start(lines), None, lines)
            for name, state in sorted(self.gotos[0].items())
            if name in self.by_origin and self._is_list(name, separated=False)
        ]
        complete = [stack for stack in stacks if self.completes(stack)]
        if not complete:
            headed = {stack.states(): stack for stack in self._headed(self.root, self.start(), 0)}
            return next(iter(headed.values())) if len(headed) == 1 else None
        return min(complete, key=lambda stack: len(self.accepts[stack.state]))

    def _headed(self, rule: Rule, below: Stack, depth: int) -> Iterator[Stack]:
        """The stacks in the repetitions that a rule begun on a stack has, or the rule that it ends with.

        What repeats a separator and an element after a first element is none.
        """
        for place, symbol in enumerate(rule.expansion):
            last, listed = place == len(rule.expansion) - 1, self._is_flat(symbol)
            if last and not listed and depth < _DEEPEST:
                for inner in self.by_origin.get(symbol, ()):
                    yield from self._headed(inner, below, depth + 1)
            target = self.gotos[below.state].get(symbol, self.actions[below.state].get(symbol, -1))
            if target < 0:
                return
            below = Stack(target, below, None)
            first = rule.expansion[place - 1] if place else None
            if listed and all(body[-1:] != (first,) for body in self._bodies_of[symbol]):
                yield below

    def _is_flat(self, symbol: str) -> bool:
        return symbol in self.by_origin and self._is_list(symbol, separated=False)
