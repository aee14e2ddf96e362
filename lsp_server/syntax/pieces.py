"""A long stretch of a tree in pieces of whole lines: what a query finds in one is kept until it is edited.

A long node is divided between its children, and those of them that are long between theirs, and so on. Where
each pattern is one node with what is in it (`Query.rooted`), all that is found in a piece begins either at a
small node in it, whose kind and text tell what that is, or at a long node around.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Parsed, Query
from lsp_server.text import Span

_DEEPEST = 100
"""A long node within so many is not divided."""


class Piece(NamedTuple):
    """Whole lines. With its text, `key` tells all that the query finds in it; None if an error is in it."""

    start: int
    end: int
    key: Hashable | None


_Captured = tuple[int, int, int, str]
"""Start and end in bytes, number of the pattern, and name."""


def pieces(parsed: Parsed, query: Query, start: int, end: int, size: int) -> Iterator[Piece]:
    """The pieces of a stretch of whole lines, each of about `size` bytes where that can be."""
    if not query.rooted or parsed.text.find("\n", start, end - 1) < 0:
        yield Piece(start, end, None)
        return
    first, last = parsed.byte_at(start), parsed.byte_at(end)
    small, captured = _divided(parsed, query, Span(first, last), size)
    begun, before = 0, first
    for number, node in enumerate(small):
        if node.start_byte - first >= size:
            cut = _line_at(parsed, node.start_byte, before)
            if cut is not None and not _covered(captured, parsed.byte_at(cut)):
                yield Piece(start, cut, _key(small[begun:number], captured, first, parsed.byte_at(cut)))
                start, first, begun = cut, parsed.byte_at(cut), number
        before = node.end_byte
    yield Piece(start, end, _key(small[begun:], captured, first, last))


def _divided(parsed: Parsed, query: Query, among: Span, size: int) -> tuple[list[Node], list[_Captured]]:
    """The nodes that are not divided, and what is captured that begins at the others; both in order."""
    small: list[Node] = []
    captured: list[_Captured] = []

    def divide(nodes: Iterable[Node], depth: int) -> None:
        for node in nodes:
            start, end = node.start_byte, node.end_byte
            if end <= among.start or start >= among.end:
                continue
            if end - start > size and node.child_count and depth < _DEEPEST:
                captured.extend(
                    (each.start_byte, each.end_byte, pattern, name)
                    for pattern, nodes in query.matches_at(node, parsed.text)
                    for name, each in nodes
                )
                divide(node.children, depth + 1)
            else:
                small.append(node)

    divide(parsed.members.touching(among.start, among.end), 1)
    captured.sort()
    return small, captured


def _line_at(parsed: Parsed, byte: int, before: int) -> int | None:
    """The offset at which the line begins of which a node is the first thing; None if it is not.

    `before` is where the node before it ends.
    """
    offset = parsed.offset_at(byte)
    line = parsed.text.rfind("\n", max(parsed.offset_at(before) - 1, 0), offset) + 1
    is_first = line > 0 and (parsed.text[line:offset].isspace() or line == offset)
    return line if is_first else None


def _covered(captured: Iterable[_Captured], byte: int) -> bool:
    return any(begin < byte < stop for begin, stop, _, _ in captured)


def _key(nodes: Sequence[Node], captured: list[_Captured], first: int, last: int) -> Hashable | None:
    if [node for node in nodes if node.has_error]:
        return None
    kinds = [(node.start_byte - first, node.type, node.is_named) for node in nodes]
    own = captured[bisect_left(captured, (first,)) : bisect_left(captured, (last,))]
    return tuple(kinds), tuple((begin - first, stop - first, *what) for begin, stop, *what in own)
