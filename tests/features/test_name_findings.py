"""Names that are deprecated, that nobody uses, that stand twice."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lsp_server.features.name_findings import name_findings
from lsp_server.features.once import repeated
from lsp_server.names.catalogued import catalogue_unit
from lsp_server.names.standing import Unit
from lsp_server.names.texts import Texts
from lsp_server.syntax import parse
from tests.names.suggesting import named, unit
from tests.names.test_catalogued import SCHEMA, catalogue


def told(language_id: str, text: str, beside: Mapping[str, str] | None = None, *units: Unit) -> list[str]:
    language = named(language_id)
    others = [unit(language, *item) for item in (beside or {}).items()]
    again, _ = repeated(parse(language, text))
    found = name_findings(again, unit(language, "a/b", text), Texts([*others, *units]))
    return [f"{one.code} {text[one.span.start : one.span.end]}" for one in found]


@pytest.mark.parametrize(
    ("language", "text", "unused"),
    [
        ("hcl", 'variable "a" {}\nvariable "b" {}\nlocals {\n  x = var.a\n  y = local.x\n}\n', ["b", "y"]),
        ("graphql", "query ($a: Int, $b: Int) { c(d: $a) }", ["b"]),
        ("sparql", "PREFIX ex: <x>\nPREFIX fo: <y>\nSELECT * { ?s ex:a ?o }", ["fo"]),
        ("postgres", "WITH q AS (SELECT 1), r AS (SELECT 2) SELECT * FROM q;", ["r"]),
        ("postgres", "WITH q AS (DELETE FROM a), r AS (UPDATE a SET b = 1) SELECT 1;", []),
    ],
)
def test_what_nobody_uses_fades(language: str, text: str, unused: list[str]) -> None:
    assert told(language, text) == [f"unused-name {name}" for name in unused]


def test_what_another_file_of_the_folder_uses_does_not_fade() -> None:
    text = 'variable "a" {}\n'
    assert told("hcl", text, {"a/c": "locals {\n  x = var.a\n}\n"}) == []
    assert told("hcl", text, {"d/c": "locals {\n  x = var.a\n}\n"}) == ["unused-name a"]


def test_what_a_schema_or_a_catalogue_deprecates_is_struck_through() -> None:
    schema = "type Query { old: Int @deprecated, new(a: Int @deprecated): Int }\n"
    assert told("graphql", schema + "{ old new(a: 1) }") == ["deprecated-name old", "deprecated-name a"]
    old = {"name": "nick", "kind": "field", "deprecated": "Use `login`."}
    members = [*SCHEMA[1]["members"], old]
    made = catalogue_unit(catalogue("graphql", [SCHEMA[0], {**SCHEMA[1], "members": members}]))
    assert told("graphql", "{ user { nick login } }", None, made) == ["deprecated-name nick"]


def test_what_stands_twice_where_it_may_stand_once_is_told_at_the_second() -> None:
    text = 'resource "a" "b" {\n  c = 1\n  d = 2\n  c = 3\n}\nresource "a" "b" {\n}\n'
    assert told("hcl", text) == ["repeated-name c", 'repeated-name resource "a" "b"']
    assert told("hcl", 'resource "a" "b" {\n  c = 1\n  d {\n    c = 1\n  }\n}\n') == []


def test_what_is_only_advice_may_stand_twice() -> None:
    assert told("postgres", "SELECT id, id FROM a;\n") == []
    assert told("postgres", "CREATE TABLE a (b int, b int);\n") == ["repeated-name b"]


@pytest.mark.parametrize(
    ("language", "text", "again"),
    [
        ("postgres", "ALTER TABLE a ADD COLUMN b int;\nALTER TABLE c ADD COLUMN b int;\n", []),
        ("postgres", "ALTER TABLE a ADD COLUMN b int, ADD COLUMN b int;\n", ["b"]),
        ("postgres", "INSERT INTO a SELECT 1 ON CONFLICT (b) DO UPDATE SET c = 1;\n" * 2, []),
        ("postgres", "INSERT INTO a SELECT 1 ON CONFLICT (b) DO UPDATE SET c = 1, c = 2;\n", ["c"]),
        ("hcl", 'provider "a" {\n}\nprovider "a" {\n  b     = 1\n  alias = "c"\n}\n', []),
        ("hcl", 'provider "a" {\n  alias = "c"\n}\nprovider "a" {\n  alias = "d"\n}\n', []),
        ("hcl", 'provider "a" {\n  alias = "c"\n}\n' * 2, ['provider "a" {\n  alias = "c"']),
    ],
)
def test_what_each_of_several_may_have_stands_twice_in_one(
    language: str, text: str, again: list[str]
) -> None:
    assert told(language, text) == [f"repeated-name {name}" for name in again]
