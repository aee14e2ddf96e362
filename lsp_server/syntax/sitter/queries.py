"""Queries as tree-sitter runs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

import tree_sitter

from lsp_server.syntax.nodes import Node

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


_Match = tuple[int, dict[str, list[tree_sitter.Node]]]
"""The number of a pattern, and the nodes by the name they are captured under."""


class SitterQuery:
    """A query that tree-sitter has read."""

    def __init__(self, query: tree_sitter.Query) -> None:
        self._query = query
        self.rooted = all(map(query.is_pattern_rooted, range(query.pattern_count)))
        self._settings = cache(query.pattern_settings)

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
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MOST_MATCHES)
        cursor.set_max_start_depth(0)
        return _captured(cursor.matches(node))

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""
        return MappingProxyType(self._settings(pattern))

    def _run(self, root: Node, start: int, end: int) -> list[_Match]:
        assert isinstance(root, tree_sitter.Node)
        cursor = tree_sitter.QueryCursor(self._query, match_limit=_MOST_MATCHES)
        cursor.set_byte_range(start, end)
        return cursor.matches(root)


def _captured(matches: Iterable[_Match]) -> Iterator[tuple[int, str, int, int]]:
    for pattern, captures in matches:
        for name, nodes in captures.items():
            for node in nodes:
                yield pattern, name, node.start_byte, node.end_byte
