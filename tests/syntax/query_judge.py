"""tree-sitter as the judge of the query engine: both are asked the same of the same nodes of its trees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import tree_sitter

from lsp_server.languages import load_registry
from lsp_server.syntax.binding import load_binding
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.query import Query, compile_query

_FIELD = re.compile(r"\b\w+: (?=[(\[])")
_QUOTABLE = re.compile(r'[^"\\\n]+')

Found = list[tuple[int, list[tuple[str, int]]]]
"""Pattern, names and nodes of each match, in order; a node is told by its identity."""


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
    """What tree-sitter finds, its captures in order of place."""
    cursor = tree_sitter.QueryCursor(query)
    cursor.set_byte_range(start, end)
    found: Found = []
    for pattern, captures in cursor.matches(tree.root_node):
        nodes = [(name, node) for name, each in captures.items() for node in each]
        nodes.sort(key=lambda item: (item[1].start_byte, -item[1].end_byte))
        found.append((pattern, [(name, node.id) for name, node in nodes]))
    return found


def found_by_us(query: Query, tree: tree_sitter.Tree, text: bytes, start: int, end: int) -> Found:
    """What we find."""
    return [
        (pattern, list(map(_told, nodes)))
        for pattern, nodes in query.matches(tree.root_node, text, start, end)
    ]


def missing(found: Found, of: Found) -> Counter[str]:
    """The matches of one engine that the other one did not find."""
    return Counter(map(str, of)) - Counter(map(str, found))


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


class Writer:
    """Writes queries at random that may well find something, since they are modelled on real nodes.

    Where `sure`, every node is captured: tree-sitter then does not ask its parse table what is to follow.
    Nothing is written that tree-sitter never gets done with: repetitions of what may be nothing, and such
    of any node with what may be nothing.
    """

    def __init__(self, chance: Random, sure: bool) -> None:
        self._chance = chance
        self._sure = sure

    def query(self, nodes: Sequence[tree_sitter.Node]) -> str:
        """Up to three patterns, of some of the nodes."""
        return "\n".join(self._pattern(nodes) for _ in range(self._chance.randint(1, 3)))

    def _pattern(self, nodes: Sequence[tree_sitter.Node]) -> str:
        siblings = self._chance.choice(nodes).children or nodes[:1]
        pattern = self._item(siblings, self._chance.randrange(len(siblings)), self._chance.randint(0, 3), "")
        captures = re.findall(r"@(\w+)", pattern)
        if captures and pattern[0] in '(["' and self._chance.random() < 0.4:
            return f"({pattern} {self._predicate(captures, nodes)})"
        return pattern

    def _item(self, siblings: Sequence[tree_sitter.Node], at: int, depth: int, signs: str) -> str:
        """A pattern of some siblings, from a place on, with one of the signs or none, and captures."""
        chance = self._chance
        sign = chance.choice(signs) if signs and chance.random() < 0.3 else ""
        inner = "" if sign else signs
        form = chance.random()
        if form < 0.15 and depth:
            places = [
                chance.choice([at, chance.randrange(len(siblings))]) for _ in range(chance.randint(1, 3))
            ]
            pattern = f"[{' '.join(self._item(siblings, place, depth - 1, inner) for place in places)}]"
        elif form < 0.25 and depth:
            first = self._node(siblings[at], depth)
            more = self._items(siblings[at + 1 :], depth - 1, inner) if chance.random() < 0.7 else ""
            pattern = f"({'(_)' if first == '_' else first} {more})"
        else:
            pattern = self._node(siblings[at], depth)
        names = ["sure"] if self._sure else []
        while chance.random() < 0.35:
            names.append(chance.choice("abc"))
        return pattern + sign + "".join(f" @{name}" for name in names)

    def _items(self, siblings: Sequence[tree_sitter.Node], depth: int, signs: str) -> str:
        """Patterns of some of the siblings, in order; now and then with a dot between them."""
        chance = self._chance
        items: list[str] = []
        at = 0
        while at < len(siblings) and len(items) < 4 and chance.random() < 0.8:
            items.append(chance.choice(["", "", "", ". "]) + self._item(siblings, at, depth, signs))
            at += chance.choice([1, 1, 2, 3])
        return " ".join(items)

    def _node(self, node: tree_sitter.Node, depth: int) -> str:
        chance = self._chance
        if chance.random() < 0.08 or not (node.is_named or _QUOTABLE.fullmatch(node.type)):
            return "_"
        if not node.is_named:
            return f'"{node.type}"'
        if node.is_missing and chance.random() < 0.5:
            return "(MISSING)"
        kind = "_" if chance.random() < 0.15 else node.type
        children = self._items(node.children[chance.choice([0, 0, 1]) :], depth - 1, "?*+") if depth else ""
        return f"({kind} {children}{chance.choice(['', '', ' .']) if children else ''})"

    def _predicate(self, captures: Sequence[str], nodes: Sequence[tree_sitter.Node]) -> str:
        chance = self._chance
        name = chance.choice(
            [
                "eq",
                "not-eq",
                "any-eq",
                "any-not-eq",
                "match",
                "not-match",
                "any-match",
                "any-of",
                "not-any-of",
            ]
        )
        texts = [(chance.choice(nodes).text or b"").decode().replace("\\", "\\\\") for _ in range(2)]
        values = [f'"{text}"' for text in texts if not set(text) & set('"\n')] or ['"a"']
        if "match" in name:
            values = [chance.choice(['"^[a-z]+$"', '"[A-Z{]"'])]
        elif "eq" in name:
            values = [chance.choice([values[0], f"@{chance.choice(captures)}"])]
        return f"(#{name}? @{chance.choice(captures)} {' '.join(values)})"
