"""tree-sitter as the judge of the query engine: both are asked the same of the same nodes of its trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import tree_sitter

from lsp_server.languages import load_registry
from lsp_server.syntax.binding import load_binding
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.query import Query, compile_query

_FIELD = re.compile(r"\b\w+: (?=[(\[])")

Found = list[tuple[int, tuple[tuple[str, int], ...]]]
"""Pattern, names and nodes of each match; a node is told by its identity."""


@cache
def parser_of(language_id: str) -> tree_sitter.Language:
    """The tree-sitter parser of a bundle."""
    binding: Any = load_binding(load_registry().by_id(language_id))
    found: tree_sitter.Language = binding.parser_language
    return found


@cache
def kinds_of(language_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The named and the anonymous kinds of nodes of a language."""
    parser = parser_of(language_id)
    visible = [number for number in range(parser.node_kind_count) if parser.node_kind_is_visible(number)]
    named = {parser.node_kind_for_id(n) or "" for n in visible if parser.node_kind_is_named(n)}
    anonymous = {parser.node_kind_for_id(n) or "" for n in visible if not parser.node_kind_is_named(n)}
    return frozenset(named), frozenset(anonymous)


@cache
def theirs(language_id: str, source: str) -> tree_sitter.Query:
    """tree-sitter's query; kept, as py-tree-sitter 0.26.1 frees twice what it makes of `#eq?` and `#set!`."""
    return tree_sitter.Query(parser_of(language_id), source)


def ours(language_id: str, source: str) -> Query:
    """Our query of the same text."""
    return compile_query(source, *kinds_of(language_id))


def without_fields(source: str) -> str:
    """A query of a bundle without its fields, which our trees do not have."""
    return _FIELD.sub("", source)


def tree_of(language_id: str, text: bytes) -> tree_sitter.Tree:
    """tree-sitter's tree of a text."""
    return tree_sitter.Parser(parser_of(language_id)).parse(text)


def found_by_them(query: tree_sitter.Query, tree: tree_sitter.Tree, start: int, end: int) -> Found:
    """What tree-sitter finds, its captures in order of place; matches without any are left out."""
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(start, end)
    found: Found = []
    for pattern, captures in cursor.matches(tree.root_node):
        nodes = [(name, node) for name, each in captures.items() for node in each]
        nodes.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
        if nodes:
            found.append((pattern, tuple((name, node.id) for name, node in nodes)))
    return found


def found_by_us(query: Query, tree: tree_sitter.Tree, text: bytes, start: int, end: int) -> Found:
    """What we find."""
    return [
        (pattern, tuple(map(_told, nodes)))
        for pattern, nodes in query.matches(tree.root_node, text, start, end)
    ]


def nodes_of(tree: tree_sitter.Tree) -> Iterator[tree_sitter.Node]:
    """All nodes of a tree."""
    rest = [tree.root_node]
    while rest:
        node = rest.pop()
        rest += reversed(node.children)
        yield node


def _told(item: tuple[str, Node]) -> tuple[str, int]:
    node: Any = item[1]
    return item[0], node.id
