"""The patterns of a query as steps of a machine that follows them through a tree.

The steps, and how they are linked, are those of tree-sitter (`lib/src/query.c`): of the many ways in which
repetitions and anchors could be understood, only the same steps in the same order give the same matches.
tree-sitter also asks the parse table where a pattern may still fail; here, any step may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lsp_server.syntax.scm import Branches, Group, Item, Kind, Pattern, Predicate

ERROR = "ERROR"
"""The kind of a node of text that the parser could not use."""

_NOWHERE = 1 << 16
"""The depth of the end of a pattern: no node is as deep in one."""

_MOST_CAPTURES = 3
"""A node keeps so many captures of one pattern."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node to be found, or the end of a pattern.

    Attributes:
        kind: of the node, None for any.
        named: whether it is a named one. Where `kind` is None and this is not set, it need not be.
        depth: in its pattern; the root has 0.
        other: the step to try as well, None for none.
        at_once: nothing that is named may stand between it and what was found before it.
        last: nothing that is named may follow it.
        turns: it is no node: its `other` is the next step.
        forks: it is no node: the step after it is the next one, and so is its `other`, at once.
        skips: its `other` is what follows where an optional node is left out.
        inside: it is in an alternation.
        splits: a later sibling may be the one that is meant, so both ways are gone.
        ends: it is no node: the pattern is matched when it is reached.
    """

    kind: str | None
    named: bool
    depth: int
    missing: bool = False
    captures: tuple[str, ...] = ()
    other: int | None = None
    at_once: bool = False
    last: bool = False
    turns: bool = False
    forks: bool = False
    skips: bool = False
    inside: bool = False
    splits: bool = False
    ends: bool = False

    @property
    def any(self) -> bool:
        """Whether it takes any node, also one without a name."""
        return self.kind is None and not self.named


@dataclass(frozen=True, slots=True)
class Entry:
    """A step with which a pattern may begin; `rooted` where the pattern is one node with what is in it."""

    step: int
    pattern: int
    rooted: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """The steps of all patterns, and where they begin: in the order in which they are to be tried.

    `anywhere` are the entries whose step takes nodes of all kinds.
    """

    steps: tuple[Step, ...]
    entries: tuple[Entry, ...]
    anywhere: tuple[Entry, ...]


def machine_of(patterns: Iterable[Pattern | Predicate]) -> Machine:
    """The machine that finds some patterns."""
    steps: list[Step] = []
    entries: list[Entry] = []
    for number, pattern in enumerate(patterns):
        start = len(steps)
        _lay(steps, pattern, 0, False, False)
        end = len(steps)
        steps.append(Step(None, False, _NOWHERE, ends=True))
        entries += _entries(steps, start, number)
        _unlink(steps, start, end)
    anywhere = tuple(entry for entry in entries if steps[entry.step].kind is None)
    # Of the beginnings of one pattern, tree-sitter tries the last one first.
    others = [entry for entry in reversed(entries) if steps[entry.step].kind is not None]
    others.sort(key=lambda entry: entry.pattern)
    return Machine(tuple(_with_splits(steps)), tuple(others), anywhere)


def _lay(steps: list[Step], item: Pattern | Predicate, depth: int, at_once: bool, inside: bool) -> None:
    """Add the steps of a pattern."""
    if isinstance(item, Predicate):
        return
    start = len(steps)
    match item.what:
        case Branches(options):
            _lay_branches(steps, options, depth, at_once)
        case Group(items):
            for each in items:
                _lay(steps, each.what, depth, at_once or each.anchored, inside)
                at_once = False
        case Kind(name, named, missing, children, closed):
            steps.append(Step(name, named, depth, missing, at_once=at_once))
            _lay_children(steps, children, closed, depth + 1, inside)
    if start < len(steps):
        _capture(steps, start, item.captures)
        _quantify(steps, start, item, depth, inside)


def _lay_branches(
    steps: list[Step], options: Sequence[Pattern | Predicate], depth: int, at_once: bool
) -> None:
    """Each branch but the last is followed by a step that turns to the end of them all."""
    starts = []
    for option in options:
        starts.append(len(steps))
        _lay(steps, option, depth, at_once, True)
        steps.append(Step(None, False, depth))
    steps.pop()
    for first, second in pairwise(starts):
        _change(steps, first, other=second)
        _change(steps, second - 1, other=len(steps), turns=True)


def _lay_children(
    steps: list[Step], children: Sequence[Item], closed: bool, depth: int, inside: bool
) -> None:
    last = 0
    for child in children:
        last = len(steps)
        _lay(steps, child.what, depth, child.anchored, inside)
        if len(steps) == last:
            last -= 1
    if closed:
        for step in _chain(steps, last):
            _change(steps, step, last=True)


def _capture(steps: list[Step], start: int, captures: tuple[str, ...]) -> None:
    if not captures:
        return
    for step in _chain(steps, start):
        _change(steps, step, captures=(*steps[step].captures, *captures)[:_MOST_CAPTURES])


def _quantify(steps: list[Step], start: int, item: Pattern, depth: int, inside: bool) -> None:
    if item.repeated:
        steps.append(Step(None, False, depth, other=start, forks=True, inside=inside))
    if item.optional:
        before = len(steps) - item.repeated
        *_, step = (step for step in _chain(steps, start) if step < before)
        _change(steps, step, other=len(steps), skips=True)


def _chain(steps: Sequence[Step], start: int) -> Iterator[int]:
    """A step, and those that may be taken instead of it."""
    step: int | None = start
    while step is not None and step < len(steps):
        yield step
        after = steps[step].other
        step = after if after is not None and after > step else None


def _change(steps: list[Step], step: int, **changes: object) -> None:
    steps[step] = replace(steps[step], **changes)  # type: ignore[arg-type]


def _entries(steps: Sequence[Step], start: int, pattern: int) -> Iterator[Entry]:
    """Where a pattern may begin.

    One that begins with any node that has a certain child begins with that child: there are fewer of those.
    """
    at: int | None = start
    instead: int | None = None
    while at is not None:
        step = steps[at]
        if step.kind is None and step.depth == 0:
            child = steps[at + 1]
            if child.kind is not None and child.depth == 1 and not child.at_once:
                instead, at, step = step.other, at + 1, child
        yield Entry(at, pattern, _is_rooted(steps, at))
        if step.other is not None and step.other > at:
            at = step.other
        else:
            at, instead = instead, None


def _is_rooted(steps: Sequence[Step], start: int) -> bool:
    depth = steps[start].depth
    for step in steps[start + 1 :]:
        if step.turns:
            break
        if step.depth == depth:
            return False
    return depth == 0


def _unlink(steps: list[Step], start: int, end: int) -> None:
    """Let a repetition in a branch go back to a copy of its beginning, one that leads to no other branch."""
    for at in range(start, end):
        back = steps[at].other
        if not (steps[at].forks and steps[at].inside) or back is None or back >= at:
            continue
        onwards = steps[back].other
        if onwards is not None and back < onwards < end:
            _change(steps, at, other=len(steps))
            steps.append(replace(steps[back], other=None))
            steps.append(Step(None, False, steps[back].depth, other=back + 1, turns=True))


def _with_splits(steps: Sequence[Step]) -> Iterator[Step]:
    above: list[Step] = []
    for at, step in enumerate(steps):
        if step.ends:
            yield step
            continue
        captures = bool(step.captures)
        for below in steps[at + 1 :]:
            if below.ends or below.depth <= step.depth:
                break
            captures = captures or bool(below.captures)
        above = [parent for parent in above if parent.depth < step.depth]
        above.append(step)
        yield replace(step, splits=captures or _may_fail(steps, at, above))


def _may_fail(steps: Sequence[Step], at: int, above: Sequence[Step]) -> bool:
    """Whether what comes after a step may not be found, although the node of the step is.

    tree-sitter takes for granted that what is asked of an ERROR is in it, unless it is asked after any node.
    """
    step = steps[at]
    after = next((step for step in steps[at + 1 :] if not step.forks), None)
    if after is None or after.ends:
        return False
    if after.depth < step.depth or (after.depth == step.depth and not after.at_once):
        return False
    kinds = [parent.kind for parent in above if parent.kind is not None and parent.depth < after.depth]
    return step.kind is None or kinds[-1:] != [ERROR]
