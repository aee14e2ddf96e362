"""Walks a tree that tree-sitter did not make and finds in it what tree-sitter would find in its own.

The tree is walked once, without recursion. A `_State` is a match in progress; it waits for a node of one
depth. Where it may go on in several ways it becomes several, and of two that are as far, one that has
captured less is dropped. The order in which all this is done is tree-sitter's (`lib/src/query.c`), since it
decides which matches there are. All places are bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lsp_server.syntax.captures import Chain, compare, listed
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.steps import ERROR, Entry, Step

_MOST_STATES = 256
"""Of more matches in progress that a node concerns, those that captured first are given up, as in tree-sitter
where it has a `match_limit`. The queries of our bundles need some thirty."""

_WORK, _WORK_A_NODE, _WAY = 3_000_000, 300, 8
"""What a walk may cost, and how much more for each node: a state or two captures that are looked at count
once, a way on from a state `_WAY` times. In the examples of our bundles no node needs twenty."""


class CostlyError(Exception):
    """A query has cost more than a walk may cost."""


Found = tuple[int, list[tuple[str, Node]]]
"""The number of a pattern, and what it captures, in the order in which that was found."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What may begin at a node of some kind; `whole` where that is whole patterns, with what they capture."""

    entries: tuple[Entry, ...]
    whole: tuple[tuple[int, tuple[str, ...]], ...] | None


class _State:
    """A match in progress.

    Attributes:
        step: what it waits for.
        start: the depth of the node with which it began.
        here: what it waits for has to be the very next node.
        left_out: an optional node was left out, so what comes next may be anywhere.
        orphan: it began with its second step, and the parent of the node of that is still to be captured.
        rivals: there are others that may capture more, so it does not end yet.
    """

    __slots__ = ("captures", "here", "left_out", "orphan", "pattern", "rivals", "start", "step")

    def __init__(self, step: int, pattern: int, start: int, orphan: bool) -> None:
        self.step = step
        self.pattern = pattern
        self.start = start
        self.orphan = orphan
        self.here = True
        self.captures: Chain | None = None
        self.left_out = False
        self.rivals = False

    def copy(self) -> _State:
        copy = _State(self.step, self.pattern, self.start, self.orphan)
        copy.here, copy.captures, copy.left_out = self.here, self.captures, self.left_out
        return copy

    @property
    def origin(self) -> tuple[int, int, int]:
        return self.start, self.pattern, self.step

    def capture(self, names: tuple[str, ...], node: Node) -> None:
        for name in names:
            self.captures = Chain(self.captures, name, node)


class _Level:
    """Siblings, and how far they are walked; `touches` and `broken` are of their parent."""

    __slots__ = ("at", "broken", "last_named", "nodes", "parent", "touches")

    def __init__(self, parent: Node | None, nodes: Sequence[Node], touches: bool, broken: bool) -> None:
        self.parent = parent
        self.nodes = nodes
        self.at = 0
        self.touches = touches
        self.broken = broken
        self.last_named: int | None = None

    def named_follow(self) -> bool:
        """Whether a named sibling follows the node that was met last."""
        if self.last_named is None:
            backwards = range(len(self.nodes) - 1, -1, -1)
            self.last_named = next((at for at in backwards if self.nodes[at].is_named), -1)
        return self.last_named >= self.at


