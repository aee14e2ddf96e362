"""What it leads to if a terminal is put in that is not in the text.

Of the terminals that a large grammar lets stand in one place most have the same use: they are a name, an
operator, or the beginning of the same rule. Their reductions are made once for all of them, and of those that
lead to one stack one is enough. It knows the table, and nothing of texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.table import Rule, Stack


class Use(Enum):
    """What a terminal does that is put in: as a bracket, as the end of something, or in the lexical mode."""

    OPENS = "opens"
    CLOSES = "closes"
    STAYS = "stays"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class Put:
    """Terminals of one use, as bits, that lead from a state to one: `shifted` by the first, `landed` by all.

    `landed` is where the reductions to a nonterminal of nothing else end that are done whatever comes.
    """

    terminals: int
    shifted: int
    landed: int


class Insertions:
    """By state, what may be put in."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._openers = {opener for opener, _ in grammar.language.brackets}
        self._closers = {closer for _, closer in grammar.language.brackets}
        self._puts: dict[tuple[int, str], dict[Use, tuple[Put, ...]]] = {}
        self._reductions: dict[int, tuple[tuple[Rule, int], ...]] = {}

    def puts(self, state: int, mode: str) -> dict[Use, tuple[Put, ...]]:
        """What may be shifted at a state, by its use in a lexical mode; those of a bracket one by one."""
        found = self._puts.get((state, mode))
        if found is None:
            found = self._puts[state, mode] = self._grouped(state, mode)
        return found

    def reductions(self, state: int) -> tuple[tuple[Rule, int], ...]:
        """The rules by which is reduced at a state, and before which terminals, as bits."""
        found = self._reductions.get(state)
        if found is None:
            table, by_action = self._grammar.table, dict[int, int]()
            for name, action in table.actions[state].items():
                if action < 0:
                    by_action[action] = by_action.get(action, 0) | table.bits[name]
            found = self._reductions[state] = tuple(
                (table.rules[~action], terminals) for action, terminals in sorted(by_action.items())
            )
        return found

    def _grouped(self, state: int, mode: str) -> dict[Use, tuple[Put, ...]]:
        table, grammar = self._grammar.table, self._grammar
        found: dict[tuple[Use, int, int], list[str]] = {}
        for name, shifted in sorted(table.actions[state].items()):
            terminal = grammar.terminals.get(name)
            if terminal is None or shifted < 0 or not table.actions[shifted] or name in table.dead:
                continue
            if name in grammar.openers or (terminal.word is None and mode != CODE):
                continue
            use = self._use(terminal.word, mode, shifted)
            key = use, self._landed(state, shifted), shifted if use is Use.OPENS else -1
            found.setdefault(key, []).append(name)
        grouped: dict[Use, list[Put]] = {}
        for (use, landed, _), names in found.items():
            shifted = table.actions[state][names[0]]
            grouped.setdefault(use, []).append(Put(sum(table.bits[name] for name in names), shifted, landed))
        return {use: tuple(puts) for use, puts in grouped.items()}

    def _use(self, word: str | None, mode: str, shifted: int) -> Use:
        if word in self._openers:
            return Use.OPENS
        if word in self._closers or (word is not None and mode != CODE):
            return Use.CLOSES
        return Use.STAYS if self._grammar.modes[shifted] == mode else Use.LEAVES

    def _landed(self, state: int, shifted: int) -> int:
        table = self._grammar.table
        while (rule := table.done(shifted)) is not None and len(rule.expansion) == 1:
            shifted = table.gotos[state][rule.origin]
        return shifted


@lru_cache(maxsize=64)
def insertions(grammar: Grammar) -> Insertions:
    """What may be put in by a grammar; kept, since it grows as texts ask for it."""
    return Insertions(grammar)


class Landings:
    """The stacks that come of what is put in, each made once, so that those alike are the same object."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._table = grammar.table
        self._insertions = insertions(grammar)
        self._made: dict[tuple[int, int, int], Stack] = {}
        self._bases: dict[tuple[int, int], list[tuple[Stack, int]]] = {}

    def stack(self, state: int, below: Stack, place: int) -> Stack:
        """The stack with one state more; the same one whenever it is asked for at a place."""
        key = state, id(below), place
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Stack(state, below, below.tag)
        return found

    def after(self, stack: Stack, use: Use, place: int) -> Iterator[tuple[Stack, Stack]]:
        """The stacks after terminals of one use at a place: right after it, and with what is sure then."""
        mode = self._grammar.modes[stack.state]
        for base, among in self._reduced(stack, place):
            for put in self._insertions.puts(base.state, mode).get(use, ()):
                if among & put.terminals:
                    landed = self._settled(self.stack(put.landed, base, place), place)
                    yield self.stack(put.shifted, base, place) if use is Use.OPENS else landed, landed

    def _reduced(self, stack: Stack, place: int) -> list[tuple[Stack, int]]:
        """The stacks that reductions lead to, and before which terminals; all at first."""
        found = self._bases.get((id(stack), place))
        if found is None:
            found = self._bases[id(stack), place] = [(stack, -1)]
            for base, among in found:
                for rule, before in self._insertions.reductions(base.state):
                    if before & among:
                        found.append((self._reduce(base, rule, place), before & among))
        return found

    def _settled(self, stack: Stack, place: int) -> Stack:
        while (rule := self._table.done(stack.state)) is not None:
            stack = self._reduce(stack, rule, place)
        return stack

    def _reduce(self, stack: Stack, rule: Rule, place: int) -> Stack:
        for _ in rule.expansion:
            assert stack.below is not None
            stack = stack.below
        return self.stack(self._table.gotos[stack.state][rule.origin], stack, place)
