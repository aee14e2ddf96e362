"""Runs the queries of a bundle (`queries/NAME.scm`) over a tree; results are spans, named by the captures.

What a capture means is for each feature to say. A wrong query is an error of the bundle, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import tree_sitter

from lsp_server.errors import BundleError
from lsp_server.languages import Language
from lsp_server.syntax.binding import load_binding
from lsp_server.text import Span

_ROW = re.compile(r" at row (\d+), column \d+")


@dataclass(frozen=True, slots=True)
class Capture:
    """A node that a query named: the name without its `@`, where the node is, and its kind in the tree."""

    name: str
    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which one pattern of a query fits.

    `pattern` is its number in the query, from 0; `captures` are in order of place, an outer one before those
    in it; `settings` are what `#set!` says there.
    """

    pattern: int
    captures: tuple[Capture, ...]
    settings: Mapping[str, str | None]


@lru_cache(maxsize=256)
def load_query(language: Language, name: str) -> tree_sitter.Query | None:
    """A query of a bundle; None if the bundle has none of this name. The result is kept.

    Raises:
        BundleError: the query is wrong, or the parser cannot be loaded.

    """
    source = language.queries.get(name)
    if source is None:
        return None
    try:
        return tree_sitter.Query(load_binding(language).parser_language, source)
    except ValueError as error:
        row = _ROW.search(str(error))
        raise BundleError(
            _ROW.sub("", str(error)),
            path=language.directory / "queries" / f"{name}.scm",
            line=int(row[1]) + 1 if row else None,
            remedy="see which nodes the parser of the language knows",
        ) from None


def matches_in(
    query: tree_sitter.Query, root: tree_sitter.Node, start: int, end: int
) -> Iterator[tuple[int, list[tuple[str, tree_sitter.Node]]]]:
    """The matches that touch a range of bytes: number of the pattern, and its captures in order of place."""
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(start, end)
    for pattern, captures in cursor.matches(root):
        nodes = [(name, node) for name, found in captures.items() for node in found]
        nodes.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
        yield pattern, nodes


def captures_in(
    query: tree_sitter.Query, root: tree_sitter.Node, start: int, end: int
) -> Iterator[tuple[int, str, int, int]]:
    """The captures of the matches that touch a range of bytes, in no order: pattern, name, and two bytes."""
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(start, end)
    for pattern, captures in cursor.matches(root):
        for name, nodes in captures.items():
            for node in nodes:
                yield pattern, name, node.start_byte, node.end_byte


@lru_cache(maxsize=4096)
def settings_of(query: tree_sitter.Query, pattern: int) -> Mapping[str, str | None]:
    """What `#set!` says in a pattern."""
    return MappingProxyType(query.pattern_settings(pattern))
