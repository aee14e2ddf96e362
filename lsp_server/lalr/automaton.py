"""One automaton over all terminals of a grammar, made deterministic as texts ask for it.

It answers what Python's `re` cannot: which terminals a text could still become, and how far a scan had
to look. Thompson's construction (1968), subsets built on demand; one step is one dictionary look-up.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Set

from lsp_server.cache import BoundedDict
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set

_NUMBERS = "I"
"""How the numbers of positions are kept."""

_MOST_STATES = 4_000
"""So many states are kept; then all are made anew as they are asked for."""

_MOST_NAMED = 256
"""So many sets of terminals are kept, beside their bits: one of PostgreSQL's takes 30 kB."""


class State:
    """A set of positions in the terminals' expressions, and the terminals it belongs to."""

    __slots__ = ("_accepting", "_alive", "_automaton", "_next", "_positions")

    def __init__(self, automaton: Automaton, nodes: Set[int], positions: bytes) -> None:
        # As bytes and bits: sets take many times as much, and thousands are kept.
        self._automaton = automaton
        self._positions = positions
        self._next: dict[str, State] = {}
        self._alive = automaton.owners(nodes)
        self._accepting = automaton.owners(nodes & automaton.final)

    @property
    def alive(self) -> frozenset[str]:
        """Terminals of which the text read so far is a beginning (or the whole)."""
        return self._automaton.named(self._alive)

    @property
    def accepting(self) -> frozenset[str]:
        """Terminals of which it is the whole."""
        return self._automaton.named(self._accepting)

    @property
    def is_alive(self) -> bool:
        """Whether the text read so far is a beginning of any."""
        return self._alive != 0

    def begins(self, terminals: int) -> bool:
        """Whether it is a beginning of one of some terminals, given as bits (see `Automaton.bits`)."""
        return self._alive & terminals != 0

    def is_one_of(self, terminals: int) -> bool:
        """Whether it is the whole of one of some terminals, given as bits."""
        return self._accepting & terminals != 0

    def step(self, character: str) -> State:
        """The state after one more character; a dead one has nothing alive."""
        state = self._next.get(character)
        if state is None:
            state = self._next[character] = self._automaton.successor(self._positions, character)
        return state

    def run(self, text: str, start: int, end: int) -> State:
        """The state after `text[start:end]`."""
        state = self
        for index in range(start, end):
            state = state.step(text[index])
            if not state._alive:
                break
        return state

    def onward(self) -> State:
        """The state after any further text at all: every place that can still be come to."""
        return self._automaton.onward(self._positions)

    def reach(self, text: str, start: int, far: int | None = None) -> int:
        """How many characters of a text, counted from its beginning, decide what stands at `start`.

        The count goes one beyond the text's end where something is still alive there, or is at `far`.
        """
        state = self
        for index in range(start, len(text) if far is None else min(far, len(text))):
            state = state.step(text[index])
            if not state._alive:
                return index + 1
        return len(text) + 1


