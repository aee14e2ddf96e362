"""Expressions on which `re` may take time that doubles with each character, matched in one pass instead.

That happens where a loop can go round on one text in two ways, as in `(a+)+b`: with no match at the end all
combinations are tried. Found with pairs of ways through the program (Weber, Seidl: On the degree of
ambiguity of finite automata, 1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from re import _parser as sre_parser

from lsp_server.lalr.plain import Duty, Place, Runner, Seen
from lsp_server.lalr.program import END, Fork, Program, Step
from lsp_server.lalr.ranges import Kinds

_MOST_STEPS = 150
_MOST_WAYS = 5_000
_MOST_PLACES = 2_000
_NONE = -1
"""The kind of what is not there, before the text."""


def explodes(program: Program) -> bool:
    """Whether a loop of a program can go round in two ways on one text; a very large one counts as such."""
    steps = [place for place, one in enumerate(program.code) if isinstance(one, Step)]
    if len(steps) > _MOST_STEPS:
        return True
    source = {step: one.source for step in steps if isinstance(one := program.code[step], Step)}
    kinds = Kinds(list(dict.fromkeys(source.values()))).of
    after = {step: _after(program, step) for step in steps}
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
            if not kinds[source[one]].isdisjoint(kinds[source[other]])
        }
        pending.extend(pairs[pair])
    loops = {step: _reached(pairs, (step, step)) for step in steps}
    for step, reached in loops.items():
        if any(one == other and step in after[one] and after[one][step] > 1 for one, other in reached):
            return True
        apart = (pair for pair in reached if pair[0] != pair[1])
        if any((step, step) in _reached(pairs, pair) for pair in apart):
            return True
    return False


def _after(program: Program, step: int) -> dict[int, int]:
    """The steps that may come after one, and by how many ways: no more are counted than two."""
    one = program.code[step]
    assert isinstance(one, Step)
    found: dict[int, int] = {}
    pending: list[tuple[int, frozenset[tuple[int, int]]]] = [(one.after, frozenset())]
    for _ in range(_MOST_WAYS):
        if not pending:
            return found
        place, gone = pending.pop()
        here = program.code[place]
        if isinstance(here, Step):
            found[place] = min(2, found.get(place, 0) + 1)
        else:
            ways = here.ways if isinstance(here, Fork) else (here.after,)
            pending.extend((way, gone | {(place, way)}) for way in ways if (place, way) not in gone)
    return dict.fromkeys(found, 2)


def _reached(
    pairs: dict[tuple[int, int], set[tuple[int, int]]], start: tuple[int, int]
) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    pending = list(pairs[start])
    while pending:
        pair = pending.pop()
        if pair not in found:
            found.add(pair)
            pending.extend(pairs[pair])
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """A match, as far as it is asked for its end."""

    stop: int

    def end(self) -> int:
        """Where it ends."""
        return self.stop


class Linear:
    """Matches as `re` does, in one pass: each character leads from one state to the next."""

    def __init__(self, program: Program) -> None:
        self._runner, self._back = Runner(program), program.back
        self._moves: dict[Place, dict[int, Place | None]] = {}

    def match(self, text: str, start: int) -> Found | None:
        """What `re` takes at a place of a text."""
        kind_of, back = self._runner.kinds.kind, self._back
        before = [kind_of(character) for character in text[max(0, start - back) : start]]
        place: Place | None = self._runner.start((_NONE,) * (back - len(before)) + tuple(before))
        stop = None
        for index in range(start, len(text) + 1):
            assert place is not None
            for number, thread in enumerate(place.threads):
                if thread.place == END and self._holds(thread.duties, place.seen, text, index):
                    stop, place = index, Place(place.threads[:number], place.seen)
                    break
            place = self._next(place, kind_of(text[index])) if index < len(text) else None
            if place is None:
                break
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

    def _next(self, place: Place, kind: int) -> Place | None:
        if len(self._moves) > _MOST_PLACES:
            self._moves.clear()
        moves = self._moves.setdefault(place, {})
        if kind not in moves:
            moves[kind] = self._runner.after(place, kind)
        return moves[kind]


def _held(duty: Duty) -> bool:
    """Whether a duty is done where the text ends."""
    ended = (thread for thread in duty.threads if thread.place == END)
    return any(all(map(_held, thread.duties)) for thread in ended) is not duty.negative


@lru_cache(maxsize=64)
def linear(pattern: str) -> Linear:
    """The matcher of an expression."""
    parsed = sre_parser.parse(pattern)
    return Linear(Program(parsed, parsed.state.flags))
