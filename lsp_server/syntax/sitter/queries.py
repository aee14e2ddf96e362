"""Queries as tree-sitter runs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from time import thread_time
from types import MappingProxyType

import tree_sitter

from lsp_server.cache import BoundedDict
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.sitter.hidden import undivided

_MOST_MATCHES = 64
"""Matches in progress at a time; of more, those that began first are given up. In real files our queries have
at most 32."""

_PREDICATE = r'\(#(?:[^()"]|"(?:[^"\\]|\\.)*")*\)'
_PREDICATES = re.compile(rf"{_PREDICATE}(?:\s*{_PREDICATE})+")


def read_query(language: tree_sitter.Language, source: str) -> tree_sitter.Query:
    """Have tree-sitter read a query.

    Its binding (0.26.1) frees what a pattern asks twice where a `#set!` comes after it, and then crashes: so
    of predicates that stand together, those come first.

    Raises:
        ValueError: the query is wrong.

    """
    return tree_sitter.Query(language, _PREDICATES.sub(_settings_first, source))


def quoted(kind: str) -> str:
    """How a query names a kind of nodes that have no name."""
    return '"' + kind.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _settings_first(found: re.Match[str]) -> str:
    parts = re.split(rf"({_PREDICATE})", found[0])
    ordered = iter(sorted(parts[1::2], key=lambda part: not part.startswith("(#set!")))
    return "".join(next(ordered) if index % 2 else part for index, part in enumerate(parts))


_LONG, _FIRST = 8_192, 512
"""More bytes than that are asked in stretches; the first is short, to see how long it takes."""

_MOMENT = 0.05
"""Seconds of computing that a query shall take at most before another thread has its turn."""

_PATIENCE, _PER_BYTE = 1.0, 5e-6
"""Seconds of computing that a query may take, and so many more for each byte; real texts take less."""

_OFTEN = 1_000

_LEAVES, _SHORT = 1_000, 32
"""What is found in so many nodes without children is kept, of such that have so many bytes at most."""

_Range = tuple[int, int]
"""Where it begins and ends, in bytes."""

_Match = tuple[int, dict[str, list[tree_sitter.Node]]]
"""The number of a pattern, and the nodes by the name they are captured under."""


class SitterQuery:
    """A query that tree-sitter has read."""

    def __init__(self, query: tree_sitter.Query) -> None:
        self._query = query
        self.rooted = all(map(query.is_pattern_rooted, range(query.pattern_count)))
        self._settings = cache(query.pattern_settings)
        self._leaves: BoundedDict[tuple[int, bytes], list[tuple[int, str]]] = BoundedDict(_LEAVES)

    def matches(
        self, root: Node, text: str, start: int, end: int
    ) -> Iterator[tuple[int, list[tuple[str, tree_sitter.Node]]]]:
        """The matches that touch a range of bytes, captures in order of place."""
        apart, within = self._asked(root, start, end)
        found = self._found_in(root, within) if apart is None else self._found_apart(apart, within)
        return map(_in_order, found)

    def captures(self, root: Node, text: str, start: int, end: int) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that touch a range of bytes, in no order."""
        apart, within = self._asked(root, start, end)
        if apart is None:
            return _captured(self._found_in(root, within))
        return self._captured_apart(apart, within)

    def matches_at(self, node: Node, text: str) -> Iterator[tuple[int, list[tuple[str, tree_sitter.Node]]]]:
        """The matches that begin with a node itself, captures in order of place."""
        assert isinstance(node, tree_sitter.Node)
        if next(undivided(node, node.start_byte, node.end_byte), None) != node:
            return iter(())
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MOST_MATCHES)
        cursor.set_max_start_depth(0)
        return map(_in_order, cursor.matches(node))

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""
        return MappingProxyType(self._settings(pattern))

    def _asked(self, root: Node, start: int, end: int) -> tuple[Iterable[tree_sitter.Node] | None, _Range]:
        """The nodes to ask one by one, None if the root is asked at once; and the range within the root."""
        assert isinstance(root, tree_sitter.Node)
        start, end = max(start, root.start_byte), min(end, root.end_byte)
        if start > end:  # the range is in the blanks around all else, which belong to no node
            return (), (end, end)
        if self.rooted and root.is_error and end - start > _FIRST:
            # To know of each child whether a name follows, tree-sitter passes all signs behind it.
            return root.children, (start, end)
        asked = undivided(root, start, end)
        whole = next(asked, None)
        return (None if whole == root else chain([whole] if whole else (), asked)), (start, end)

    def _found_in(self, root: Node, within: _Range) -> Iterator[_Match]:
        """What is found in a whole tree, in stretches where it is long."""
        assert isinstance(root, tree_sitter.Node)
        start, end = within
        if end - start <= _LONG:
            yield from self._found(root, start, end)
            return
        clock = _Clock(end - start)
        at, size = start, _FIRST
        while at < end and not clock.over():
            stop = min(at + size, end)
            for match in self._found(root, at, stop):
                first = _first(match)
                if (at == start or first >= at) and (stop == end or first < stop):
                    yield match
            at, size = stop, clock.size(size)

    def _found_apart(self, nodes: Iterable[tree_sitter.Node], within: _Range) -> Iterator[_Match]:
        """What is found in nodes, one by one."""
        start, end = within
        clock = _Clock(end - start)
        for number, node in enumerate(nodes):
            if node.end_byte >= start and node.start_byte <= end:
                yield from self._found(node, start, end)
            if number % _OFTEN == 0 and clock.over():
                return

    def _captured_apart(
        self, nodes: Iterable[tree_sitter.Node], within: _Range
    ) -> Iterator[tuple[int, str, int, int]]:
        """What is captured in nodes, one by one; in one without children it follows from kind and text."""
        start, end = within
        clock = _Clock(end - start)
        for number, node in enumerate(nodes):
            first, last = node.start_byte, node.end_byte
            if last >= start and first <= end:
                if node.child_count:
                    yield from _captured(self._found(node, start, end))
                else:
                    for pattern, name in self._at_leaf(node):
                        yield pattern, name, first, last
            if number % _OFTEN == 0 and clock.over():
                return

    def _at_leaf(self, leaf: tree_sitter.Node) -> list[tuple[int, str]]:
        key = leaf.kind_id, leaf.text or b""
        known = self._leaves.get(key)
        if known is None:
            found = self._found(leaf, leaf.start_byte, leaf.end_byte)
            known = [(pattern, name) for pattern, captures in found for name in captures]
            if len(key[1]) <= _SHORT:
                self._leaves[key] = known
        return known

    def _found(self, root: tree_sitter.Node, start: int, end: int) -> list[_Match]:
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MOST_MATCHES)
        cursor.set_byte_range(start, end)
        return cursor.matches(root)


