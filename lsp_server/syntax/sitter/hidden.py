"""Divides a tree where a query would take too long, at nodes whose children are nested in hidden ones.

A rule whose name begins with `_` leaves no node. Where it is left-recursive, as that of `a.b.c` may be, all
children of one node are seen beside each other, and yet each is nested in one more hidden node. For every
node tree-sitter (0.26) goes through all hidden ones above it, so that a query takes quadratic time. Asked of
the children one by one, it does not; only what begins at a node around them is not found then.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter_ns

import tree_sitter

_MANY = 4_000
"""Fewer children are never nested so deeply that it matters."""

_NANOSECONDS = 25_000
"""To go to the first or the last child takes 8 for each hidden node about it; of a list of 100,000, 400."""


def undivided(root: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    """The largest nodes that touch a range of bytes and may be queried, in order; mostly the root alone."""
    deep = [(node.start_byte, node.end_byte) for node in _deep(root, start, end)]
    ways = [iter((root,))]
    while ways:
        node = next(ways[-1], None)
        if node is None:
            ways.pop()
        elif node.descendant_count > _MANY and any(
            node.start_byte <= first and last <= node.end_byte for first, last in deep
        ):
            ways.append(_children(node, start, end))
        else:
            yield node


def _deep(root: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    """The nodes in a range whose children are nested deeply in hidden ones."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.descendant_count > _MANY:
            if node.child_count > _MANY and _hides(node):
                yield node
            waiting += [one for one in _children(node, start, end) if one.descendant_count > _MANY]


def _hides(node: tree_sitter.Node) -> bool:
    """Whether there are many hidden nodes between a node and its first child, or its last one."""
    cursor = node.walk()

    def spent(first: bool) -> int:
        began = perf_counter_ns()
        found = cursor.goto_first_child() if first else cursor.goto_last_child()
        taken = perf_counter_ns() - began
        assert found
        cursor.goto_parent()
        return taken

    return any(min(spent(first) for _ in range(3)) > _NANOSECONDS for first in (True, False))


def _children(node: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    if start <= node.start_byte and node.end_byte <= end:
        yield from node.children
        return
    cursor = node.walk()
    more = cursor.goto_first_child_for_byte(start) is not None
    while more and (child := cursor.node) is not None and child.start_byte <= end:
        yield child
        more = cursor.goto_next_sibling()
