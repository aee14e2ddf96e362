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

_Match = tuple[int, dict[str, list[tree_sitter.Node]]]
"""The number of a pattern, and the nodes by the name they are captured under."""


class SitterQuery:
    """A query that tree-sitter has read."""

    def __init__(self, query: tree_sitter.Query) -> None:
        self._query = query
        self.rooted = all(map(query.is_pattern_rooted, range(query.pattern_count)))
        self._settings = cache(query.pattern_settings)
        self._leaves: BoundedDict[tuple[int, bytes], list[tuple[int, list[str]]]] = BoundedDict(_LEAVES)

    def matches(
        self, root: Node, text: str, start: int, end: int
    ) -> Iterator[tuple[int, list[tuple[str, tree_sitter.Node]]]]:
        """The matches that touch a range of bytes, captures in order of place."""
        for pattern, captures in self._run(root, start, end):
            nodes = [(name, node) for name, found in captures.items() for node in found]
            nodes.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
            yield pattern, nodes

    def captures(self, root: Node, text: str, start: int, end: int) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that touch a range of bytes, in no order."""
        return _captured(self._run(root, start, end))

    def captures_at(self, node: Node, text: str) -> Iterator[tuple[int, str, int, int]]:
        """The captures of the matches that begin with a node itself."""
        assert isinstance(node, tree_sitter.Node)
        if next(undivided(node, node.start_byte, node.end_byte), None) != node:
            return iter(())
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MOST_MATCHES)
        cursor.set_max_start_depth(0)
        return _captured(cursor.matches(node))

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""
        return MappingProxyType(self._settings(pattern))

    def _run(self, root: Node, start: int, end: int) -> Iterator[_Match]:
        assert isinstance(root, tree_sitter.Node)
        start, end = max(start, root.start_byte), min(end, root.end_byte)
        clock, asked = _Clock(end - start), undivided(root, start, end)
        whole = next(asked, None)
        if whole is None:
            return
        if whole != root:
            yield from self._scattered(chain((whole,), asked), start, end, clock)
            return
        if end - start <= _LONG:
            yield from self._found(root, start, end)
            return
        if self.rooted and root.is_error:
            # To know of each child whether a name follows, tree-sitter passes all signs behind it.
            yield from self._scattered(root.children, start, end, clock)
            return
        at, size = start, _FIRST
        while at < end and not clock.over():
            stop = min(at + size, end)
            for match in self._found(root, at, stop):
                first = _first(match)
                if (at == start or first >= at) and (stop == end or first < stop):
                    yield match
            at, size = stop, clock.size(size)

    def _scattered(
        self, nodes: Iterable[tree_sitter.Node], start: int, end: int, clock: _Clock
    ) -> Iterator[_Match]:
        """What is found in nodes, one by one."""
        for number, child in enumerate(nodes):
            if child.end_byte >= start and child.start_byte <= end:
                yield from self._found(child, start, end) if child.child_count else self._at_leaf(child)
            if number % _OFTEN == 0 and clock.over():
                return

    def _at_leaf(self, leaf: tree_sitter.Node) -> list[_Match]:
        """What is found in a node that has no children follows from its kind and its text."""
        key = leaf.kind_id, leaf.text or b""
        known = self._leaves.get(key)
        if known is None:
            found = self._found(leaf, leaf.start_byte, leaf.end_byte)
            if len(key[1]) > _SHORT:
                return found
            known = self._leaves[key] = [(pattern, list(captures)) for pattern, captures in found]
        return [(pattern, {name: [leaf] for name in names}) for pattern, names in known]

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


def _captured(matches: Iterable[_Match]) -> Iterator[tuple[int, str, int, int]]:
    for pattern, captures in matches:
        for name, nodes in captures.items():
            for node in nodes:
                yield pattern, name, node.start_byte, node.end_byte
