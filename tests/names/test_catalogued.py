"""Names of catalogues: the same questions find them that find what texts declare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lsp_server.features.unknown_names import unknown_names
from lsp_server.languages.catalogue import Catalogue, parse_catalogue
from lsp_server.names.catalogued import catalogue_unit, symbol_at
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.places import Use
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from tests.names.suggesting import named, unit

SCHEMA: list[dict[str, Any]] = [
    {
        "name": "Query",
        "kind": "type",
        "members": [{"name": "user", "kind": "field", "type": "User!", "of": ["type", "User"]}],
    },
    {
        "name": "User",
        "kind": "type",
        "members": [
            {"name": "login", "kind": "field", "type": "String!"},
            {"name": "friends", "kind": "field", "type": "[User!]!", "of": ["type", "User"]},
        ],
    },
    {"name": "String", "kind": "type"},
]


def catalogue(language: str, symbols: list[dict[str, Any]], **more: Any) -> Catalogue:
    told = {"holegram-catalogue": 1, "language": language, "symbols": symbols, **more}
    return parse_catalogue(json.dumps(told).encode(), Path("a.json"))


def resolver(text: str, *units: Unit) -> tuple[Resolver, Unit]:
    own = unit(named("graphql"), "a/b", text)
    return Resolver([own, *units]), own


def at(resolver: Resolver, text: str, word: str) -> Place:
    place = resolver.at("a/b", text.index(word) + 1)
    assert place is not None
    return place


def test_a_field_is_found_in_the_catalogue_through_the_types_of_those_around_it() -> None:
    text = "{ user { friends { friends { login } } } }"
    found, _ = resolver(text, catalogue_unit(catalogue("graphql", SCHEMA)))
    (target,) = found.definitions(at(found, text, "login"))
    symbol = symbol_at(target)
    assert symbol is not None
    assert symbol.type == "String!"
    assert set(found.members(at(found, text, "login")) or ()) == {"login", "friends"}


def test_nothing_is_known_of_the_members_of_a_type_that_is_said_to_have_more() -> None:
    text = "{ user { login } }"
    partial = [SCHEMA[0], {**SCHEMA[1], "partial": True}]
    found, _ = resolver(text, catalogue_unit(catalogue("graphql", partial)))
    assert found.members(at(found, text, "login")) is None
    assert found.definitions(at(found, text, "login"))


def test_a_type_in_a_text_and_one_in_a_catalogue_have_members_together() -> None:
    text = "{ user { age } }\nextend type User { age: Int }"
    found, _ = resolver(text, catalogue_unit(catalogue("graphql", SCHEMA)))
    assert set(found.members(at(found, text, "age")) or ()) == {"login", "friends", "age"}


def test_types_of_a_catalogue_are_declared_unless_there_are_more() -> None:
    language = named("graphql")
    own = Own(language, unit(language, "a/b", "type A { user: User, other: Other }").names)
    for partial, names in ((False, {"Query", "User", "String", "A"}), (True, None)):
        around = NamesAround(language, [catalogue_unit(catalogue("graphql", SCHEMA, partial=partial))])
        allowed = Existing(around, "a", own).allowed(Use(("type",)), None)
        assert allowed is None if names is None else allowed is not None and names <= allowed
        assert allowed is None or "Unheard" not in allowed


MACHINE = {
    "name": "aws_instance",
    "kind": "resource_type",
    "members": [
        {"name": "ami", "kind": "attribute", "space": "argument", "type": "string"},
        {"name": "arn", "kind": "attribute", "space": "computed", "type": "string"},
        {
            "name": "disk",
            "kind": "block",
            "space": "argument",
            "members": [{"name": "size", "kind": "attribute", "space": "argument", "type": "number"}],
        },
    ],
}
RESOURCE = """resource "aws_instance" "a" {
  ami = "x"
  count = 2
  disk {
    size = 1
  }
  dynamic "disk" {
    for_each = []
    content {
      size = 2
    }
  }
  provisioner "local-exec" {
    command = "x"
  }
  lifecycle {
    prevent_destroy = true
  }
}
output "x" { value = aws_instance.a.arn }
"""


def test_attributes_and_blocks_are_known_by_the_type_of_their_resource() -> None:
    language = named("hcl")
    beside = [catalogue_unit(catalogue("hcl", [MACHINE]))]

    def wrong(text: str) -> list[str]:
        own = Own(language, unit(language, "a/b", text).names)
        existing = Existing(NamesAround(language, beside), "a", own)
        return [one.name for one in unknown_names(existing, own.names)]

    assert wrong(RESOURCE) == []
    for name in ("ami", "disk {", "size = 1", "size = 2", "arn"):
        assert wrong(RESOURCE.replace(name, f"q{name}", 1)) == [f"q{name.split()[0]}"]
    assert wrong(RESOURCE.replace("aws_instance", "aws_other").replace("ami", "qami", 1)) == []


def test_what_a_text_has_to_declare_itself_is_not_declared_by_a_catalogue() -> None:
    language = named("sparql")
    prefix = {"name": "foaf", "kind": "prefix", "type": "<http://xmlns.com/foaf/0.1/>"}
    around = NamesAround(language, [catalogue_unit(catalogue("sparql", [prefix]))])
    own = Own(language, unit(language, "a/b", "PREFIX ex: <x>\nSELECT * { ?s ex:a ?o }").names)
    assert set(Existing(around, "a", own).allowed(Use(("prefix",)), None) or ()) == {"ex"}
