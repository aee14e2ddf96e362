"""The query engine, judged by tree-sitter on tree-sitter's own trees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tree_sitter
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.languages import load_registry
from lsp_server.syntax import matching
from lsp_server.syntax.query import compile_query
from lsp_server.syntax.sitter.queries import SitterQuery
from tests.counts import tries
from tests.syntax.query_judge import (
    Writer,
    found_by_them,
    found_by_us,
    missing,
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


@pytest.fixture(scope="module", autouse=True)
def _no_limit() -> Iterator[None]:
    """tree-sitter has no limit here, so we have none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_MOST_STATES", 100_000)
        yield


def check(language: str, source: str, text: str, start: int = 0, end: int = 0) -> None:
    data = text.encode()
    tree = tree_of(language, data)
    found = found_by_us(ours(language, source), tree, data, start, end)
    assert found == found_by_them(theirs(language, source), tree, start, end), source


def possible(language: str, source: str) -> tree_sitter.Query | None:
    """tree-sitter's query; None if the parse table says that a pattern cannot match."""
    try:
        return theirs(language, source)
    except ValueError as error:
        if "Impossible pattern" in str(error):
            return None
        raise


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
                there = [found for node in nodes_of(tree) for found in engine.captures_at(node, text)]
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


@settings(max_examples=tries(150, 5_000), deadline=None)
@given(case=st.sampled_from(TEXTS), seed=st.integers(0, 1 << 32))
def test_any_query_that_captures_all_finds_what_tree_sitter_finds(case: tuple[str, str], seed: int) -> None:
    language, text = case
    chance = Random(seed)
    tree = tree_of(language, text.encode())
    source = Writer(chance, sure=True).query(list(nodes_of(tree)))
    if possible(language, source) is not None:
        check(language, source, text)


@settings(max_examples=tries(100, 5_000), deadline=None)
@given(case=st.sampled_from(TEXTS), seed=st.integers(0, 1 << 32))
def test_any_query_finds_at_least_what_tree_sitter_finds(case: tuple[str, str], seed: int) -> None:
    """It may find more: where the parse table, or what a grammar hides, lets tree-sitter look no further."""
    language, text = case
    chance = Random(seed)
    data = text.encode()
    tree = tree_of(language, data)
    source = Writer(chance, sure=False).query(list(nodes_of(tree)))
    query = possible(language, source)
    if query is None:
        return
    rooted = all(query.is_pattern_rooted(pattern) for pattern in range(query.pattern_count))
    start, end = sorted(chance.randrange(len(data)) for _ in range(2)) if rooted else (0, 0)
    found = found_by_us(ours(language, source), tree, data, start, end)
    assert not missing(found, found_by_them(query, tree, start, end)), source


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
        '[(numeric_lit) "=" (identifier)?] @a',
        '(_ "=" @a)',
        "(_ (numeric_lit) @a) @b",
        "(_ (identifier)? @a (expression) @b) @c",
        "_ @a",
        "(_) @a",
        "(attribute _ @a . _ @b)",
        "(attribute (_) @a . (_) @b)",
        "(attribute (identifier) @a @b @c @d)",
        "(ERROR) @a",
        "(ERROR (_) @a) @b",
        '(ERROR . "("+ .)',
        "(MISSING) @a",
        "(MISSING identifier) @a",
        '(MISSING "}") @a',
        "(_ (MISSING) @a)",
        "(tuple (expression) @a (expression) @b)",
        '((identifier) @a (#not-any-of? @a "a" "b"))',
        '((identifier) @a (#is-not? local) (#nothing-known? @a) (.eq? @a "a"))',
        '(body (attribute (identifier) @a)+ (#any-eq? @a "b"))',
        '(body (attribute (identifier) @a)+ (#any-not-match? @a "^[a-c]"))',
    ],
)
def test_each_construct_finds_what_tree_sitter_finds(query: str) -> None:
    for language, text in TEXTS:
        if language == "hcl":
            check("hcl", query, text)


