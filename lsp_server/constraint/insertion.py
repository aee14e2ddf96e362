"""What it leads to if a terminal is put in that is not in the text.

Of the terminals that a large grammar lets stand in one place most have the same use: they are a name, an
operator, or the beginning of the same rule. Their reductions are made once for all of them, and of those that
lead to one stack one is enough. It knows the table, and nothing of texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from lsp_server.cache import BoundedDict
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.table import Rule, Stack

_MOST_LEVELS = 20_000
"""What may be put in is kept for so many pairs of states."""


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


@dataclass(frozen=True, slots=True)
class Level:
    """What may be put in at a state with another right below, reductions of one symbol to one made before.

    `puts` go with the state that they are shifted from. `rest` are the other reductions: a state, the rule,
    and before which terminals.
    """

    puts: Mapping[Use, tuple[tuple[int, Put], ...]]
    rest: tuple[tuple[int, Rule, int], ...]


class Insertions:
    """By state, what may be put in."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._openers = {opener for opener, _ in grammar.language.brackets}
        self._closers = {closer for _, closer in grammar.language.brackets}
        self._shifts: dict[tuple[int, str], dict[Use, tuple[Put, ...]]] = {}
        self._reduced: dict[int, list[tuple[Rule, int]]] = {}
        self._levels = BoundedDict[tuple[int, int, str], Level](_MOST_LEVELS)

    def level(self, state: int, below: int, mode: str) -> Level:
        """What may be put in at a state, in a lexical mode; what opens brackets one by one."""
        found = self._levels.get((state, below, mode))
        if found is None:
            found = self._levels[state, below, mode] = self._level(state, below, mode)
        return found

    def _level(self, state: int, below: int, mode: str) -> Level:
        table = self._grammar.table
        puts: dict[Use, list[tuple[int, Put]]] = {}
        rest: list[tuple[int, Rule, int]] = []
        pending = [(state, -1)]
        seen: dict[int, int] = {}
        for base, reached in pending:
            # A rule may derive no more than itself, so that a state is come to again.
            among = reached & ~seen.get(base, 0)
            seen[base] = seen.get(base, 0) | reached
            for use, some in self._puts(base, mode).items():
                puts.setdefault(use, []).extend((base, put) for put in some if put.terminals & among)
            for rule, terminals in self._reductions(base):
                before = terminals & among
                if before and len(rule.expansion) == 1:
                    pending.append((table.gotos[below][rule.origin], before))
                elif before:
                    rest.append((base, rule, before))
        return Level({use: tuple(found) for use, found in puts.items()}, tuple(rest))

    def _puts(self, state: int, mode: str) -> dict[Use, tuple[Put, ...]]:
        found = self._shifts.get((state, mode))
        if found is None:
            found = self._shifts[state, mode] = self._grouped(state, mode)
        return found

    def _reductions(self, state: int) -> list[tuple[Rule, int]]:
        """The rules by which is reduced at a state, and before which terminals, as bits."""
        found = self._reduced.get(state)
        if found is None:
            table, by_action = self._grammar.table, dict[int, int]()
            for name, action in table.actions[state].items():
                if action < 0:
                    by_action[action] = by_action.get(action, 0) | table.bits[name]
            found = [(table.rules[~action], terminals) for action, terminals in sorted(by_action.items())]
            self._reduced[state] = found
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


class Candidate(NamedTuple):
    """What may be put in after a stack: shifted from the state `base` on the stack `below`."""

    stack: Stack
    below: Stack | None
    base: int
    put: Put


class Landings:
    """The stacks that come of what is put in, each made once, so that those alike are the same object."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._table = grammar.table
        self._insertions = insertions(grammar)
        self._made: dict[tuple[int, int, int], Stack] = {}
        self._known: dict[tuple[int, int], list[tuple[Stack | None, Level, int]]] = {}

    def stack(self, state: int, below: Stack, place: int) -> Stack:
        """The stack with one state more; the same one whenever it is asked for at a place."""
        key = state, id(below), place
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Stack(state, below, below.tag, self._lines(state, below))
        return found

    def _lines(self, state: int, below: Stack) -> Lines | None:
        """What is open by indentation after the symbol that leads to a state."""
        item = self._table.kernels[state][0]
        return self._grammar.lines_after(below, item.rule.expansion[item.dot - 1])

    def puts(self, stack: Stack, use: Use, place: int, which: int = -1) -> Iterator[Candidate]:
        """What may be put in after a stack at a place; `which` are terminals as bits."""
        for below, level, among in self._levels(stack, place):
            for base, put in level.puts.get(use, ()):
                if put.terminals & among & which:
                    yield Candidate(stack, below, base, put)

    def shifted(self, candidate: Candidate, place: int) -> Stack:
        """The stack right after what was put in."""
        return self.stack(candidate.put.shifted, self._base(candidate, place), place)

    def landed(self, candidate: Candidate, place: int) -> Stack:
        """The stack after what was put in, and the reductions that are done whatever comes."""
        stack = self.stack(candidate.put.landed, self._base(candidate, place), place)
        while (rule := self._table.done(stack.state)) is not None:
            for _ in rule.expansion:
                assert stack.below is not None
                stack = stack.below
            stack = self.stack(self._table.gotos[stack.state][rule.origin], stack, place)
        return stack

    def _base(self, candidate: Candidate, place: int) -> Stack:
        stack, below, base, _ = candidate
        if base == stack.state and below is stack.below:
            return stack
        assert below is not None
        return self.stack(base, below, place)

    def _levels(self, stack: Stack, place: int) -> list[tuple[Stack | None, Level, int]]:
        """What reductions lead to: the stack below a state, what may be put in there, and which of it."""
        known = self._known.get((id(stack), place))
        if known is not None:
            return known
        mode, gotos = self._grammar.modes[stack.state], self._table.gotos
        below = stack.below
        first = self._insertions.level(stack.state, -1 if below is None else below.state, mode)
        found: list[tuple[Stack | None, Level, int]] = [(below, first, -1)]
        self._known[id(stack), place] = found
        for below, level, among in found:
            for state, rule, terminals in level.rest:
                before = terminals & among
                if not before:
                    continue
                base = below
                if not rule.expansion:
                    same = state == stack.state and below is stack.below
                    base = stack if same or below is None else self.stack(state, below, place)
                for _ in rule.expansion[1:]:
                    assert base is not None
                    base = base.below
                assert base is not None
                after = self._insertions.level(gotos[base.state][rule.origin], base.state, mode)
                found.append((base, after, before))
        return found