class Automaton:
    """The union of the expressions of all terminals."""

    def __init__(self, terminals: Mapping[str, Node], follows: Mapping[str, Node] | None = None) -> None:
        """`follows`: by terminal, what the lexer also wants to see after it, which keeps it alive."""
        self._names = tuple(terminals)
        self._places = {name: bit for bit, name in enumerate(self._names)}
        self._owner: list[int] = []
        self.final: set[int] = set()
        self._edges: list[list[tuple[re.Pattern[str], int]]] = []
        self._empty: list[list[int]] = []
        self._entry: dict[str, int] = {}
        self._states: dict[bytes, State] = {}
        self._starts: dict[frozenset[str], State] = {}
        self._named: BoundedDict[int, frozenset[str]] = BoundedDict(_MOST_NAMED)
        for bit, (name, node) in enumerate(terminals.items()):
            entry, exit_ = self._fragment(1 << bit, node)
            self._entry[name] = entry
            self.final.add(exit_)
            if follows and name in follows:
                inner, _ = self._fragment(1 << bit, follows[name])
                self._empty[exit_].append(inner)
        self._closures = [self._close([node]) for node in range(len(self._owner))]

    def start(self, terminals: frozenset[str]) -> State:
        """The state before any character, where one of some terminals may begin."""
        state = self._starts.get(terminals)
        if state is None:
            entries = [self._entry[name] for name in terminals if name in self._entry]
            state = self._starts[terminals] = self._state(self._close(entries))
        return state

    def owners(self, nodes: Iterable[int]) -> int:
        """The terminals that some nodes belong to, as bits."""
        found = 0
        for node in nodes:
            found |= self._owner[node]
        return found

    def bits(self, terminals: Iterable[str]) -> int:
        """Some terminals as bits: to compare them with many states, no set is made of each."""
        return sum(1 << self._places[name] for name in set(terminals) & self._places.keys())

    def named(self, owners: int) -> frozenset[str]:
        """The terminals of some bits."""
        found = self._named.get(owners)
        if found is None:
            names = (name for bit, name in enumerate(self._names) if owners >> bit & 1)
            found = self._named[owners] = frozenset(names)
        return found

    def successor(self, positions: bytes, character: str) -> State:
        """The state reached from one, told by its positions, by one character."""
        targets: set[int] = set()
        for node in array(_NUMBERS, positions):
            for predicate, target in self._edges[node]:
                if target not in targets and predicate.match(character):
                    targets |= self._closures[target]
        return self._state(targets)

    def onward(self, positions: bytes) -> State:
        """The state of all nodes that some text leads to from one, told by its positions."""
        pending = list(array(_NUMBERS, positions))
        found = set(pending)
        while pending:
            for _, target in self._edges[pending.pop()]:
                new = self._closures[target] - found
                found |= new
                pending.extend(new)
        return self._state(found)

    def _state(self, nodes: Set[int]) -> State:
        positions = array(_NUMBERS, sorted(nodes)).tobytes()
        state = self._states.get(positions)
        if state is None:
            if len(self._states) >= _MOST_STATES:
                self._states.clear()
                self._starts.clear()
            state = self._states[positions] = State(self, nodes, positions)
        return state

    def _close(self, nodes: Iterable[int]) -> frozenset[int]:
        """The nodes reached without a character, of those that lead on by one or at which a terminal ends."""
        seen = set(nodes)
        stack = list(seen)
        while stack:
            for target in self._empty[stack.pop()]:
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return frozenset({node for node in seen if self._edges[node] or node in self.final})

    def _node(self, owner: int) -> int:
        self._owner.append(owner)
        self._edges.append([])
        self._empty.append([])
        return len(self._owner) - 1

    def _fragment(self, owner: int, node: Node) -> tuple[int, int]:
        match node:
            case Chars(source):
                entry, exit_ = self._node(owner), self._node(owner)
                self._edges[entry].append((in_set(source), exit_))
            case Seq(items):
                entry = exit_ = self._node(owner)
                for item in items:
                    exit_ = self._then(owner, exit_, item)
            case Alt(options):
                entry, exit_ = self._node(owner), self._node(owner)
                for option in options:
                    inner, outer = self._fragment(owner, option)
                    self._empty[entry].append(inner)
                    self._empty[outer].append(exit_)
            case Repeat(item, low, high):
                entry, exit_ = self._repeat(owner, item, low, high)
        return entry, exit_

    def _repeat(self, owner: int, item: Node, low: int, high: int | None) -> tuple[int, int]:
        entry = exit_ = self._node(owner)
        for _ in range(low):
            exit_ = self._then(owner, exit_, item)
        end = self._node(owner)
        self._empty[exit_].append(end)
        if high is None:
            self._empty[self._then(owner, end, item)].append(end)
        else:
            for _ in range(high - low):
                exit_ = self._then(owner, exit_, item)
                self._empty[exit_].append(end)
        return entry, end

    def _then(self, owner: int, place: int, item: Node) -> int:
        """The end of what is matched after a place."""
        inner, outer = self._fragment(owner, item)
        self._empty[place].append(inner)
        return outer
