"""Tables of grammars that are not LALR(1): wherever the parser cannot decide it does all that it may.

Its stacks are one graph, whose nodes share what is below them (Tomita, Efficient Parsing for Natural
Language, 1985), so that an ambiguous grammar costs no more than the square of what it has in view. To who
looks at one of its stacks, several are one in a state that is all of theirs, on what is below the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lsp_server.cancellation import StoppedError
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.rows import Row, Rows
from lsp_server.lalr.table import END, Rule, Stack, Table

_MOST_WAYS = 1_500
"""In so many ways at most reductions are made before one lexeme. Where a sum is any two sums, that
are 750 summands; one of 1,200 took 20 s to parse.
"""


@dataclass(frozen=True, slots=True)
class ReadLexeme:
    """A lexeme in a derivation."""

    terminal: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule in a derivation, by its number, with what its symbols derive."""

    rule: int
    parts: tuple[Derivation, ...]


Derivation: TypeAlias = ReadLexeme | ReadRule | None


class JoinedStack(Stack):
    """A state on top of several stacks. `links` has each with what was read between it and this state."""

    __slots__ = ("links",)

    def __init__(
        self, state: int, below: Stack, tag: str | None, lines: Lines | None, read: Derivation
    ) -> None:
        super().__init__(state, below, tag, lines)
        self.links: dict[Stack, Derivation] = {below: read}

    def join(self, below: Stack, read: Derivation) -> bool:
        """Put the state on top of one more stack; whether it is a new one. What was read first stays."""
        if below in self.links:
            return False
        self.links[below] = read
        return True


class Several(Stack):
    """The stacks that a text may have led to, the first one for all that asks for one.

    `tops` are where it was read up to; each of `waiting` is so many characters ahead, at the end of a longer
    lexeme.
    """

    __slots__ = ("tops", "waiting")

    def __init__(self, state: int, tops: Sequence[Stack], waiting: Sequence[tuple[int, Stack]]) -> None:
        first = tops[0] if tops else waiting[0][1]
        self.state = state
        self.below = first.below
        self.depth = first.depth
        self.tag = first.tag
        self.lines = first.lines
        self.tops = tuple(tops)
        self.waiting = tuple(waiting)

    def states(self) -> tuple[int, ...]:
        """The states of the first of them, from the bottom up."""
        return first_of(self).states()


def tops_of(stack: Stack) -> tuple[Stack, ...]:
    """The stacks that one stands for, as they are after the last lexeme."""
    return stack.tops if isinstance(stack, Several) else (stack,)


def waiting_of(stack: Stack) -> tuple[tuple[int, Stack], ...]:
    """The stacks that one stands for which are farther ahead in the text."""
    return stack.waiting if isinstance(stack, Several) else ()


def first_of(stack: Stack) -> Stack:
    """One of the stacks that one stands for."""
    if not isinstance(stack, Several):
        return stack
    return stack.tops[0] if stack.tops else stack.waiting[0][1]


