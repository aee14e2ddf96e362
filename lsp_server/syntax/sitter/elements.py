"""The top-level elements of a tree, also of one that the parser could not make whole.

They are the children of the list-like node nearest to the root (`lists`), and the ERROR nodes beside
it or beside the nodes that lead to it. Where the root itself is an ERROR, elements at its beginning are
still sure; whatever follows the first other thing is one stretch of stray text, because it may be nested
in what could not be closed. All places are bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from tree_sitter import Node, TreeCursor

from lsp_server.cache import cached_property
from lsp_server.syntax.parser import Member


class TopLevel:
    """The members of one tree, found without visiting all of them where the root is sound."""

    def __init__(self, lists: frozenset[str], elements: frozenset[str], root: Node) -> None:
        self._root = root
        self._path = _path(lists, root)
        self._elements = elements

    @property
    def above(self) -> Sequence[Node]:
        """The root, and the nodes from there to the list of the elements."""
        return self._path

    def all(self) -> Iterator[Member]:
        """Every member, in order."""
        if self._root.is_error:
            yield from self._salvaged
        else:
            yield from map(_member, self._children(self._root))

    def before(self, byte: int) -> Iterator[Member]:
        """The members that begin before a byte, the last one first."""
        if self._root.is_error:
            yield from reversed(self._salvaged[: bisect_left(self._salvaged, byte, key=attrgetter("start"))])
        else:
            yield from map(_member, self._backwards(self._root, byte))

    def since(self, byte: int) -> Iterator[Member]:
        """The members that begin at or after a byte, in order."""
        if self._root.is_error:
            yield from self._salvaged[bisect_left(self._salvaged, byte, key=attrgetter("start")) :]
        else:
            found = self._touching(self._root, byte, self._root.end_byte + 1)
            yield from (_member(node) for node in found if node.start_byte >= byte and _counts(node))

    def touching(
        self, start: int, end: int, passed: Callable[[int, int], bool] = lambda start, end: False
    ) -> Iterator[Node]:
        """The nodes at the top, members or not, that touch a range of bytes; here none is `passed` by."""
        return self._touching(self._root, start, end)

    def _touching(self, node: Node, start: int, end: int) -> Iterator[Node]:
        cursor = node.walk()
        more = _go_to(cursor, start)
        while more and (child := cursor.node) is not None and child.start_byte < end:
            if child in self._path:
                yield from self._touching(child, start, end)
            else:
                yield child
            more = cursor.goto_next_sibling()

    def _children(self, node: Node) -> Iterator[Node]:
        path = {inner.id for inner in self._path}
        for child in node.children:
            if child.id in path:
                yield from self._children(child)
            elif _counts(child):
                yield child

    def _backwards(self, node: Node, byte: int) -> Iterator[Node]:
        cursor = node.walk()
        if not byte or not (_go_to(cursor, byte - 1) or cursor.goto_last_child()):
            return
        more = True
        while more and (child := cursor.node) is not None:
            if child in self._path:
                yield from self._backwards(child, byte)
            elif child.start_byte < byte and _counts(child):
                yield child
            more = cursor.goto_previous_sibling()

    @cached_property
    def _salvaged(self) -> tuple[Member, ...]:
        return tuple(self._salvage())

    def _salvage(self) -> Iterator[Member]:
        children = self._root.children
        sure: list[Node] = []
        for child in children:
            if child in self._path:
                sure.extend(self._children(child))
            elif child.type in self._elements:
                sure.append(child)
            elif child.is_error or not child.is_extra:
                break
        yield from map(_member, sure)
        end = sure[-1].end_byte if sure else 0
        rest = children[bisect_left(children, end, key=attrgetter("start_byte")) :]
        first = next((child for child in rest if not _is_comment(child)), None)
        if first is not None:
            last = next(child for child in reversed(rest) if not _is_comment(child))
            yield Member(first.start_byte, last.end_byte, True, True, self._root)


def _path(lists: frozenset[str], root: Node) -> tuple[Node, ...]:
    """From the root to the list of elements; the root alone where no list is found."""
    if root.is_error:
        first = root.child(0) if root.child_count else None
        return (root, first) if first is not None and first.type in lists else (root,)
    path = [root]
    while path[-1].type not in lists:
        inner = [child for child in path[-1].named_children if _counts(child) and not child.is_error]
        if len(inner) != 1:
            return (root,)
        path.append(inner[0])
    return tuple(path)


def _go_to(cursor: TreeCursor, byte: int) -> bool:
    """Go to the first child that ends after a byte. (`Node.first_child_for_byte` crashes where none does.)"""
    return cursor.goto_first_child_for_byte(byte) is not None


def _counts(node: Node) -> bool:
    """Comments and separators are no members."""
    return node.is_named and (not node.is_extra or node.is_error)


def _is_comment(node: Node) -> bool:
    """An ERROR is an extra node too, as comments are."""
    return node.is_extra and not node.is_error


def _member(node: Node) -> Member:
    broken = node.has_error
    return Member(node.start_byte, node.end_byte, broken, broken and node.is_error, node)
