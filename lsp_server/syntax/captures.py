"""The captures of a match in progress, as a chain that ways with a common beginning share.

Whether one way has captured all that another has is asked for every pair of them at every node, so only the
part that they do not share is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.syntax.nodes import Node


class Chain:
    """The last capture of a chain, and the chain before it. It is never changed.

    Attributes:
        start, end: where the node is.
        size: the length of the chain.
        first: where the first node of the chain begins.
        regular: whether each node of it comes after the one before: later, or inside that and shorter.
    """

    __slots__ = ("before", "end", "first", "name", "node", "regular", "size", "start")

    def __init__(self, before: Chain | None, name: str, node: Node) -> None:
        self.before = before
        self.name = name
        self.node = node
        self.start = node.start_byte
        self.end = node.end_byte
        if before is None:
            self.size, self.first, self.regular = 1, self.start, True
        else:
            self.size, self.first = before.size + 1, before.first
            self.regular = before.regular and _order(before, self) < 0


def listed(chain: Chain | None) -> list[tuple[str, Node]]:
    """The captures of a chain, the first one first."""
    found = [(each.name, each.node) for each in _backwards(chain)]
    found.reverse()
    return found


Compared = tuple[bool, bool, int]
"""Whether the left chain has all of the right one, the other way round, and how much was looked at."""


def compare(left: Chain | None, right: Chain | None) -> Compared:
    """Whether the left chain has all that is in the right one, and whether the other way round."""
    if left is right:
        return True, True, 0
    if left is None or right is None:
        return right is None, left is None, 0
    return _compare_regular(left, right) if left.regular and right.regular else _compare_any(left, right)


def _compare_regular(left: Chain | None, right: Chain | None) -> Compared:
    """From the end, up to where the chains are one; a chain does not have all of what is longer."""
    has_right = has_left = True
    looked = 0
    while left is not right:
        if left is None or right is None:
            return has_right and right is None, has_left and left is None, looked
        looked += 1
        has_right = has_right and left.size >= right.size
        has_left = has_left and right.size >= left.size
        if not (has_right or has_left):
            break
        order = _order(left, right)
        if _same(left, right):
            left, right = left.before, right.before
        elif order > 0:
            has_left, left = False, left.before
        elif order < 0:
            has_right, right = False, right.before
        else:
            return False, False, looked
    return has_right, has_left, looked


def _compare_any(left: Chain, right: Chain) -> Compared:
    """From the beginning, as tree-sitter does it: what is out of order it takes to be missing."""
    lefts, rights = list(_backwards(left)), list(_backwards(right))
    has_right = has_left = True
    while lefts and rights:
        order = 0 if _same(lefts[-1], rights[-1]) else _order(lefts[-1], rights[-1])
        if order == 0 and not _same(lefts[-1], rights[-1]):
            has_right = has_left = False
        has_left = has_left and order >= 0
        has_right = has_right and order <= 0
        if order <= 0:
            lefts.pop()
        if order >= 0:
            rights.pop()
    return has_right and not rights, has_left and not lefts, left.size + right.size


def _same(left: Chain, right: Chain) -> bool:
    return left.node is right.node and left.name == right.name


def _order(left: Chain, right: Chain) -> int:
    """Which node comes first in a tree: negative the left one, positive the right one, 0 neither."""
    if left.node is right.node:
        return 0
    return (left.start - right.start) or (right.end - left.end)


def _backwards(chain: Chain | None) -> Iterator[Chain]:
    while chain is not None:
        yield chain
        chain = chain.before
