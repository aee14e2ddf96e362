"""Arguments, fields of inputs and values of enums are members of what owns them: judged by graphql-core."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_server.features.unknown_names import unknown_names
from tests.names.suggesting import existing, suggested
from tests.names.test_unknown_names import told

SCHEMA = """directive @cost(weight: Int, by: Color) on FIELD
enum Color { RED GREEN BLUE }
input Where { title: String color: Color nested: Where tags: [Color!] }
type Book { id: ID! title(upper: Boolean, in: Color = RED): String }
type Query { book(id: ID!, where: Where): Book books(color: Color, wheres: [Where!]): [Book] }
type Mutation { add(where: Where!): Book }
"""
QUERIES = """query q($where: Where = { title: "a", nested: { color: GREEN } }, $color: Color = BLUE) {
  one: book(id: 1, where: $where) { id title(upper: true, in: RED) @cost(weight: 1, by: GREEN) }
  book(id: 2, where: { title: "a", nested: { nested: { tags: [RED, BLUE], color: $color } } }) { ...f }
  books(color: GREEN, wheres: [{ color: RED }, { tags: BLUE }]) { ... on Book { title(upper: false) } }
}
fragment f on Book { title(in: BLUE) @include(if: true) }
mutation { add(where: { tags: [GREEN] }) { id } }
"""


def judged(text: str) -> set[int]:
    """Where graphql-core finds a name that it does not know."""
    graphql = pytest.importorskip("graphql")
    rules = [
        graphql.FieldsOnCorrectTypeRule,
        graphql.KnownArgumentNamesRule,
        graphql.ValuesOfCorrectTypeRule,
    ]
    found = graphql.validate(graphql.build_schema(SCHEMA), graphql.parse(text), rules)
    return {error.nodes[0].loc.start for error in found}


def names(text: str) -> list[tuple[int, int]]:
    """Where fields, arguments, fields of inputs and values of enums stand: the node and its name."""
    graphql = pytest.importorskip("graphql")
    found = []

    class Collector(graphql.Visitor):  # type: ignore[misc,name-defined,unused-ignore]
        def enter(self, node: Any, *_: object) -> None:
            if node.kind in ("field", "argument", "object_field"):
                found.append((node.loc.start, node.name.loc.end))
            elif node.kind == "enum_value":
                found.append((node.loc.start, node.loc.end))

    graphql.visit(graphql.parse(text), Collector())
    return found


def test_a_misspelt_member_is_told_wherever_a_validator_tells_it() -> None:
    assert judged(QUERIES) == set()
    assert told("graphql", QUERIES, {"a/c": SCHEMA}) == []
    places = names(QUERIES)
    assert len(places) > 40
    missed = []
    for start, end in places:
        spoilt = f"{QUERIES[:end]}q{QUERIES[end:]}"
        found = existing("graphql", spoilt, {"a/c": SCHEMA})
        assert found.own is not None
        ends = {one.span.end for one in unknown_names(found, found.own.names)}
        if judged(spoilt) and ends != {end + 1}:
            missed.append(spoilt[start : end + 1])
    assert missed == ["ifq"]  # nobody declares @include


def test_nothing_is_told_of_the_arguments_of_what_nobody_declares() -> None:
    query = "{ book(id: 1) { id @client(always: true) @include(if: true) } other(a: { b: C }) { d } }\n"
    assert [
        one for one in told("graphql", query, {"a/c": SCHEMA}) if "argument" in one or "value" in one
    ] == []


def test_suggestions_name_arguments_and_values_that_exist() -> None:
    beside = {"a/c": SCHEMA}
    assert suggested("graphql", "{ books(color: <|>) { id } }", "REED", beside) == ("RED",)
    assert suggested("graphql", "{ books(<|>: RED) { id } }", "colour", beside) == ("color",)
    (text,) = suggested("graphql", "{ book(id: 1, where: { t<|> }) { id } }", 'itel: "a"', beside)
    assert text.startswith("itle:")
