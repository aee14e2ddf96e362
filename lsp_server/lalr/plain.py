"""Expressions that look around, or take as little as they can, as plain ones that mean the same.

`re` goes through the ways to match in the order of their preference and takes the first that comes to an
end. The places in a program that a text leads to, in that order and none after one that has matched, are a
state of an automaton whose longest match is what `re` takes (Cox, Regular Expression Matching in the Wild,
2010). What is looked for ahead is carried along as a duty, until it is seen or missed. From the automaton a
plain expression is written back, one state after another being left out (Brzozowski, McCluskey, 1963).

What stands before the beginning and after the end is not known here: as to that, anything may.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lsp_server.lalr.expression import Alt, Node, Repeat, Seq, UnsupportedRegexError
from lsp_server.lalr.program import END, Fork, Look, MatchStep, Program
from lsp_server.lalr.ranges import Kinds

State = TypeVar("State", bound=Hashable)
_MOST_STATES = 150
_NOTHING = Alt(())
_EMPTY = Seq(())


@dataclass(frozen=True, slots=True)
class Duty:
    """Some threads that are to come to their ends from here on, or must not where `negative`."""

    negative: bool
    threads: frozenset[Thread]


@dataclass(frozen=True, slots=True)
class Thread:
    """A place in a program, and what is yet to be seen ahead for it to count.

    It is not `sure` if it depends on what stands before the beginning.
    """

    place: int
    duties: frozenset[Duty] = frozenset()
    sure: bool = True


MATCHED = Thread(END)
"""What has come to its end whatever else there is."""

Seen = tuple[int, ...]
"""The kinds of the last characters, as many as anything looks behind; fewer near the beginning."""


@dataclass(frozen=True, slots=True)
class MatchPlace:
    """Where a text has led to: the threads that are alive, the preferred first, and what was seen last."""

    threads: tuple[Thread, ...]
    seen: Seen

    @property
    def ends(self) -> tuple[Thread, ...]:
        """The threads that have come to their end, duties aside."""
        return tuple(thread for thread in self.threads if thread.place == END)


def make_plain(program: Program) -> tuple[Node, Node | None, bool]:
    """Write a program as a plain expression; with it comes what is looked for after its end.

    Also whether it matches nothing that would be none for what stands around it.

    Raises:
        UnsupportedRegexError: that would be too large.

    """
    runner = Runner(program)
    kinds = runner.kinds
    moves = _explored(runner.start(), lambda place: {kind: runner.after(place, kind) for kind in kinds.all})
    ends = {place for place in moves if place.ends}
    node = _written(moves, runner.start(), ends, kinds)
    sure = all(MATCHED in place.threads for place in ends)
    left = {thread.duties for place in moves for thread in place.ends if thread.duties}
    far = [duties for duties in left if any(runner.left(duties, kind) for kind in kinds.all)]
    follows = [_follow(runner, duties) for duties in far]
    return node, Alt(tuple(follows)) if follows else None, sure


def _follow(runner: Runner, duties: frozenset[Duty]) -> Node:
    """The texts after which it is known whether some duties can be done, and not before."""
    known: frozenset[Duty] = frozenset()
    kinds = runner.kinds
    moves = _explored(
        duties, lambda left: {kind: runner.left(left, kind) or known for kind in kinds.all if left}
    )
    return _written(moves, duties, {known}, kinds)


class Runner:
    """Runs a program on kinds of characters."""

    def __init__(self, program: Program) -> None:
        self._code, self._entry, self._back = program.code, program.entry, program.back
        self.kinds = Kinds(
            list(dict.fromkeys(one.source for one in self._code if isinstance(one, MatchStep)))
        )

    def start(self, seen: Seen = ()) -> MatchPlace:
        """Before any character, and after some of which the kinds are known."""
        return MatchPlace(self._spread([Thread(self._entry)], seen, cut=True), seen)

    def after(self, place: MatchPlace, kind: int) -> MatchPlace | None:
        """After one more character; None where nothing is alive then."""
        seen = self.seen(place.seen, kind)
        threads = self._step(place.threads, kind, seen, cut=True)
        return MatchPlace(threads, seen) if threads else None

    def seen(self, before: Seen, kind: int) -> Seen:
        """What was seen last after one more character."""
        return (*before, kind)[-self._back :] if self._back else ()

    def left(self, duties: frozenset[Duty], kind: int, seen: Seen = ()) -> frozenset[Duty] | None:
        """What is left to be seen of some duties after a character; None where one cannot be done."""
        found = set()
        for duty in duties:
            left = _settled(duty.negative, self._step(duty.threads, kind, seen, cut=False))
            if not left:
                return None
            if isinstance(left, Duty):
                found.add(left)
        return frozenset(found)

    def _step(self, threads: Iterable[Thread], kind: int, seen: Seen, *, cut: bool) -> tuple[Thread, ...]:
        moved = []
        for thread in threads:
            one = self._code[thread.place]
            if thread.place == END:
                target = None if cut else END
            else:
                target = (
                    one.after if isinstance(one, MatchStep) and kind in self.kinds.of[one.source] else None
                )
            duties = None if target is None else self.left(thread.duties, kind, seen)
            if target is not None and duties is not None:
                moved.append(Thread(target, duties, thread.sure))
        return self._spread(moved, seen, cut=cut)

    def _spread(self, threads: Iterable[Thread], seen: Seen, *, cut: bool) -> tuple[Thread, ...]:
        """The threads at steps and ends that some lead to; with `cut` none after one that has matched."""
        found: dict[Thread, None] = {}
        known: set[Thread] = set()
        pending = list(threads)[::-1]
        while pending:
            thread = pending.pop()
            one = self._code[thread.place]
            if thread in known:
                if isinstance(one, Fork) and one.leave is not None:
                    pending.append(Thread(one.leave, thread.duties, thread.sure))
                continue
            known.add(thread)
            if thread.place == END or isinstance(one, MatchStep):
                found[thread] = None
                if cut and thread == MATCHED:
                    break
            elif isinstance(one, Fork):
                pending.extend(Thread(way, thread.duties, thread.sure) for way in reversed(one.ways))
            else:
                pending.extend(self._looked(one, thread, seen))
        return tuple(found)

    def _looked(self, look: Look, thread: Thread, seen: Seen) -> Iterator[Thread]:
        """The thread after a look around; none where it fails."""
        begun = self._spread([Thread(look.entry)], seen, cut=False)
        if not look.behind:
            left = _settled(look.negative, begun)
            if left:
                more = {left} if isinstance(left, Duty) else ()
                yield Thread(look.after, thread.duties.union(more), thread.sure)
        elif len(seen) < look.behind:
            yield Thread(look.after, thread.duties, sure=False)
        else:
            for kind in seen[-look.behind :]:
                begun = self._step(begun, kind, seen, cut=False)
            if (MATCHED in begun) is not look.negative:
                yield Thread(look.after, thread.duties, thread.sure)


def _settled(negative: bool, threads: Collection[Thread]) -> Duty | bool:
    """Whether a look ahead is fulfilled, or what is left of it to be seen."""
    if MATCHED in threads:
        return not negative
    return Duty(negative, frozenset(threads)) if threads else negative


def _explored(
    start: State, moves: Callable[[State], Mapping[int, State | None]]
) -> dict[State, dict[State, set[int]]]:
    """All that is reached from a state: by state, the states after it and by which kinds."""
    found: dict[State, dict[State, set[int]]] = {}
    pending = [start]
    while pending:
        state = pending.pop()
        if state in found:
            continue
        if len(found) >= _MOST_STATES:
            raise UnsupportedRegexError("written without lookaround and lazy repetitions it is too large")
        after = found[state] = {}
        for kind, target in moves(state).items():
            if target is not None:
                after.setdefault(target, set()).add(kind)
        pending.extend(after)
    return found


def _written(
    moves: Mapping[State, Mapping[State, Collection[int]]],
    start: State,
    ends: Collection[State],
    kinds: Kinds,
) -> Node:
    """An expression of the texts that lead from a start to one of some ends."""
    groups = _merged(moves, ends)
    edges: dict[int, dict[int, Node]] = {number: {} for number in groups.values()}
    by_kind: dict[tuple[int, int], set[int]] = {}
    for state, after in moves.items():
        for target, kind in after.items():
            by_kind.setdefault((groups[state], groups[target]), set()).update(kind)
    for (one, other), kind in by_kind.items():
        edges[one][other] = kinds.node(frozenset(kind))
    first, last = -1, -2
    edges[first], edges[last] = {groups[start]: _EMPTY}, {}
    for state in ends:
        edges[groups[state]][last] = _EMPTY
    while len(edges) > 2:
        _leave_out(edges, min((n for n in edges if n >= 0), key=lambda number: _cost(edges, number)))
    return edges[first].get(last, _NOTHING)


def _merged(
    moves: Mapping[State, Mapping[State, Collection[int]]], ends: Collection[State]
) -> dict[State, int]:
    """The states numbered, those alike that lead to an end by the same texts (Moore, 1956)."""
    groups = {state: int(state in ends) for state in moves}
    count = 0
    while True:
        numbers: dict[Hashable, int] = {}
        finer = {}
        for state, after in moves.items():
            leads = {(kind, groups[target]) for target, kinds in after.items() for kind in kinds}
            finer[state] = numbers.setdefault((groups[state], frozenset(leads)), len(numbers))
        if len(numbers) == count:
            return groups
        groups, count = finer, len(numbers)


def _cost(edges: Mapping[int, Mapping[int, Node]], number: int) -> tuple[int, int]:
    entering = sum(number in after for other, after in edges.items() if other != number)
    return entering * len(edges[number].keys() - {number}), number


def _leave_out(edges: dict[int, dict[int, Node]], number: int) -> None:
    """Let all ways through a state go past it."""
    out = edges.pop(number)
    loop = out.pop(number, None)
    around = () if loop is None else (Repeat(loop, 0, None),)
    for after in edges.values():
        into = after.pop(number, None)
        if into is not None:
            for target, onward in out.items():
                way = _joined((into, *around, onward))
                after[target] = _either(after[target], way) if target in after else way


def _joined(parts: Iterable[Node]) -> Node:
    items = [item for part in parts for item in (part.items if isinstance(part, Seq) else (part,))]
    return items[0] if len(items) == 1 else Seq(tuple(items))


def _either(one: Node, other: Node) -> Node:
    if one == other:
        return one
    options = [
        option for node in (one, other) for option in (node.options if isinstance(node, Alt) else (node,))
    ]
    return Alt(tuple(dict.fromkeys(options)))
