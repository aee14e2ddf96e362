"""Expressions on which `re` may take time that explodes with the length of a text, matched in one pass.

That happens where a loop can go round on one text in two ways, as in `(a+)+b`: with no match at the end all
combinations are tried. Found with pairs of ways through the program (Weber, Seidl: On the degree of
ambiguity of finite automata, 1991).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product
from re import _parser as sre_parser

from lsp_server.lalr.fixpoints import reached
from lsp_server.lalr.plain import Duty, MatchPlace, Runner, Seen
from lsp_server.lalr.program import END, Fork, MatchStep, Program
from lsp_server.lalr.ranges import Kinds

_MOST_STEPS = 150
_MOST_WAYS = 5_000
_MOST_PLACES = 2_000
_NONE = -1
"""The kind of what is not there, before the text."""


def explodes(program: Program) -> bool:
    """Whether a loop of a program can go round in two ways on one text; a very large one counts as such."""
    steps = [place for place, one in enumerate(program.code) if isinstance(one, MatchStep)]
    if len(steps) > _MOST_STEPS:
        return True
    kinds, after = _kinds(program, steps), {step: _after(program, step) for step in steps}
    pairs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    pending = [(step, step) for step in steps]
    while pending:
        pair = pending.pop()
        if pair in pairs:
            continue
        pairs[pair] = {
            (one, other)
            for one in after[pair[0]]
            for other in after[pair[1]]
            if not kinds[one].isdisjoint(kinds[other])
        }
        pending.extend(pairs[pair])
    for step in steps:
        loop = reached(pairs[step, step], pairs.__getitem__)
        if any(one == other and step in after[one] and after[one][step] > 1 for one, other in loop):
            return True
        apart = (pair for pair in loop if pair[0] != pair[1])
        if any((step, step) in reached(pairs[pair], pairs.__getitem__) for pair in apart):
            return True
    return False


def wavers(program: Program) -> bool:
    """Whether a text can be divided among three loops in a row, each division being one that `re` may try.

    So it is in `a*a*a*b`: without a match at the end they are as many as the square of the length, times that
    for each place. Two loops in a row are left to `re`, as what stands about blank lines often has them.
    """
    steps = [place for place, one in enumerate(program.code) if isinstance(one, MatchStep)]
    if len(steps) > _MOST_STEPS:
        return True
    kinds, after = _kinds(program, steps), {step: set(_after(program, step)) for step in steps}
    later = {step: reached(after[step], after.__getitem__) for step in steps}
    loops = {frozenset(o for o in later[s] if s in later[o]) for s in steps if s in later[s]}
    shared: dict[frozenset[int], list[frozenset[int]]] = {}
    for one, other in permutations(loops, 2):
        if next(iter(other)) in later[next(iter(one))] and _share(one, other, after, kinds):
            shared.setdefault(one, []).append(other)
    return any(second in shared for found in shared.values() for second in found)


def _share(
    one: frozenset[int], other: frozenset[int], after: dict[int, set[int]], kinds: dict[int, frozenset[int]]
) -> bool:
    """Whether on some text one loop comes back to a step, leads to one of the other, and that comes back."""

    def onward(place: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
        first, second, third = place
        if kinds[first] & kinds[second] & kinds[third]:
            yield from product(after[first] & one, after[second], after[third] & other)

    for first, last in product(one, other):
        seen: set[tuple[int, int, int]] = set()
        pending = [(first, first, last)]
        while pending:
            for place in onward(pending.pop()):
                if place == (first, last, last):
                    return True
                if place not in seen:
                    seen.add(place)
                    pending.append(place)
            if len(seen) > _MOST_WAYS:
                return True
    return False


def _kinds(program: Program, steps: Sequence[int]) -> dict[int, frozenset[int]]:
    """The kinds of characters of steps."""
    source = {step: one.source for step in steps if isinstance(one := program.code[step], MatchStep)}
    of = Kinds(list(dict.fromkeys(source.values()))).of
    return {step: frozenset(of[source[step]]) for step in steps}


def _after(program: Program, step: int) -> dict[int, int]:
    """The steps that may come after one, and by how many ways: no more are counted than two."""
    one = program.code[step]
    assert isinstance(one, MatchStep)
    found: dict[int, int] = {}
    pending: list[tuple[int, frozenset[tuple[int, int]]]] = [(one.after, frozenset())]
    for _ in range(_MOST_WAYS):
        if not pending:
            return found
        place, gone = pending.pop()
        here = program.code[place]
        if isinstance(here, MatchStep):
            found[place] = min(2, found.get(place, 0) + 1)
        else:
            ways = here.ways if isinstance(here, Fork) else (here.after,)
            pending.extend((way, gone | {(place, way)}) for way in ways if (place, way) not in gone)
    return dict.fromkeys(found, 2)


@dataclass(frozen=True, slots=True)
class Found:
    """A match, as far as it is asked for its end."""

    stop: int

    def end(self) -> int:
        """Where it ends."""
        return self.stop


class _State:
    """A place in the program, where it leads to, and which of its threads have come to the end."""

    __slots__ = ("cut", "ends", "moves", "place")

    def __init__(self, place: MatchPlace) -> None:
        self.place = place
        self.moves: dict[int, _State | None] = {}
        self.cut: dict[int, _State] = {}
        threads = enumerate(place.threads)
        self.ends = tuple((number, thread.duties) for number, thread in threads if thread.place == END)


_UNKNOWN = _State(MatchPlace((), ()))
"""Stands for a move that was not made yet."""


class Linear:
    """Matches as `re` does, in one pass: each character leads from one state to the next."""

    def __init__(self, program: Program) -> None:
        self._runner, self._back = Runner(program), program.back
        self._states: dict[MatchPlace, _State] = {}
        self._starts: dict[Seen, _State] = {}

    def match(self, text: str, start: int) -> Found | None:
        """What `re` takes at a place of a text."""
        kind_of, back = self._runner.kinds.kind, self._back
        before = tuple(kind_of(character) for character in text[max(0, start - back) : start])
        state = self._start((_NONE,) * (back - len(before)) + before)
        stop, size = None, len(text)
        for index in range(start, size + 1):
            for number, duties in state.ends:
                if not duties or self._holds(duties, state.place.seen, text, index):
                    stop, state = index, self._cut(state, number)
                    break
            if index == size:
                break
            kind = kind_of(text[index])
            after = state.moves.get(kind, _UNKNOWN)
            if after is _UNKNOWN:
                after = self._move(state, kind)
            if after is None:
                break
            state = after
        return None if stop is None else Found(stop)

    def _holds(self, duties: frozenset[Duty], seen: Seen, text: str, index: int) -> bool:
        """Whether what is looked for ahead is there, and nothing that must not be."""
        while duties and index < len(text):
            kind = self._runner.kinds.kind(text[index])
            seen = self._runner.seen(seen, kind)
            left = self._runner.left(duties, kind, seen)
            if left is None:
                return False
            duties, index = left, index + 1
        return all(map(_held, duties))

    def _start(self, before: Seen) -> _State:
        found = self._starts.get(before)
        if found is None:
            found = self._starts[before] = self._state(self._runner.start(before))
        return found

    def _cut(self, state: _State, number: int) -> _State:
        """A state without its threads from one on: what comes first is preferred."""
        found = state.cut.get(number)
        if found is None:
            place = MatchPlace(state.place.threads[:number], state.place.seen)
            found = state.cut[number] = self._state(place)
        return found

    def _move(self, state: _State, kind: int) -> _State | None:
        place = self._runner.after(state.place, kind)
        found = state.moves[kind] = None if place is None else self._state(place)
        return found

    def _state(self, place: MatchPlace) -> _State:
        if len(self._states) > _MOST_PLACES:
            self._forget()
        found = self._states.get(place)
        if found is None:
            found = self._states[place] = _State(place)
        return found

    def _forget(self) -> None:
        """Let go of all states; those in use lead to new ones."""
        for state in self._states.values():
            state.moves.clear()
            state.cut.clear()
        self._states.clear()
        self._starts.clear()


def _held(duty: Duty) -> bool:
    """Whether a duty is done where the text ends."""
    ended = (thread for thread in duty.threads if thread.place == END)
    return any(all(map(_held, thread.duties)) for thread in ended) is not duty.negative


@lru_cache(maxsize=64)
def linear(pattern: str) -> Linear:
    """The matcher of an expression."""
    parsed = sre_parser.parse(pattern)
    return Linear(Program(parsed, parsed.state.flags))