@dataclass(frozen=True, eq=False)
class GeneralTable(Table):
    """A table that says of some states, before some terminals, that there is more than one thing to do.

    `more` has all of it there: states to shift to and reductions, as in `actions`, which has the first. Of
    states together (`together`) the rows say what any of them does.
    """

    more: Mapping[int, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    _together: dict[frozenset[int], int] = field(default_factory=dict, init=False, repr=False)
    _sets: list[tuple[int, ...]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        """Have the rows of states together made of those of each."""
        for name, join in _JOINED.items():
            object.__setattr__(self, name, self._with_together(getattr(self, name), join))

    def _with_together(self, rows: Rows[Any], join: Any) -> Rows[Any]:
        def row(state: int) -> Any:
            if state < rows.count:
                return rows[state]
            return join([rows[one] for one in self._sets[state - rows.count]])

        return Rows(rows.count, row)

    def together(self, states: Iterable[int]) -> int:
        """The state that some are together."""
        found = tuple(dict.fromkeys(states))
        if len(found) == 1:
            return found[0]
        key = frozenset(found)
        known = self._together.get(key)
        if known is None:
            self._sets.append(found)
            known = self._together[key] = self.actions.count + len(self._sets) - 1
        return known

    def choices(self, state: int, terminal: str) -> tuple[int, ...]:
        """All that may be done in a state before a terminal."""
        found = self.more[state].get(terminal) if state in self.more else None
        if found is None:
            one = self.actions[state].get(terminal)
            return () if one is None else (one,)
        return found

    def joined(self, tops: Iterable[Stack], waiting: Iterable[tuple[int, Stack]] = ()) -> Stack | None:
        """The stack that stands for some, those in one state as one of them; None where there are none."""
        here = merged((0, top) for top in tops)
        ahead = merged(waiting)
        if not here and not ahead:
            return None
        if len(here) == 1 and not ahead:
            return here[0][1]
        states = (top.state for _, top in (here or ahead))
        return Several(self.together(states), [top for _, top in here], ahead)

    def shift(
        self, stack: Stack, terminal: str, tag: str | None = None, lines: Lines | None = None
    ) -> Stack | None:
        """The stacks after a terminal, all reductions done; None where it fits after none of them."""
        return self.joined(self.after(tops_of(stack), ReadLexeme(terminal, 0, 0), tag, lines))

    def after(
        self, tops: Sequence[Stack], lexeme: ReadLexeme, tag: str | None = None, lines: Lines | None = None
    ) -> list[Stack]:
        """The stacks after a lexeme."""
        terminal, found = lexeme.terminal, dict[tuple[int, str | None], JoinedStack]()
        for node in self._reduced(tops, terminal):
            for action in self.choices(node.state, terminal):
                if action >= 0 and self.actions[action]:
                    key = action, node.tag if tag is None else tag
                    known = found.get(key)
                    if known is None:
                        own = node.lines if lines is None else lines
                        found[key] = JoinedStack(action, node, key[1], own, lexeme)
                    else:
                        known.join(node, lexeme)
        return list(found.values())

    def completes(self, stack: Stack) -> bool:
        """Whether the text may end here."""
        return self.whole(stack) is not None

    def whole(self, stack: Stack) -> Stack | None:
        """The stack on which the whole text is one symbol, if it may end here."""
        ended = (node for node in self._reduced(tops_of(stack), END) if node.state == self.final)
        return next(ended, None)

    def done(self, state: int) -> Rule | None:
        """The same of a state of one stack; what several do is nothing that one does."""
        return super().done(state) if state < self.actions.count else None

    def settled(self, stack: Stack) -> Stack:
        """The stack itself: nothing is sure to be reduced where others do other things."""
        return stack

    def _reduced(self, tops: Sequence[Stack], terminal: str) -> list[Stack]:
        """Some stacks, and what is made of them by the reductions before a terminal.

        Raises:
            StoppedError: there are more than `_MOST_WAYS` to make them.

        """
        every = list(tops)
        made: dict[tuple[int, str | None], JoinedStack] = {}
        grown, left = True, _MOST_WAYS
        while grown:
            grown, index = False, 0
            while index < len(every):
                node = every[index]
                index += 1
                for action in self.choices(node.state, terminal):
                    if action >= 0:
                        continue
                    origin, size = self._reductions[~action]
                    for base, parts in _down(node, size):
                        left -= 1
                        if left < 0:
                            raise StoppedError
                        state = self.gotos[base.state].get(origin)
                        if state is None:
                            continue
                        key, read = (state, base.tag), ReadRule(~action, parts)
                        known = made.get(key)
                        if known is None:
                            made[key] = known = JoinedStack(state, base, base.tag, node.lines, read)
                            every.append(known)
                        elif known.join(base, read):
                            grown = True
        return every


def _down(node: Stack, size: int) -> Iterable[tuple[Stack, tuple[Derivation, ...]]]:
    """What is so many states below, each with what was read since, in one way."""
    level: dict[Stack, tuple[Derivation, ...]] = {node: ()}
    for _ in range(size):
        lower: dict[Stack, tuple[Derivation, ...]] = {}
        for one, parts in level.items():
            for below, read in links_of(one):
                if below not in lower:
                    lower[below] = (read, *parts)
        level = lower
    return level.items()


def links_of(node: Stack) -> Iterator[tuple[Stack, Derivation]]:
    """What a stack stands on, each with what was read between."""
    if isinstance(node, JoinedStack):
        yield from node.links.items()
    elif node.below is not None:
        yield node.below, None


def lexeme_before(stack: Stack) -> str:
    """The terminal on top of a stack."""
    read = next((read for _, read in links_of(stack)), None)
    return read.terminal if isinstance(read, ReadLexeme) else ""


def merged(stacks: Iterable[tuple[int, Stack]]) -> list[tuple[int, Stack]]:
    """Some stacks, each so far ahead, those that are equally far and in one state as one."""
    found: dict[tuple[int, int, str | None], Stack] = {}
    for ahead, stack in stacks:
        key = ahead, stack.state, stack.tag
        known = found.get(key)
        if known is None:
            found[key] = stack
        elif known is not stack:
            links = [*links_of(known), *links_of(stack)]
            below, read = links[0]
            both = JoinedStack(stack.state, below, stack.tag, known.lines, read)
            for other, way in links[1:]:
                both.join(other, way)
            found[key] = both
    return [(ahead, stack) for (ahead, _, _), stack in found.items()]


def _united(rows: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*rows)


def _first_of_each(rows: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: value for row in reversed(rows) for name, value in row.items()}


def _all_of(rows: Sequence[tuple[Row, ...]]) -> tuple[Row, ...]:
    return tuple(dict.fromkeys(item for row in rows for item in row))


_JOINED = {
    "actions": _first_of_each,
    "shifts": _first_of_each,
    "gotos": _first_of_each,
    "kernels": _all_of,
    "accepts": _united,
}
