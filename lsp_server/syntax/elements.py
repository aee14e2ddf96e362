"""The top-level elements of a tree, also of one that the parser could not make whole.

They are the children of the list-like node nearest to the root (`Binding.lists`), and the ERROR nodes beside
it or beside the nodes that lead to it. Where the root itself is an ERROR, elements at its beginning are
still sure; whatever follows the first other thing is one stretch of stray text, because it may be nested
in what could not be closed. All places are bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from lsp_server.syntax.binding import Binding


@dataclass(frozen=True, slots=True)
class Member:
    """A top-level element, or where `stray`, text that is part of none, and its nodes."""

    start: int
    end: int
    broken: bool
    stray: bool
    nodes: tuple[Node, ...]


class TopLevel:
    """The members of one tree, found without visiting all of them where the root is sound."""

    def __init__(self, binding: Binding, root: Node) -> None:
        self._root = root
        self._path = _path(binding, root)
        self._elements = binding.elements

    def all(self) -> Iterator[Member]:
        """Every member, in order."""
        if self._root.is_error:
            yield from self._salvaged()
        else:
            yield from map(_member, self._children(self._root))

    def before(self, byte: int) -> Iterator[Member]:
        """The members that begin before a byte, the last one first."""
        if self._root.is_error:
            yield from reversed([member for member in self._salvaged() if member.start < byte])
        else:
            yield from map(_member, self._backwards(self._root, byte))

    def since(self, byte: int) -> Iterator[Member]:
        """The members that begin at or after a byte, in order."""
        if self._root.is_error:
            yield from (member for member in self._salvaged() if member.start >= byte)
        else:
            yield from map(_member, self._forwards(self._root, byte))

    def _children(self, node: Node) -> Iterator[Node]:
        for child in node.children:
            if child in self._path:
                yield from self._children(child)
            elif _counts(child):
                yield child

    def _backwards(self, node: Node, byte: int) -> Iterator[Node]:
        child = node.first_child_for_byte(byte - 1) if byte else None
        if child is None and node.child_count and byte:
            child = node.child(node.child_count - 1)
        while child is not None:
            if child in self._path:
                yield from self._backwards(child, byte)
            elif child.start_byte < byte and _counts(child):
                yield child
            child = child.prev_sibling

    def _forwards(self, node: Node, byte: int) -> Iterator[Node]:
        child = node.first_child_for_byte(byte)
        while child is not None:
            if child in self._path:
                yield from self._forwards(child, byte)
            elif child.start_byte >= byte and _counts(child):
                yield child
            child = child.next_sibling

    def _salvaged(self) -> Iterator[Member]:
        nodes = list(self._children(self._root))
        for number, node in enumerate(nodes):
            if node.type not in self._elements:
                rest = tuple(nodes[number:])
                yield Member(node.start_byte, rest[-1].end_byte, True, True, rest)
                return
            yield _member(node)


def _path(binding: Binding, root: Node) -> tuple[Node, ...]:
    """From the root to the list of elements; the root alone where no list is found."""
    if root.is_error:
        first = root.child(0) if root.child_count else None
        return (root, first) if first is not None and first.type in binding.lists else (root,)
    path = [root]
    while path[-1].type not in binding.lists:
        inner = [child for child in path[-1].named_children if _counts(child) and not child.is_error]
        if len(inner) != 1:
            return (root,)
        path.append(inner[0])
    return tuple(path)


def _counts(node: Node) -> bool:
    """Comments and separators are no members."""
    return node.is_error or (node.is_named and not node.is_extra)


def _member(node: Node) -> Member:
    return Member(node.start_byte, node.end_byte, node.has_error, node.is_error, (node,))
