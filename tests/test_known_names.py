"""The names that may be meant at a cursor."""

from __future__ import annotations

import pytest

from lsp_server.features.known_names import known_names
from lsp_server.features.naming import names_of
from lsp_server.features.resolving import Resolver, Unit
from lsp_server.languages import load_registry
from lsp_server.syntax import parse


@pytest.mark.parametrize(
    ("language_id", "marked", "names"),
    [
        (
            "hcl",
            'variable "size" {}\nvariable "region" {}\nlocals {\n  s = 1\n}\na = var.x<|>\n',
            ["region", "size"],
        ),
        ("hcl", 'variable "size" {}\nlocals {\n  s = 1\n  t = 2\n}\na = local.x<|>\n', ["t", "s"]),
        ("graphql", "type Book { a: A }\nscalar A\nquery Q { b }\ntype C { d: x<|> }\n", ["C", "A", "Book"]),
        ("graphql", "type Query { b: Book, c: C }\ntype Book { title: A }\n{ b { x<|> } }\n", ["title"]),
        ("graphql", "query ($a: A, $b: B) { c(d: $x<|>) }\nquery ($e: E) { f }\n", ["b", "a"]),
        ("sparql", "SELECT * { ?a ?b ?x<|> }", ["b", "a"]),
        (
            "postgres",
            "CREATE TABLE t (a int, b int);\nCREATE TABLE u (c int);\nSELECT x<|> FROM t;\n",
            ["b", "a", "u", "t"],
        ),
    ],
)
def test_they_are_of_the_kind_that_stands_there_the_nearest_first(
    language_id: str, marked: str, names: list[str]
) -> None:
    offset, text = marked.index("<|>"), marked.replace("<|>", "")
    found, _ = names_of(parse(load_registry().by_id(language_id), text))
    places = known_names(Resolver([Unit("a", "", found)]), "a", offset)
    assert [text[place.span.start : place.span.end] for place in places] == names
