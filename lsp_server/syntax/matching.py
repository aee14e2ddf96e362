"""The patterns of the children of a node as an automaton that reads them from left to right (Thompson 1968).

A child of which the pattern has children is matched in the same way. Of the ways through one node those
count that capture the most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from lsp_server.syntax.nodes import Node
from lsp_server.syntax.scm import Branches, Group, Item, Kind

_MOST_WAYS = 64
"""Of more ways in one node, those that began first are given up. The queries of our bundles need some ten."""

WORK, WORK_A_NODE = 3_000_000, 100
"""Ways that a walk may look at or compare, and how many more a node. Our bundles need fewer than ten."""

_ERROR = "ERROR"


class Gap(Enum):
    """What may stand between a child and the one before it: anything, nothing with a name, nothing."""

    FREE = 0
    ANCHORED = 1
    NONE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node to be found, with what is looked for in its children."""

    kind: Kind
    ways: Ways | None

    def fits(self, node: Node) -> bool:
        """Whether a node is one of these, whatever is in it."""
        kind, error = self.kind, node.is_error
        if kind.missing and not node.is_missing:
            return False
        if kind.name is None:
            return not error and (node.is_named or not kind.named)
        if node.type != kind.name or node.is_named != kind.named:
            return False
        return error == (kind.named and kind.name == _ERROR)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What was captured, the last first; ways with a common beginning share it."""

    before: Chain | None
    name: str
    node: Node
    size: int


class Ways:
    """The patterns of the children of a node as an automaton.

    A step is a shape that the next child must have, or leads to others without a child. A place is the number
    of a step, and what may stand before the child that it takes. Those are `bare` that need no child.
    """

    def __init__(self, items: Sequence[Item], closed: bool) -> None:
        self.closed = closed
        self._shapes: list[Shape | None] = []
        self._anchored: list[bool] = []
        self._links: list[tuple[tuple[int, Gap | None], ...]] = []
        self._known: dict[tuple[int, Gap | None], tuple[tuple[int, Gap], ...]] = {}
        for number, item in enumerate(items):
            self._lay(item, item.anchored, first=number == 0)
        self.end = len(self._shapes)
        self.bare = any(step == self.end for step, _ in self.places(0))

    def _lay(self, item: Item, anchored: bool, *, first: bool = False) -> None:
        start = self._step()
        begins, ends = [start + 1], list[int]()
        match item.what:
            case Kind():
                self._step(Shape(item.what, ways_of(item.what)), anchored)
            case Group(items):
                for number, each in enumerate(items):
                    self._lay(each, anchored if number == 0 else each.anchored)
            case Branches(options):
                begins = []
                for option in options:
                    begins.append(len(self._shapes))
                    self._lay(option, anchored)
                    ends.append(self._step())
        for end in ends:
            self._links[end] = ((len(self._shapes), None),)
        if item.repeated:
            again = self._step()
            self._links[again] = (*((begin, Gap.NONE) for begin in begins), (again + 1, None))
        self._links[start] = tuple((begin, None) for begin in begins)
        if item.optional:
            left_out = Gap.FREE if not anchored else Gap.NONE if first else None
            self._links[start] += ((len(self._shapes), left_out),)

    def _step(self, shape: Shape | None = None, anchored: bool = False) -> int:
        self._shapes.append(shape)
        self._anchored.append(anchored)
        self._links.append(())
        return len(self._shapes) - 1

    def shape(self, step: int) -> Shape:
        """What a child must be at a step that takes one."""
        found = self._shapes[step]
        assert found is not None
        return found

    def places(self, step: int, gap: Gap | None = None) -> tuple[tuple[int, Gap], ...]:
        """The places that are reached from a step without a child, `end` among them; the preferred first."""
        found = self._known.get((step, gap))
        if found is None:
            reached: dict[tuple[int, Gap], None] = {}
            pending, seen = [(step, gap)], {(step, gap)}
            while pending:
                at, before = pending.pop()
                if at == self.end:
                    reached[at, Gap.FREE] = None
                elif self._shapes[at] is not None:
                    reached[at, before or (Gap.ANCHORED if self._anchored[at] else Gap.FREE)] = None
                else:
                    on = [(to, _stricter(before, own)) for to, own in reversed(self._links[at])]
                    pending += (way for way in on if way not in seen)
                    seen.update(on)
            found = self._known[step, gap] = tuple(reached)
        return found

    def after(self, step: int) -> tuple[tuple[int, Gap], ...]:
        """The same after a child was taken: what is anchored to any node follows it at once."""
        kind = self.shape(step).kind
        if kind.name is not None or kind.named:
            return self.places(step + 1)
        return tuple((at, Gap.NONE if gap is Gap.ANCHORED else gap) for at, gap in self.places(step + 1))


def _stricter(one: Gap | None, other: Gap | None) -> Gap | None:
    return Gap.NONE if Gap.NONE in (one, other) else one or other


def ways_of(kind: Kind) -> Ways | None:
    """What is looked for in the children of a node; None if that is nothing."""
    return Ways(kind.children, kind.closed) if kind.children else None


@dataclass(slots=True)
class Finder:
    """One walk: what it may still cost."""

    left: int = WORK

    def costs(self, work: int) -> bool:
        """Count work; whether it is more than a walk may cost."""
        self.left -= work
        return self.left < 0

    def within(self, shape: Shape, node: Node, chain: Chain | None) -> list[Chain | None]:
        """What is captured in the ways in which a node has a shape that it fits; with that of before."""
        for name in shape.kind.captures:
            chain = Chain(chain, name, node, 1 if chain is None else chain.size + 1)
        return [chain] if shape.ways is None else self.among(shape.ways, node.children, chain)

    def among(self, ways: Ways, children: Sequence[Node], chain: Chain | None) -> list[Chain | None]:
        """The same for the children of a node."""
        found = Found()
        backwards = range(len(children) - 1 if ways.closed else -1, -1, -1)
        last = next((at for at in backwards if children[at].is_named), -1)
        states: list[tuple[int, Gap, Chain | None]] = []
        for step, gap in ways.places(0):
            if step == ways.end:
                if last < 0:
                    found.add(chain, self)
            else:
                states.append((step, gap, chain))
        for number, child in enumerate(children):
            if not states:
                break
            states = self._next(ways, states, child, found, ends=number >= last)
        return found.chains()

    def _next(
        self,
        ways: Ways,
        states: list[tuple[int, Gap, Chain | None]],
        child: Node,
        found: Found,
        *,
        ends: bool,
    ) -> list[tuple[int, Gap, Chain | None]]:
        """The states after a child; what is complete with it is found, if it `ends` what is closed."""
        after: list[tuple[int, Gap, Chain | None]] = []
        named = child.is_named
        for state in states:
            if self.costs(1):
                return []
            step, gap, chain = state
            shape = ways.shape(step)
            if shape.fits(child):
                for more in self.within(shape, child, chain):
                    places = ways.after(step)
                    if self.costs(16 * len(places)):
                        return []
                    for at, before in places:
                        if at != ways.end:
                            after.append((at, before, more))
                        elif ends:
                            found.add(more, self)
            if gap is Gap.FREE or (gap is Gap.ANCHORED and not named):
                after.append(state)
        return self._without_losers(after) if len(after) > 1 else after

    def _without_losers(
        self, states: list[tuple[int, Gap, Chain | None]]
    ) -> list[tuple[int, Gap, Chain | None]]:
        """States less those that have captured no more than another that is as far."""
        kept: list[tuple[int, Gap, Chain | None]] = []
        by_place: dict[tuple[int, Gap], list[Chain | None]] = {}
        for step, gap, chain in states:
            rivals = by_place.setdefault((step, gap), [])
            if self.costs(_compared(rivals, chain)):
                return []
            if not any(_has(rival, chain) for rival in rivals):
                rivals.append(chain)
                kept.append((step, gap, chain))
        return kept[-_MOST_WAYS:]


def _compared(rivals: Sequence[Chain | None], chain: Chain | None) -> int:
    """What it costs to look for a chain in others."""
    return (len(rivals) + 1) * (1 + (chain.size if chain is not None else 0) // 4)


def _has(one: Chain | None, other: Chain | None) -> bool:
    """Whether a chain has all that is captured in another one."""
    while other is not None:
        if one is other:
            return True
        if one is None or one.size < other.size:
            return False
        if one.node is other.node and one.name == other.name:
            other = other.before
        one = one.before
    return True


@dataclass(slots=True)
class Found:
    """The chains that were found in one node, of which none has all of another."""

    _by_last: dict[tuple[int, int, str], list[Chain]] = field(default_factory=dict)
    _all: dict[Chain, None] = field(default_factory=dict)
    _nothing: bool = False

    def add(self, chain: Chain | None, finder: Finder) -> None:
        """Add a chain, unless another has all of it; one that it has all of goes."""
        if chain is None:
            self._nothing = True
            return
        rivals = self._by_last.setdefault((chain.node.start_byte, chain.node.end_byte, chain.name), [])
        if finder.costs(_compared(rivals, chain)) or any(_has(rival, chain) for rival in rivals):
            return
        for rival in [rival for rival in rivals if _has(chain, rival)]:
            rivals.remove(rival)
            self._all.pop(rival, None)
        rivals.append(chain)
        self._all[chain] = None
        before = chain.before
        while before is not None and before not in self._all:
            before = before.before
        if before is not None:
            del self._all[before]

    def chains(self) -> list[Chain | None]:
        """Those that are left; one without captures where there is no other."""
        return [*self._all] or ([None] if self._nothing else [])
