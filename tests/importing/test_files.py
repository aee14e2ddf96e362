"""Catalogues of files: what is found in them is judged by who reads them too, where there is somebody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, graphql_sync
from graphql.type import GraphQLSchema, is_input_object_type, is_interface_type, is_object_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_server.errors import CatalogueError, HolegramError
from lsp_server.importing import DatabaseAccess, import_catalogue, save
from lsp_server.languages.catalogue import Catalogue, is_outdated, read_catalogue
from tests.names.suggesting import named

SDL = """
type Query { user(id: ID!, size: Int = 1): User!  users: [User!]!  odd: [[Int]] }
"Somebody."
type User implements Node { id: ID!  nick: String @deprecated(reason: "Use `login`.")  mood: Mood }
interface Node { id: ID! }
enum Mood { SAD OK }
input Filter { mood: Mood!  name: String }
union Any = User
"""
SCHEMAS: dict[str, Any] = {
    "format_version": "1.0",
    "provider_schemas": {
        "registry.terraform.io/hashicorp/aws": {
            "resource_schemas": {
                "aws_instance": {
                    "block": {
                        "description": "A machine.",
                        "attributes": {
                            "ami": {"type": "string", "required": True},
                            "arn": {"type": "string", "computed": True},
                            "tags": {"type": ["map", "string"], "optional": True, "deprecated": True},
                        },
                        "block_types": {
                            "disk": {
                                "nesting_mode": "list",
                                "max_items": 1,
                                "block": {"attributes": {"size": {"type": "number", "optional": True}}},
                            }
                        },
                    }
                }
            }
        }
    },
}
VOCABULARY = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
foaf:Person a rdfs:Class ; rdfs:comment "A person." .
foaf:name a rdf:Property ; rdfs:comment "A name."@en , "Ein Name."@de .
foaf:geekcode a owl:DatatypeProperty ; owl:deprecated true .
"""


def imported(language: str, path: Path) -> Catalogue:
    return import_catalogue(named(language), str(path), DatabaseAccess())


def introspected(schema: GraphQLSchema) -> str:
    return json.dumps({"data": graphql_sync(schema, get_introspection_query()).data})


def fields_of(schema: GraphQLSchema) -> Iterator[tuple[str, str, str]]:
    """The fields of all types, as graphql-core has them: type, name, type of the field."""
    for kind in schema.type_map.values():
        if not kind.name.startswith("__"):
            fields = is_object_type(kind) or is_interface_type(kind) or is_input_object_type(kind)
            for name, field in kind.fields.items() if fields else ():  # type: ignore[attr-defined]
                yield kind.name, name, str(field.type)


def found_in(made: Catalogue) -> set[tuple[str, str, str]]:
    return {
        (symbol.name, member.name, member.type)
        for symbol in made.symbols
        for member in symbol.members
        if member.kind == "field"
    }


def test_a_schema_introspected_or_as_text_has_the_fields_that_graphql_core_knows(tmp_path: Path) -> None:
    schema = build_schema(SDL)
    told, text = tmp_path / "schema.json", tmp_path / "schema.graphql"
    told.write_text(introspected(schema))
    text.write_text(SDL)
    made = imported("graphql", told)
    known = set(fields_of(schema))
    assert found_in(imported("graphql", text)) == known
    assert found_in(made) - known == {("Query", "odd", "")}, "no rule writes a list of lists"
    assert {item[:2] for item in found_in(made)} == {item[:2] for item in known}
    members = {symbol.name: {m.name: m for m in symbol.members} for symbol in made.symbols}
    assert members["User"]["nick"].deprecated == "Use `login`."
    arguments = members["Query"]["user"].members
    assert [(one.name, one.type, one.required) for one in arguments] == [
        ("id", "ID!", True),
        ("size", "Int", False),
    ]
    assert members["Query"]["users"].of == ("type", "User")
    assert set(members["Mood"]) == {"SAD", "OK"}


def test_githubs_schema(tmp_path: Path) -> None:
    """That of the package `@octokit/graphql-schema`, unpacked in the folder `HOLEGRAM_GITHUB_SCHEMA`."""
    folder = os.environ.get("HOLEGRAM_GITHUB_SCHEMA")
    if folder is None:
        pytest.skip("HOLEGRAM_GITHUB_SCHEMA names no folder with the files of @octokit/graphql-schema")
    path = Path(folder, "schema.json")
    told = json.loads(path.read_text())
    known = set(fields_of(build_client_schema(told.get("data", told))))
    assert len(known) > 5_000
    assert found_in(imported("graphql", path)) == known


def test_provider_schemas_tell_arguments_and_blocks_and_what_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "providers.json"
    path.write_text(json.dumps(SCHEMAS))
    made = imported("hcl", path)
    (instance,) = (one for one in made.symbols if one.kind == "resource_type")
    members = {member.name: member for member in instance.members}
    assert {name: (one.kind, one.lives_in) for name, one in members.items()} == {
        "ami": ("attribute", "argument"),
        "arn": ("attribute", "computed"),
        "tags": ("attribute", "argument"),
        "disk": ("block", "argument"),
    }
    assert members["ami"].required
    assert members["tags"].type == "map(string)"
    assert members["tags"].deprecated
    assert members["disk"].once
    assert [one.name for one in members["disk"].members] == ["size"]
    assert made.source.version == "1.0"


def test_a_vocabulary_tells_terms_by_their_prefixes(tmp_path: Path) -> None:
    path = tmp_path / "foaf.ttl"
    path.write_text(VOCABULARY)
    (prefix,) = imported("sparql", path).symbols
    assert (prefix.name, prefix.kind, prefix.type) == ("foaf", "vocabulary", "<http://xmlns.com/foaf/0.1/>")
    assert {one.name: (one.kind, one.documentation, bool(one.deprecated)) for one in prefix.members} == {
        "Person": ("class", "A person.", False),
        "name": ("property", "A name.", False),
        "geekcode": ("property", "", True),
    }


def test_a_catalogue_knows_when_its_source_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "schema.graphql"
    source.write_text(SDL)
    path = save(imported("graphql", source), str(source), tmp_path / "c" / "a.json")
    assert not is_outdated(read_catalogue(path))
    later = source.stat().st_mtime + 100
    os.utime(source, (later, later))
    assert not is_outdated(read_catalogue(path)), "written anew, and as it was"
    source.write_text(SDL + "scalar New")
    os.utime(source, (later, later))
    assert is_outdated(read_catalogue(path))
    source.unlink()
    assert not is_outdated(read_catalogue(path))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "not JSON"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", "{}", "is no source that is known"),
        ("a.json", '{"__schema": {"types": []}}', "no name was found"),
        ("a.json", '{"__schema": {"types": [{"name": 1, "kind": "ENUM"}]}}', "does not fit|key"),
        ("a.txt", "type A { b: Int }", "is no source that is known"),
        ("a.graphql", "", "no name was found"),
    ],
)
def test_what_cannot_be_imported_is_one_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CatalogueError, match=message) as told:
        imported("graphql", path)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_and_a_database_without_rules_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file"):
        imported("graphql", tmp_path / "nothing.json")
    with pytest.raises(HolegramError, match="has no rules for mysql"):
        import_catalogue(named("graphql"), "mysql://localhost/a", DatabaseAccess())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["types", "name", "fields", "kind", "type", "args"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_JSON)
def test_whatever_stands_in_an_introspection_nothing_but_our_errors_come(tmp_path: Path, told: Any) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"__schema": told}))
    with suppress(HolegramError):
        imported("graphql", path)