class _Clock:
    """Tells when a query has computed for so long that its text is none that anybody wrote."""

    def __init__(self, size: int) -> None:
        self._end = thread_time() + _PATIENCE + _PER_BYTE * size
        self._last = thread_time()

    def over(self) -> bool:
        return thread_time() > self._end

    def size(self, before: int) -> int:
        """How many bytes to take at once next: as many as may be read in a moment."""
        now = thread_time()
        spent, self._last = now - self._last, now
        return int(before * min(4.0, max(0.25, _MOMENT / max(spent, _MOMENT / 4)))) or 1


def _first(match: _Match) -> int:
    """Where the first node that a match captures begins."""
    return min((node.start_byte for nodes in match[1].values() for node in nodes), default=0)


def _in_order(match: _Match) -> tuple[int, list[tuple[str, tree_sitter.Node]]]:
    """A match with its captures in order of place, an outer one before those in it."""
    pattern, captures = match
    nodes = [(name, node) for name, found in captures.items() for node in found]
    nodes.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
    return pattern, nodes


def _captured(matches: Iterable[_Match]) -> Iterator[tuple[int, str, int, int]]:
    for pattern, captures in matches:
        for name, nodes in captures.items():
            for node in nodes:
                yield pattern, name, node.start_byte, node.end_byte
