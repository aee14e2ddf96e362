"""Signature help: what is called at a cursor, also in a text that is not finished."""

from __future__ import annotations

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.signatures import Signature, signatures
from lsp_server.names.catalogued import catalogue_unit
from lsp_server.names.resolving import Resolver
from lsp_server.syntax import Landmarks, parse
from tests.features.completing import CURSOR
from tests.names.suggesting import named, unit
from tests.names.test_catalogued import SCHEMA, catalogue

ARGUMENTS = [
    {"name": "id", "kind": "argument", "type": "ID!", "required": True},
    {"name": "size", "kind": "argument", "type": "Int"},
]
QUERY = {
    "name": "Query",
    "kind": "type",
    "members": [{**SCHEMA[0]["members"][0], "members": ARGUMENTS, "documentation": "Somebody."}],
}


def at(language_id: str, marked: str) -> tuple[Signature, ...]:
    language = named(language_id)
    before, after = marked.split(CURSOR)
    text = before + after
    units = [unit(language, "a/b", text), catalogue_unit(catalogue("graphql", [QUERY, SCHEMA[1]]))]
    prefix, landmarks = Prefix(load_grammar(language), text), Landmarks(parse(language, text))
    return signatures(prefix, landmarks, len(before), (Resolver(units), "a/b"), {"a/b": text}.get)


@pytest.mark.parametrize(
    ("language", "marked", "label", "active"),
    [
        ("hcl", 'locals { a = substr("a(,", <|>) }', "substr(text, offset, length) -> string", "offset"),
        ("hcl", 'locals { a = substr("a", 1, max(2, 3), <|>', "substr(text, offset, length) -> string", None),
        ("hcl", "locals { a = substr(join(<|>", "join(separator, list) -> string", "separator"),
        ("postgres", "SELECT lpad('a,', <|>) FROM t;", "lpad(text, length, fill) -> text", "length"),
        ("sparql", "SELECT * { FILTER (STRSTARTS(<|>", "STRSTARTS(text, prefix) -> boolean", "text"),
        ("graphql", "{ user(size: <|>) { login } }", "user(id: ID!, size: Int): User!", "size: Int"),
        ("graphql", "{ user(<|>) { login } }", "user(id: ID!, size: Int): User!", "id: ID!"),
        (
            "postgres",
            "CREATE FUNCTION owed(a int, b text) RETURNS int AS '' LANGUAGE sql;\nSELECT owed(1, <|>);",
            "owed(a int, b text) RETURNS int AS '' LANGUAGE sql",
            "b text",
        ),
        ("graphql", "type Query { a(b: Int): Int }\nquery Q { a(<|>) }", "a(b: Int): Int", "b: Int"),
    ],
)
def test_the_signature_of_what_is_called_and_the_parameter_at_the_cursor(
    language: str, marked: str, label: str, active: str | None
) -> None:
    found = next(one for one in at(language, marked) if one.label.startswith(label))
    shown = None if found.active is None else found.parameters[found.active]
    assert (None if shown is None else found.label[shown.start : shown.end]) == active


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("hcl", "locals { a = unheard(<|>) }"),
        ("hcl", "locals { a = (1 + <|>) }"),
        ("hcl", "locals { a = max(1) <|> }"),
        ("hcl", "# max(<|>"),
        ("graphql", "type A <|>"),
        ("postgres", "SELECT a FROM t WHERE b IN (<|>);"),
        ("postgres", "CREATE TABLE t (a int, <|>);"),
        ("graphql", "type A { b(c: Int, <|>): D }"),
    ],
)
def test_nothing_is_called_where_nothing_known_is(language: str, marked: str) -> None:
    assert at(language, marked) == ()


def test_what_a_catalogue_says_of_a_call_is_told() -> None:
    (found,) = at("graphql", "{ user(<|>) }")
    assert found.about == "Somebody."