class Run:
    """One walk of one tree: where it is, and the matches in progress there.

    `rooted` says that every pattern is one node with what is in it: what is outside of the range then matters
    only to the matches in progress. `at_root`: only what begins with the root itself is looked for.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        plan: Callable[[str, bool], Plan],
        rooted: bool,
        start: int,
        end: int,
        *,
        at_root: bool = False,
    ) -> None:
        self._steps = steps
        self._plan = plan
        self._rooted = rooted
        self._at_root = at_root
        self._start = start
        self._end = end
        self._levels: list[_Level] = []
        self._states: list[_State] = []
        self._found: list[Found] = []
        self._reach = max((step.depth for step in steps if not step.ends), default=0)
        self._waiting: Counter[int] = Counter()
        self._ending: Counter[int] = Counter()
        self._unsettled: int | None = None
        self._left = _WORK

    def matches(self, root: Node) -> Iterator[Found]:
        """The matches, in the order in which they end.

        Raises:
            CostlyError: they take too much work.

        """
        levels = self._levels = [_Level(None, [root], True, False)]
        whole = self._start == 0 and root.end_byte < self._end and not self._at_root
        while levels:
            level = levels[-1]
            if not whole and self._rooted and not self._states:
                self._skip(level)
            if level.at < len(level.nodes):
                node = level.nodes[level.at]
                level.at += 1
                touches = whole or (level.touches and self._touches(node))
                below = self._enter(level, node, touches)
                if below is not None:
                    levels.append(below)
                else:
                    self._leave()
            else:
                levels.pop()
                self._leave()
            if self._found:
                yield from self._found
                self._found = []

    def _skip(self, level: _Level) -> None:
        """Go over siblings outside of the range, of which nothing can come."""
        level.at = bisect_left(level.nodes, self._start, level.at, key=lambda node: node.end_byte)
        if level.at < len(level.nodes) and level.nodes[level.at].start_byte >= self._end:
            level.at = len(level.nodes)

    def _touches(self, node: Node) -> bool:
        start, end = node.start_byte, node.end_byte
        return start < self._end and (end > self._start or start == end == self._start)

    def _enter(self, level: _Level, node: Node, touches: bool) -> _Level | None:
        """Let all that waits for a node see it; the level below it, if that is to be walked."""
        kind, named, depth = node.type, node.is_named, len(self._levels) - 1
        broken = named and kind == ERROR and node.is_error
        if named and kind == ERROR and not broken:
            kind = ""  # a rule may be called so; no pattern names it
        plan = self._plan(kind, named)
        if self._unsettled is not None or self._waiting[depth] or (plan.whole is None and level.touches):
            first = self._first_concerned(depth)
            self._count(first, -1)
            self._begin(plan.entries, level, touches, depth)
            self._pay(len(self._states) - first + len(plan.entries) - _WORK_A_NODE)
            self._advance(first, level, node, kind, named, depth)
            self._settle(first)
            self._count(first, 1)
        elif touches and plan.whole:
            for pattern, names in plan.whole:
                self._found.append((pattern, [(name, node) for name in names]))
        inside = touches and not self._at_root
        if (inside or self._waiting[depth + 1]) and node.child_count:
            return _Level(node, node.children, inside, broken)
        return None

    def _pay(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise CostlyError

    def _first_concerned(self, depth: int) -> int:
        """The first state that may wait for a node of this depth, or whose rivals are not what they were.

        In a tree that nests deep there are many before it, which need not be looked at.
        """
        lowest = depth - self._reach
        if self._unsettled is not None:
            lowest = min(lowest, self._unsettled)
        return bisect_left(self._states, lowest, key=_start)

    def _count(self, first: int, change: int) -> None:
        """Keep count of the depths at which nodes are waited for, and at which what may end has begun."""
        for state in self._states[first:]:
            step = self._steps[state.step]
            if step.ends:
                self._ending[state.start] += change
            else:
                self._waiting[state.start + step.depth] += change

    def _begin(self, entries: Sequence[Entry], level: _Level, touches: bool, depth: int) -> None:
        """Add what begins at a node, in order of depth and pattern, and nothing that is there already."""
        states = self._states
        for entry in entries:
            step = self._steps[entry.step]
            if step.depth > depth and not step.ends:
                continue
            if not (touches if entry.rooted else level.touches and not level.broken):
                continue
            state = _State(entry.step, entry.pattern, depth - step.depth, step.depth == 1)
            if step.ends:
                state.start = depth + 1
            at = len(states)
            while at > 0 and (states[at - 1].start, states[at - 1].pattern) > (state.start, state.pattern):
                at -= 1
            if at == 0 or states[at - 1].origin != state.origin:
                states.insert(at, state)

    def _advance(self, first: int, level: _Level, node: Node, kind: str, named: bool, depth: int) -> None:
        """Take the states that wait for a node of this depth one step on, or give them up."""
        states, steps = self._states, self._steps
        later = level.at < len(level.nodes)
        at = first
        while at < len(states):
            state = states[at]
            state.rivals = False
            step = steps[state.step]
            if state.start + step.depth != depth:
                at += 1
                continue
            fits = _fits(step, node, kind, named) and not (step.last and level.named_follow())
            waits = later and not state.here and (state.left_out or not (step.at_once and named))
            if not fits:
                if waits:
                    at += 1
                else:
                    del states[at]
                continue
            if waits and step.splits:
                states.insert(at + 1, state.copy())
            if state.orphan:
                assert level.parent is not None
                state.orphan = False
                state.capture(self._parent_of(state.step).captures, level.parent)
            state.capture(step.captures, node)
            state.step += 1
            state.here = step.any and steps[state.step].at_once
            state.left_out = False
            at += self._branch(at, level) + (waits and step.splits)

    def _parent_of(self, step: int) -> Step:
        """The root of a pattern that began with its second step."""
        step -= 1
        while self._steps[step].turns or self._steps[step].forks or self._steps[step].depth > 0:
            step -= 1
        return self._steps[step]

    def _branch(self, at: int, level: _Level) -> int:
        """Make as many states of one as there are ways on from where it is; their number.

        None is made twice, which also ends repetitions of what may be nothing.
        """
        states, steps, first = self._states, self._steps, at
        end = at + 1
        ways: set[tuple[int, bool, bool]] = set()
        while at < end:
            self._left -= _WAY
            if self._left < 0:
                raise CostlyError
            state = states[at]
            step = steps[state.step]
            if step.turns and step.other is not None:
                state.step = step.other
                continue
            if step.forks:
                state.step += 1
            if step.other is not None and not (step.skips and step.last and level.named_follow()):
                copy = state.copy()
                copy.step = step.other
                copy.here = copy.here or step.forks
                if step.skips:
                    if not step.at_once:
                        copy.left_out = steps[step.other].depth == step.depth
                    elif steps[state.step - 1].depth < step.depth:
                        copy.here = True
                way = copy.step, copy.here, copy.left_out
                if way not in ways:
                    ways.add(way)
                    states.insert(at + 1, copy)
                    end += 1
            if not step.forks:
                at += 1
        return end - first

    def _settle(self, first: int) -> None:
        """Drop what has captured less than another that is as far; end what is at its end, without rivals."""
        states, steps = self._states, self._steps
        self._unsettled = None
        if len(states) - first > _MOST_STATES:
            self._give_up(first)
        if len(states) - first > 1:
            states[first:] = sorted(states[first:], key=_place)
        at = first
        while at < len(states):
            state, before = states[at], len(states)
            if self._loses(at):
                del states[at]
            elif steps[state.step].ends and not state.rivals:
                self._found.append((state.pattern, listed(state.captures)))
                del states[at]
            else:
                at += 1
            if len(states) < before and self._unsettled is None:
                self._unsettled = state.start

    def _loses(self, at: int) -> bool:
        """Compare a state with those after it that began with it; whether one of them makes up for it."""
        states = self._states
        state = states[at]
        mine = state.captures
        place = at + 1
        while place < len(states):
            other = states[place]
            if other.start != state.start or other.pattern != state.pattern:
                break
            if mine is not None and other.captures is not None and other.captures.first >= mine.end:
                break
            has_other, other_has, looked = compare(mine, other.captures)
            self._left -= 1 + looked
            same = state.step == other.step
            if has_other:
                if same and (other.here or not state.here):
                    del states[place]
                    continue
                other.rivals = True
            if other_has:
                if same and (state.here or not other.here):
                    return True
                state.rivals = True
            place += 1
        return False

    def _give_up(self, first: int) -> None:
        states = self._states
        by_age = sorted(
            states[first:], key=lambda state: state.captures.first if state.captures else self._end
        )
        lost = {id(state) for state in by_age[:-_MOST_STATES]}
        states[first:] = [state for state in states[first:] if id(state) not in lost]

    def _leave(self) -> None:
        """End what could only have become more in the node that is left; give up what needed more there.

        What waits for a node waits for one in the node that was met last, or beside it or what is around it.
        """
        depth = len(self._levels) - 1
        if depth > 0 and not self._waiting[depth + 1] and not self._ending[depth + 1]:
            return
        first = self._first_concerned(depth) if depth > 0 else 0
        self._count(first, -1)
        kept = []
        for state in self._states[first:]:
            step = self._steps[state.step]
            ends = step.ends and (state.start > depth or depth <= 0)
            if ends:
                self._found.append((state.pattern, listed(state.captures)))
            if ends or (not step.ends and state.start + step.depth > depth):
                self._unsettled = (
                    state.start if self._unsettled is None else min(self._unsettled, state.start)
                )
            else:
                kept.append(state)
        self._states[first:] = kept
        self._count(first, 1)


def _fits(step: Step, node: Node, kind: str, named: bool) -> bool:
    if step.kind is None:
        return node.is_missing if step.missing else (kind != ERROR if named else not step.named)
    return step.kind == kind and step.named == named and (not step.missing or node.is_missing)


def _place(state: _State) -> tuple[int, int, int]:
    return state.start, state.pattern, state.captures.first if state.captures is not None else -1


def _start(state: _State) -> int:
    return state.start
