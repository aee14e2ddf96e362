"""The query engine, judged by tree-sitter on tree-sitter's own trees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lsp_server.languages import load_registry
from lsp_server.syntax.query import compile_query
from lsp_server.syntax.sitter.queries import SitterQuery
from tests.counts import tries
from tests.syntax.query_judge import (
    found_by_them,
    found_by_us,
    nodes_of,
    ours,
    theirs,
    tree_of,
    without_fields,
)

pytestmark = pytest.mark.skipif(
    version("tree-sitter") < "0.26",
    reason="the judge of what queries find is tree-sitter 0.26; 0.25 finds less",
)

LANGUAGES = [language.id for language in load_registry().languages if language.parser.module is not None]

TEXTS = [
    ("graphql", "type A implements B { a(x: Int = 1): [B!]! @d b: C }\nenum E { X Y }\n"),
    ("graphql", "query Q($a: Int) { a b(c: $a) { d ...f } }\n{ x }"),
    ("graphql", "# c\ntype A\n# d\n# e\ntype B { # f\n a: Int }"),
    ("graphql", "type A { a: \n} type B { : C"),
    ("hcl", 'a = 1\nb = [1, 2, x.y]\nblock "l" "m" { c = "${d}" }\n'),
    ("hcl", "a = {\n b = f(1, 2)\n}\n# x\n# y\nc = 1 + 2 * -3\n"),
    ("hcl", "a = \nb { c = ( }"),
]
"""Small texts, sound and broken."""


def check(language: str, source: str, text: str, start: int = 0, end: int = 0) -> None:
    data = text.encode()
    tree = tree_of(language, data)
    found = found_by_us(ours(language, source), tree, data, start, end)
    assert Counter(found) == Counter(found_by_them(theirs(language, source), tree, start, end)), source


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_the_queries_of_a_bundle_find_in_its_examples_what_tree_sitter_finds(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    for path in sorted(path for path in (language.directory / "examples").rglob("*") if path.is_file()):
        text = path.read_text()
        for query in language.queries.values():
            check(language_id, without_fields(query), text)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_they_find_in_a_range_of_an_example_what_tree_sitter_finds(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    path = min(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    text = path.read_text()[:3_000]
    chance = Random(language_id)
    for query in language.queries.values():
        for _ in range(tries(5, 50)):
            start, end = sorted(chance.randrange(1, len(text)) for _ in range(2))
            check(language_id, without_fields(query), text, start, end)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_what_begins_at_each_node_is_together_what_is_found_in_the_tree(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    path = min(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    text = path.read_text()[:2_000]
    tree = tree_of(language_id, text.encode())
    for query in map(without_fields, language.queries.values()):
        for engine in (ours(language_id, query), SitterQuery(theirs(language_id, query))):
            if engine.rooted:
                there = [
                    (pattern, name, each.start_byte, each.end_byte)
                    for node in nodes_of(tree)
                    for pattern, found in engine.matches_at(node, text)
                    for name, each in found
                ]
                everywhere = engine.captures(tree.root_node, text, 0, len(text.encode()))
                assert Counter(there) == Counter(everywhere), query


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_they_find_in_real_files_what_tree_sitter_finds(
    language_id: str, corpus: Callable[[str, str], tuple[Path, ...]]
) -> None:
    files = [path for path in corpus(language_id, "dev") if path.stat().st_size < 20_000]
    for path in files[:: max(1, len(files) // tries(4, 60))]:
        text = path.read_bytes().decode(errors="replace")
        for query in load_registry().by_id(language_id).queries.values():
            check(language_id, without_fields(query), text)


@pytest.mark.parametrize(
    "query",
    [
        "(attribute)? @a",
        "(attribute)* @a",
        "((attribute) @a . (attribute) @b)",
        "((comment)+ @a . (attribute) @b)",
        "(body (attribute)+ @a .)",
        "(body . (attribute) @a)",
        "(body (attribute)? @a . (block) @b)",
        "(body . (attribute)* @a . (block) @b .)",
        "[(attribute) (block (identifier) @a)] @b",
        "[(attribute (identifier) @a) (block)+] @b",
        '(_ "=" @a)',
        "(_ (numeric_lit) @a) @b",
        "(_ (identifier)? @a (expression) @b) @c",
        "_ @a",
        "(_) @a",
        "(attribute _ @a . _ @b)",
        "(attribute (_) @a . (_) @b)",
        "(ERROR) @a",
        "(ERROR (_) @a) @b",
        '(ERROR . "("+ .)',
        "(MISSING) @a",
        "(MISSING identifier) @a",
        '(MISSING "}") @a',
        "(_ (MISSING) @a)",
        "(tuple (expression) @a (expression) @b)",
    ],
)
def test_each_construct_finds_what_tree_sitter_finds(query: str) -> None:
    for language, text in TEXTS:
        if language == "hcl":
            check("hcl", query, text)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("(nothing) @a", "Invalid node type at row 0: nothing"),
        ("(attribute)\n\n  (body (nothing))", "Invalid node type at row 2: nothing"),
        ('(body "nothing")', "Invalid node type at row 0: nothing"),
        ("(MISSING nothing)", "Invalid node type at row 0: nothing"),
        ("\n(attribute name: (identifier))", "Invalid field name: these trees have no fields at row 1"),
        ("(attribute !name)", "Invalid field name: these trees have no fields at row 0"),
        ("(attribute/identifier)", "Invalid syntax at row 0"),
        ("(attribute", "Unexpected EOF"),
        ("(attribute))", "Invalid syntax at row 0"),
        ("attribute", "Invalid syntax at row 0"),
        ("[]", "Invalid syntax at row 0"),
        ("[(attribute)", "Unexpected EOF"),
        ("(attribute .)", "Invalid syntax at row 0"),
        ("((attribute) .)", "Invalid syntax at row 0"),
        ("(. (attribute))", "Invalid syntax at row 0"),
        ("(attribute) @", "Invalid syntax at row 0"),
        ('(body "a', "Invalid syntax at row 0"),
        ("()", "Invalid syntax at row 0"),
        ("((identifier) @a (#eq? @b))", "Invalid capture name at row 0: b"),
        ("((identifier) @a (#eq? @a))", "row 0: #eq? expects 2 arguments, got 1"),
        ('((identifier) @a (#eq? "a" @a))', 'first argument to #eq? must be a capture name, got "a"'),
        ("((identifier) @a (#match? @a @a))", "#match? takes a string, got @a"),
        ("((identifier) @a (#any-of? @a))", "#any-of? expects at least 2 arguments, got 1"),
        ("\n((identifier) @a (#set! @a))", "row 1: #set! takes a string, got @a"),
        ("((identifier) @a (#set!))", "#set! expects 1-2 arguments, got 0"),
        ('((identifier) @a (#match? @a "["))', "'[' is no regular expression"),
        (
            '((identifier) @a (#lua-match? @a "a"))',
            "#lua-match? is not known; known are #set!, #eq?",
        ),
        ("(_ " * 1_000 + ")" * 1_000, "Invalid syntax: too many brackets in brackets at row 0"),
    ],
)
def test_a_wrong_query_is_refused_in_one_line_with_its_row(query: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        ours("hcl", query)
    assert "\n" not in str(caught.value)


@dataclass(frozen=True, eq=False)
class Made:
    """What the engine asks of a node, of one that tree-sitter did not make."""

    type: str
    is_named: bool
    children: tuple[Made, ...] = ()
    is_error: bool = False
    is_missing: bool = False
    start_byte: int = 0
    end_byte: int = 1

    @property
    def child_count(self) -> int:
        return len(self.children)


def test_what_is_called_error_is_no_error() -> None:
    keyword, rule, error = Made("ERROR", False), Made("ERROR", True), Made("ERROR", True, is_error=True)
    root: Any = Made("root", True, (keyword, rule, error))
    query = compile_query('(ERROR) @error "ERROR" @keyword (root _ @any)', {"root", "ERROR"}, {"ERROR"})
    found: set[Any] = {each for _, nodes in query.matches(root, b"x") for each in nodes}
    assert found == {("error", error), ("keyword", keyword), ("any", keyword), ("any", rule)}


def test_what_set_says_is_told_for_each_pattern() -> None:
    query = ours("hcl", '(body) @a ((block) @b (#set! a) (#set! c.d "e f"))')
    assert [dict(query.settings(pattern)) for pattern in (0, 1)] == [{}, {"a": None, "c.d": "e f"}]


@pytest.mark.parametrize(
    "query", ["[((identifier)?)+ (block)]+ @a", "(_ [(identifier)? (expression)*]+ @a)* @b"]
)
def test_a_repetition_of_what_may_be_nothing_ends(query: str) -> None:
    """tree-sitter goes on for ever, so here there is no judge: something is found, and soon."""
    data = TEXTS[4][1].encode()
    assert found_by_us(ours("hcl", query), tree_of("hcl", data), data, 0, 0)


def test_a_file_that_nests_deep_needs_no_stack() -> None:
    check("hcl", "(expression (collection_value) @a)", "a = " + "[" * 5_000 + "]" * 5_000)


def test_matches_that_are_in_progress_at_every_depth_are_all_found() -> None:
    check("hcl", "(tuple (_)? @a) @b", "a = " + "[" * 1_000 + "]" * 1_000)


def test_a_list_with_very_many_matches_ends_soon() -> None:
    """There are sixty million matches. Of those in progress, the ones that began last are found."""
    data = b"a = [" + b"1, " * 200 + b"2]\n"
    query = ours("hcl", "(tuple (expression) @a (expression) @b (expression) @c (expression) @d)")
    found = list(query.matches(tree_of("hcl", data).root_node, data))
    assert 1_000 < len(found) < 100_000
    assert found[-1][1][-1][1].start_byte == data.index(b"2")


@pytest.mark.parametrize("query", ["(body (attribute)+ @a)", "(body (attribute)* @a (block) @b)"])
def test_a_long_list_is_captured_in_one_match(query: str) -> None:
    check("hcl", query, "a = 1\n" * 2_000 + "b {}\n")
