"""Completion in a document that has mistakes: what is suggested fits once they are mended, or nothing is."""

from __future__ import annotations

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.languages import load_registry
from tests.features.completing import suggest, texts


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A { a: Int\n\ntype B { b: <|> }\n", "Int"),
        ("graphql", "type { }\n\ntype B { b: <|> }\n\ntype C { c: Int }\n", "Int"),
        ("graphql", "type B { b: <|> }\n\ntype C { c: Int }\n\ntype E { e: Int }\n\ntype D { = }\n", "Int"),
        ("hcl", "a = = 1\nb = <|>\n", "2"),
        ("hcl", 'r "x" {\n  a = \n}\n\nb = <|>\n', "2"),
        ("hcl", "b = <|>\nc = 1\nd = 2\ne = = 3\n", "2"),
        ("postgres", "CREATE TABLE a (b int)\nINSERT INTO <|>;\n", "a VALUES (1)"),
        ("postgres", "CREATE TABLE a (b int)\nINSERT INTO a VALUES (1), <|>;\n", "(2)"),
        ("postgres", "SELECT b FROM a WHERE b = 1\nUPDATE a SET <|>;\n", "b = 2"),
        ("postgres", "CREATE TABLE a (b int)\nSEL<|>", "ECT b FROM a;"),
    ],
)
def test_damage_elsewhere_does_not_silence_the_cursor(name: str, marked: str, wanted: str) -> None:
    assert texts(suggest(name, marked, wanted)) == [wanted]


@pytest.mark.parametrize(
    ("name", "marked", "corrected", "wanted"),
    [
        ("hcl", 'a =} "hello wor<|>\n', 'a = "hello wor<|>\n', 'ld"'),
        ("hcl", "a {\n  b b = <|>\n  d = 1\n}\n", "a {\n  b = <|>\n  d = 1\n}\n", "c"),
        ("graphql", "type A {\n  b~(c: D <|>\n}\n", "type A {\n  b(c: D <|>\n}\n", "): E"),
        ("sparql", 'SELECT * {\n  values"(?a<|>\n}\n', "SELECT * {\n  values(?a<|>\n}\n", ") { }"),
        ("postgres", "UPDATE a] SET <|>;\n", "UPDATE a SET <|>;\n", "b = 1"),
    ],
)
def test_a_suggestion_fits_where_one_mistake_in_its_line_is_corrected(
    name: str, marked: str, corrected: str, wanted: str
) -> None:
    grammar = load_grammar(load_registry().by_id(name))
    (suggested,) = texts(suggest(name, marked, wanted))
    assert check(grammar, marked.replace("<|>", suggested)) is not None
    assert check(grammar, corrected.replace("<|>", suggested)) is None


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("graphql", "type A {§\n  b: C\n}\n\ntype<|>\n}\n", " D { e: F"),
        ("graphql", "typ<|>\n  b:: C\n}\n", "e A {"),
        ("sparql", "SELECT * {\n  ?a ?b § ?c .\n  <|>\n    ?d ?e ?f .\n  }\n}\n", "GRAPH ?g {"),
        ("hcl", 'a "<|>\n  b = {{ for c in d : c => c }\n}\n', 'e" {'),
    ],
)
def test_brackets_may_be_opened_where_one_small_change_mends_what_is_wrong(
    name: str, marked: str, wanted: str
) -> None:
    assert texts(suggest(name, marked, wanted)) == [wanted]