@pytest.mark.parametrize(
    "query",
    [
        "(nothing) @a",
        "(attribute)\n\n  (body (nothing))",
        '(body "nothing")',
        "(MISSING nothing)",
        '(MISSING "nothing")',
        "(MISSING +)",
        "(attribute nothing: (identifier))",
        "(attribute !nothing)",
        "(attribute !)",
        "(attribute name (identifier))",
        "(attribute",
        "(attribute))",
        "attribute",
        "[]",
        "[(attribute)",
        "(attribute .)",
        "((attribute) .)",
        "(. (attribute))",
        "(attribute) @",
        '(body "a\nb")',
        '(body "a',
        "()",
        "(*)",
        "((identifier) @a (#eq? @b))",
        "((identifier) @a (#eq? @a))",
        '((identifier) @a (#eq? "a" @a))',
        "((identifier) @a (#match? @a @a))",
        '((identifier) @a (#any-of? "a" "b"))',
        '((identifier) @a (#any-of? @a "b" @a))',
        "((identifier) @a (#any-of? @a))",
        "\n((identifier) @a (#set! @a))",
        "((identifier) @a (#set!))",
        "((identifier) @a (#is? a b c))",
        '((identifier) @a (#match? @a "["))',
        "((identifier) @a (#eq @a))",
        "((identifier) @a (#eq? @a +))",
        "((identifier) @a (#eq? @a @))",
    ],
)
def test_a_wrong_query_is_refused_with_the_words_of_tree_sitter(query: str) -> None:
    with pytest.raises(ValueError) as expected:
        theirs("hcl", query)
    with pytest.raises(ValueError) as caught:
        ours("hcl", query)
    assert str(caught.value) == str(expected.value)


SOUND = """; What is defined
((block . (identifier) @_kind [(string_lit (template_literal)) @a "{"]?) @b
  (#set! local.space "var") (#any-of? @_kind "var\\"iable" "out\\n"))
(MISSING) @c
(attribute (expression . (_)+ @d .) (#not-match? @d "^[a-z]+$"))
"""


def refusal(query: Callable[[str, str], object], source: str) -> str | None:
    """The words and the place with which a query is refused, without the name: tree-sitter cuts it short."""
    try:
        query("hcl", source)
    except ValueError as error:
        return re.sub(r"(column \d+): .*", r"\1", str(error), flags=re.DOTALL)
    return None


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_query_with_slips_is_refused_as_tree_sitter_refuses_it() -> None:
    chance = Random(7)
    refused = 0
    for _ in range(tries(400, 10_000)):
        source = SOUND
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(source))
            slip = chance.choice(["", "", *'()[]"@#.!_ \n;:/\\a-'])
            source = source[:at] + slip + source[at + chance.choice([0, 1, 1, 5]) :]
        expected = refusal(theirs, source)
        if expected is None or not expected.startswith("Impossible"):
            assert refusal(ours, source) == expected, source
            refused += expected is not None
    assert refused > 100


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


def test_a_supertype_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1, column 0: attribute is no supertype"):
        ours("hcl", "\n(attribute/identifier)")


def test_a_pattern_that_nests_too_deep_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid syntax at row 0"):
        ours("hcl", "(_ " * 5_000 + ")" * 5_000)


def test_what_set_says_is_told_for_each_pattern() -> None:
    query = ours("hcl", '(body) @a ((block) @b (#set! a) (#set! c.d "e f") (#is? local))')
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


def test_a_list_with_very_many_matches_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a limit there are sixty million matches. With it, those that began last are found."""
    monkeypatch.setattr(matching, "_MOST_STATES", 64)
    data = b"a = [" + b"1, " * 200 + b"2]\n"
    query = ours("hcl", "(tuple (expression) @a (expression) @b (expression) @c (expression) @d)")
    found = list(query.matches(tree_of("hcl", data).root_node, data))
    assert 1_000 < len(found) < 10_000
    assert found[-1][1][-1][1].start_byte == data.index(b"2")


@pytest.mark.parametrize("query", ["(body (attribute)+ @a)", "(body (attribute)* @a (block) @b)"])
def test_a_long_list_is_captured_in_one_match(query: str) -> None:
    check("hcl", query, "a = 1\n" * 2_000 + "b {}\n")
