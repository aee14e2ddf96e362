"""The top-level elements of a tree: what stands between two places at which nothing was open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from lsp_server.syntax.lr.nodes import Node, Root, is_group
from lsp_server.syntax.parser import Member


class Tops:
    """The members of one tree; see `syntax.parser.Members`."""

    def __init__(self, root: Root) -> None:
        self._root = root

    @property
    def above(self) -> Sequence[Node]:
        """The root."""
        return (self._root,)

    def all(self) -> Iterator[Member]:
        """Every member, in order."""
        return _members(self._root.tops())

    def before(self, byte: int) -> Iterator[Member]:
        """The members that begin before a place, the last one first."""
        for index in range(min(bisect_left(self._root.ends, byte), len(self._root.ends) - 1), -1, -1):
            members = _members(self._root.tops_of(index))
            yield from reversed([member for member in members if member.start < byte])

    def since(self, byte: int) -> Iterator[Member]:
        """The members that begin at or after a place, in order."""
        return (member for member in _members(self._root.tops(byte - 1)) if member.start >= byte)

    def touching(
        self, start: int, end: int, passed: Callable[[int, int], bool] = lambda start, end: False
    ) -> Iterator[Node]:
        """The nodes at the top, members or not, that touch a range, but in segments that are `passed`."""
        for top in self._root.tops(start, passed):
            if top.start_byte >= end:
                return
            if top.end_byte > start:
                yield top


def _members(tops: Iterator[Node]) -> Iterator[Member]:
    """Comments and separators are no members."""
    for node in tops:
        if node.is_error or is_group(node) or (node.is_named and not node.is_extra):
            yield Member(node.start_byte, node.end_byte, node.has_error, node.is_error, node)
