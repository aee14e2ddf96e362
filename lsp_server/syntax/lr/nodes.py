"""Nodes of a tree as they are kept, and as they are seen.

What is kept (`Green`) does not change, and tells where it was when it was read. What is seen of it (`Node`)
is made when it is asked for and knows how far the text has moved since: so an edit above costs nothing in
what is below (red and green trees, as in Roslyn).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter
from threading import Lock
from typing import overload

from lsp_server.cache import cached_property


@dataclass(frozen=True, eq=False, slots=True)
class Kind:
    """What nodes may have in common; `count` is 1 where Lark keeps them."""

    name: str
    named: bool
    extra: bool = False
    error: bool = False
    missing: bool = False
    count: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", int(self.named and not self.extra))


ERROR = Kind("ERROR", named=True, extra=True, error=True)
GROUP = Kind("", named=False)
"""Of an element of which the grammar makes no node, but several beside each other."""


class Green:
    """A node: kind, place and children. One without any text is where the text before it ends.

    `count` is that of its kind.
    """

    __slots__ = ("broken", "children", "count", "end", "kind", "start")

    def __init__(self, kind: Kind, start: int, end: int, children: tuple[Green, ...], broken: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.children = children
        self.broken = broken
        self.count = kind.count


_END = attrgetter("end")


def parent(kind: Kind, children: tuple[Green, ...], place: int) -> Green:
    """A node over some children; without any text of theirs it is at a place."""
    start = end = -1
    broken = kind.error
    for child in children:
        if child.end > child.start:
            end = child.end
            if start < 0:
                start = child.start
        if child.broken:
            broken = True
    return (
        Green(kind, place, place, children, broken) if end < 0 else Green(kind, start, end, children, broken)
    )


class Node:
    """A kept node, seen in a text; see `syntax.nodes.Node`."""

    __slots__ = ("_children", "_green", "_shift")

    def __init__(self, green: Green, shift: int) -> None:
        self._green = green
        self._shift = shift
        self._children: list[Node] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._green is other._green and self._shift == other._shift

    def __hash__(self) -> int:
        return hash((id(self._green), self._shift))

    def __repr__(self) -> str:
        return f"<Node {self.type} {self.start_byte}-{self.end_byte}>"

    @property
    def type(self) -> str:
        """Its kind; of a node without a name, the text itself."""
        return self._green.kind.name

    @property
    def is_named(self) -> bool:
        """Whether it is of a rule, or a terminal that Lark keeps."""
        return self._green.kind.named

    @property
    def is_missing(self) -> bool:
        """Whether the parser put it in."""
        return self._green.kind.missing

    @property
    def is_error(self) -> bool:
        """Whether it is of text that the parser could not use."""
        return self._green.kind.error

    @property
    def is_extra(self) -> bool:
        """Whether it is a comment or an error."""
        return self._green.kind.extra

    @property
    def has_error(self) -> bool:
        """Whether it is, or holds, an error or what is missing."""
        return self._green.broken

    @property
    def start_byte(self) -> int:
        """Where it begins."""
        return self._green.start + self._shift

    @property
    def end_byte(self) -> int:
        """Where it ends."""
        return self._green.end + self._shift

    @property
    def child_count(self) -> int:
        """The number of its children."""
        return len(self._green.children)

    @property
    def children(self) -> Sequence[Node]:
        """Its children, in order."""
        if self._children is None:
            self._children = list(seen(self._green.children, self._shift, self.start_byte))
        return self._children

    @property
    def named_children(self) -> list[Node]:
        """Those of them that are named."""
        return [child for child in self.children if child._green.kind.named]

    @property
    def kind(self) -> Kind:
        """What it has in common with others."""
        return self._green.kind

    def descendant_for_byte_range(self, start_byte: int, end_byte: int, /) -> Node | None:
        """The smallest node in it that spans a range."""
        node: Node = self
        while (inner := node.child_over(start_byte, end_byte)) is not None:
            node = inner
        return node

    def child_over(self, start: int, end: int) -> Node | None:
        """The first child that spans a range."""
        children, shift = self._green.children, self._shift
        for index in range(bisect_left(children, end - shift, key=_END), len(children)):
            child = children[index]
            if child.end + shift > start or child.end == child.start:
                found = self._child(index)
                if found.start_byte > start:
                    return None
                if found.end_byte >= end:
                    return found
        return None

    def child_after(self, place: int) -> Node | None:
        """The first child that ends after a place."""
        children = self._green.children
        index = bisect_right(children, place - self._shift, key=_END)
        return self._child(index) if index < len(children) else None

    def _child(self, index: int) -> Node:
        """One of its children; of many, the others are not made for it."""
        if self._children is not None:
            return self._children[index]
        greens, shift = self._green.children, self._shift
        earlier = (greens[number] for number in range(index - 1, -1, -1))
        before = next((each.end + shift for each in earlier if each.end > each.start), self.start_byte)
        return next(seen(greens[index : index + 1], shift, before))


def seen(greens: Iterable[Green], shift: int, place: int) -> Iterator[Node]:
    """Kept nodes that stand beside each other, the first at a place or after it."""
    for green in greens:
        if green.end > green.start:
            yield Node(green, shift)
            place = green.end + shift
        else:
            yield Node(green, place - green.start)


_READING = Lock()
"""Held while the nodes of a segment are made, so that they are made once."""


class Segment:
    """What the parser read between two places of the root's list at which nothing else was open.

    Its nodes may be made only when they are asked for. What is known before is of one that is intact and
    begins with a lexeme.

    Attributes:
        origin: where its first lexeme begins; what is before that has no part in it.
        reach: no character from here on had a part in it.
        start, end: where the first of its nodes begins that has text, and where the last one ends.
        broken: whether something in it is wrong.
        brackets: place and text of each in it, if they are known without its nodes.

    """

    __slots__ = ("_children", "_nodes", "brackets", "broken", "end", "origin", "reach", "start")

    def __init__(
        self,
        origin: int,
        reach: int,
        end: int,
        brackets: Sequence[tuple[int, str]] | None,
        nodes: Callable[[int], tuple[Green, ...]] | None,
    ) -> None:
        """`nodes` makes those of the segment that begins at a place; without it they are given later."""
        self.origin = self.start = origin
        self.reach = reach
        self.end = end
        self.broken = False
        self.brackets = brackets
        self._nodes = nodes
        self._children: tuple[Green, ...] = ()

    @classmethod
    def made(cls, origin: int, reach: int, nodes: Sequence[Green]) -> Segment:
        """One of which the nodes are known."""
        whole = parent(GROUP, tuple(_grouped(nodes, origin)), origin)
        segment = cls(origin, reach, whole.end, None, None)
        segment.start, segment.broken, segment._children = whole.start, whole.broken, whole.children
        return segment

    @property
    def children(self) -> tuple[Green, ...]:
        """What is at the top of the tree; an element of several nodes is one child, a `GROUP`."""
        if self._nodes is not None:
            with _READING:
                if self._nodes is not None:
                    self._children = self._nodes(self.origin)
                    self._nodes = None
        return self._children

    @property
    def size(self) -> int:
        """How many children of the root it holds."""
        return sum(len(top.children) if top.kind is GROUP else 1 for top in self.children)


def _grouped(nodes: Sequence[Green], place: int) -> Iterator[Green]:
    """Nodes at the top, those of one element as one: what is between errors, without comments at its ends."""
    run: list[Green] = []
    for node in (*nodes, None):
        if node is not None and not node.kind.error and (run or not node.kind.extra):
            run.append(node)
            continue
        size = len(run)
        while size and run[size - 1].kind.extra:
            size -= 1
        if size > 1:
            yield parent(GROUP, tuple(run[:size]), place)
        else:
            yield from run[:size]
        yield from run[size:]
        run = []
        if node is not None:
            yield node


class Root(Node):
    """The root of a tree: its children are those of segments, each shifted for itself."""

    __slots__ = ("__dict__", "segments", "shifts")

    def __init__(self, kind: Kind, segments: Sequence[Segment], shifts: Sequence[int], size: int) -> None:
        first = next(zip(segments, shifts, strict=True), None)
        start = size if first is None else first[0].start + first[1]
        broken = any(segment.broken for segment in segments)
        super().__init__(Green(kind, start, max(start, size), (), broken), 0)
        self.segments = segments
        self.shifts = shifts

    def over(self, start: int, end: int) -> Root:
        """The same with those segments alone that touch a range."""
        numbers = [*self.numbers(start - 1, end + 1)]
        kept = slice(numbers[0], numbers[-1] + 1) if numbers else slice(0)
        root = Root(self.kind, self.segments[kept], self.shifts[kept], self.end_byte)
        root._green = self._green
        return root

    @cached_property
    def ends(self) -> list[int]:
        """Where each segment ends."""
        return [segment.end + shift for segment, shift in zip(self.segments, self.shifts, strict=True)]

    @cached_property
    def origins(self) -> list[int]:
        """Where the first lexeme of each segment begins."""
        return [segment.origin + shift for segment, shift in zip(self.segments, self.shifts, strict=True)]

    @cached_property
    def reaches(self) -> list[int]:
        """By segment, the place from which on no character had a part in it or in one before."""
        own = (segment.reach + shift for segment, shift in zip(self.segments, self.shifts, strict=True))
        return list(accumulate(own, max))

    @cached_property
    def sizes(self) -> list[int]:
        """By segment, how many children of the root it and those before it hold."""
        return list(accumulate(segment.size for segment in self.segments))

    def damaged(self) -> Iterator[Node]:
        """What is at the top of segments in which something is wrong."""
        for index, segment in enumerate(self.segments):
            if segment.broken:
                yield from self.tops_of(index)

    def tops(
        self, since: int = -1, passed: Callable[[int, int], bool] = lambda start, end: False
    ) -> Iterator[Node]:
        """What is at the top, groups as one, from that segment on which ends after a place.

        Segments in which nothing is wrong may be `passed` by.
        """
        for index in range(bisect_right(self.ends, since), len(self.segments)):
            segment, shift = self.segments[index], self.shifts[index]
            if segment.broken or not passed(segment.start + shift, segment.end + shift):
                yield from self.tops_of(index)

    def numbers(self, start: int, end: int) -> Iterator[int]:
        """The numbers of the segments that touch a range."""
        for index in range(bisect_right(self.ends, start), len(self.segments)):
            if self.segments[index].start + self.shifts[index] >= end:
                return
            yield index

    def tops_of(self, index: int) -> Iterator[Node]:
        """What one segment has at the top."""
        segment, shift = self.segments[index], self.shifts[index]
        return seen(segment.children, shift, segment.start + shift)

    @property
    def child_count(self) -> int:
        """The number of its children."""
        return self.sizes[-1] if self.sizes else 0

    @property
    def children(self) -> Sequence[Node]:
        """Its children, in order, each made when it is asked for."""
        return _Children(self)

    def child_over(self, start: int, end: int) -> Node | None:
        """The first child that spans a range."""
        for top in self.tops(max(0, min(start, end - 1))):
            if top.start_byte > start:
                return None
            if top.end_byte >= end and top.end_byte > start:
                return top.child_over(start, end) if is_group(top) else top
        return None

    def child_after(self, place: int) -> Node | None:
        """The first child that ends after a place."""
        for top in self.tops(place):
            if top.end_byte > place:
                return top.child_after(place) if is_group(top) else top
        return None


class _Children(Sequence[Node]):
    """The children of a root."""

    def __init__(self, root: Root) -> None:
        self._root = root

    def __len__(self) -> int:
        return self._root.child_count

    def __iter__(self) -> Iterator[Node]:
        return (node for top in self._root.tops() for node in _ungrouped(top))

    @overload
    def __getitem__(self, index: int, /) -> Node: ...

    @overload
    def __getitem__(self, index: slice, /) -> Sequence[Node]: ...

    def __getitem__(self, index: int | slice, /) -> Node | Sequence[Node]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        segment = bisect_right(self._root.sizes, number)
        nodes = [node for top in self._root.tops_of(segment) for node in _ungrouped(top)]
        return nodes[number - self._root.sizes[segment]]


def _ungrouped(top: Node) -> Sequence[Node]:
    return top.children if is_group(top) else (top,)


def is_group(node: Node) -> bool:
    """Whether a node stands for several."""
    return node._green.kind is GROUP
