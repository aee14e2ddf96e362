"""Of the words that stand near, a list has those that name something in its place: judged by others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lsp_server.features.lists.entry import Origin
from lsp_server.features.lists.gathering import Around, listing
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.names_at import names_at
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Snapshot
from tests.features.completing import CURSOR
from tests.importing.conftest import PASSWORD, Server, server  # noqa: F401
from tests.names.suggesting import existing, named, suggested

TABLES = """
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), total numeric);
CREATE FUNCTION order_count(c bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
"""
COLUMNS = frozenset(("id", "name", "email", "customer_id", "total"))
STATEMENTS = {
    "UPDATE orders SET <|>": " = NULL",
    "INSERT INTO orders (id, <|>": ") VALUES (NULL, NULL)",
    "INSERT INTO orders (<|>) VALUES (NULL)": "",
    "SELECT 1 FROM customers c JOIN orders o ON o.<|>": " IS NULL",
    "SELECT c.<|> FROM customers c": "",
    "SELECT 1 FROM customers WHERE <|>": " IS NULL",
    "DELETE FROM orders WHERE <|>;": " IS NULL",
    "SELECT count(*) FROM orders GROUP BY <|>": "",
    "WITH recent AS (SELECT id, total FROM orders) SELECT <|> FROM recent": "",
    "INSERT INTO orders (total) SELECT 1 FROM customers WHERE <|>": " IS NULL",
}
BESIDE = {
    "": "\n\nSELECT total FROM orders;\n",
    "SELECT total FROM FROM orders;\n\n": "\n\nSELECT total FROM orders;\n",
    "SELECT total FROM orders WHERE id = 1\n\n": "\n",
    "SELECT total FROM orders WHERE id = 1\n-- the next one\n": ";\nCREATE TABLE later (at date);\n",
}
"""What stands before a statement, and behind it: wrong, without an end, or as what it could go on with."""

SCHEMA = """
enum State { OPEN PAID }
enum Direction { ASC DESC }
input Filter { state: State after: String customer: ID }
type Customer { id: ID name: String spent: Int }
type Order { id: ID total: Float state: State customer: Customer }
type Query { orders(first: Int, filter: Filter, sort: Direction): [Order], customer(id: ID): Customer }
type Mutation { pay(order: ID, amount: Float): Order }
"""
NAMES = frozenset(re.findall(r"\w+", SCHEMA)) - {"enum", "input", "type", "query", "mutation"}
OPERATIONS = {
    "query Q {\n  orders(<|>) { id }\n}": ": null",
    "query Q {\n  orders(<|>": ": null) { id } }",
    "mutation M {\n  pay(order: 1, <|>) { id }\n}": ": null",
    "query Q {\n  orders(filter: {<|>}) { id }\n}": ": null",
    "query Q {\n  orders(filter: {state: <|>}) { id }\n}": "",
    "query Q {\n  orders(sort: <|>": ") { id } }",
    "query Q {\n  orders { customer { <|> } }\n}": "",
    "query Q($state: State = <|>": ") { orders { id } }",
}
NOTHING_IN_SCALARS = {
    "query Q {\n  orders(filter: {customer: <|>}) { id }\n}": "",
    "query Q {\n  orders(first: <|>": ") { id } }",
    "query Q($first: Int = <|>": ") { orders { id } }",
    "query Q {\n  orders { total { <|> } }\n}": "",
}


def listed(
    language: str, marked: str, beside: str, path: str = "a/c", *, is_near: bool = True, own: str = "a/b"
) -> dict[str, Origin]:
    """The entries for the mark in a file `own`, with another one beside it: words, and where they come from.

    Names that the other text declares exist in any case; its words are listed only where it `is_near`.
    """
    before, after = marked.split(CURSOR)
    text, offset, found = before + after, len(before), named(language).of_file(Path(own))
    document = Document(Snapshot(f"file:///{own}", language, 1, text), found)
    other = Document(Snapshot(f"file:///{path}", language, 1, beside), found.of_file(Path(path)))
    prefix, landmarks = document.prefix(), document.landmarks()
    assert prefix is not None
    assert landmarks is not None
    names = names_at(
        WorkspaceView(found, {one.snapshot.uri: one for one in (document, other)}), document, offset
    )
    around = Around(
        names.meant,
        names.possible,
        names.spaces,
        (beside,) if is_near else (),
        existing=existing(found, text, {path: beside}, cursor=offset, path=own),
        member=names.member,
        unfit=names.unfit,
    )
    entries = listing(prefix, landmarks, offset, around).entries
    return {entry.text.strip(): entry.origin for entry in entries}


def which(words: Iterable[str], fits: Callable[[str], bool]) -> set[str]:
    """The words that fit: some, and not all."""
    words = set(words)
    found = {word for word in words if fits(word)}
    assert found
    assert found != words
    return found


def test_a_list_has_the_columns_with_which_a_server_prepares_the_statement(server: Server) -> None:  # noqa: F811
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA names_listed; SET search_path = names_listed;" + TABLES)
        for marked, behind in STATEMENTS.items():

            def prepares(word: str, marked: str = marked, behind: str = behind) -> bool:
                statement = marked.replace(CURSOR, word + behind).rstrip(";")
                try:
                    connection.execute(f"PREPARE one AS {statement}; DEALLOCATE one")
                except psycopg.Error:
                    return False
                return True

            columns = which(COLUMNS, prepares)
            assert COLUMNS & listed("postgres", marked, TABLES).keys() == columns, marked
            for before, after in BESIDE.items():
                found = listed("postgres", before + marked + after, TABLES)
                assert COLUMNS & found.keys() == columns, (before, marked)


def test_the_type_of_a_name_is_told_wherever_that_is_defined() -> None:
    types = "type Query { user: Person }\ntype Person { name(first: Int): [String!]! }\n"
    for text in (f"{types}query Q {{ user {{ <|> }} }}\n", f"query Q {{ user {{ <|> }} }}\n{types}"):
        before, after = text.split(CURSOR)
        document = Document(Snapshot("file:///a", "graphql", 1, before + after), named("graphql"))
        view = WorkspaceView(named("graphql"), {"file:///a": document})
        assert names_at(view, document, len(before)).listed["name"].detail == "field: [String!]!"


def test_a_list_has_the_names_with_which_an_operation_is_valid() -> None:
    from graphql import (
        FieldsOnCorrectTypeRule,
        KnownArgumentNamesRule,
        ScalarLeafsRule,
        ValuesOfCorrectTypeRule,
        build_schema,
        parse,
        validate,
    )

    schema = build_schema(SCHEMA)
    rules = (FieldsOnCorrectTypeRule, KnownArgumentNamesRule, ScalarLeafsRule, ValuesOfCorrectTypeRule)
    for marked, behind in {**OPERATIONS, **NOTHING_IN_SCALARS}.items():
        given = set(re.findall(r"\w+(?=:)", marked))

        def is_valid(word: str, marked: str = marked, behind: str = behind) -> bool:
            return not validate(schema, parse(marked.replace(CURSOR, word + behind)), rules)

        expected = set(filter(is_valid, NAMES)) - (given if behind.startswith(":") else set())
        assert bool(expected) == (marked in OPERATIONS), marked
        assert NAMES & listed("graphql", marked, SCHEMA).keys() == expected, marked


@pytest.mark.parametrize(
    ("language", "above", "marked", "beside"),
    [
        *(
            ("graphql", above, marked, SCHEMA)
            for marked in (*OPERATIONS, *NOTHING_IN_SCALARS)
            for above in ("query Z {\n  orders(first: ) { id }\n}\n\n", "query Z {\n  orders { id\n}\n\n")
            if "{ id\n" not in above or "{<|>" not in marked.replace(" ", "")  # a word there shows too little
        ),
        *(("postgres", "SELECT id FROM customers WHERE id = ;\n\n", marked, TABLES) for marked in STATEMENTS),
    ],
)
def test_a_mistake_above_adds_nothing_to_a_list_and_takes_nothing_from_it(
    language: str, above: str, marked: str, beside: str
) -> None:
    names = NAMES if language == "graphql" else COLUMNS
    intact = names & listed(language, marked, beside).keys()
    assert names & listed(language, above + marked, beside).keys() == intact


def test_a_list_has_the_types_that_a_variable_may_have() -> None:
    from graphql import VariablesAreInputTypesRule, build_schema, parse, specified_scalar_types, validate
    from graphql.type import introspection_types

    schema, marked = build_schema(SCHEMA), "query Q($x: <|>) { orders { id } }"
    words = {*schema.type_map, *introspection_types, *specified_scalar_types}

    def is_valid(word: str) -> bool:
        return not validate(schema, parse(marked.replace(CURSOR, word)), [VariablesAreInputTypesRule])

    assert words & listed("graphql", marked, SCHEMA).keys() == which(words, is_valid)


def test_a_list_has_the_variables_of_which_the_type_is_allowed_there() -> None:
    from graphql import VariablesInAllowedPositionRule, build_schema, parse, validate

    schema, variables = build_schema(SCHEMA), {"n": "Int", "f": "Filter", "s": "State", "id": "ID"}
    declared = ", ".join(f"${name}: {type_}" for name, type_ in variables.items())
    for field in (
        "orders(first: $<|>) { id }",
        "orders(filter: $<|>) { id }",
        "orders(first: 1, filter: {state: $<|>}) { id }",
        "customer(id: $<|>) { id }",
    ):
        marked = f"query Q({declared}) {{\n  {field}\n}}"

        def is_valid(word: str, marked: str = marked) -> bool:
            return not validate(schema, parse(marked.replace(CURSOR, word)), [VariablesInAllowedPositionRule])

        assert listed("graphql", marked, SCHEMA).keys() == which(variables, is_valid), marked


def test_a_variable_of_another_operation_is_neither_listed_nor_suggested() -> None:
    from graphql import NoUndefinedVariablesRule, build_schema, parse, validate

    schema = build_schema(SCHEMA)
    other = "query A($limit: Int, $size: Int) {\n  orders(first: $limit) { id }\n}\n"
    marked = f"{other}query B($lots: Int, $size: Int) {{\n  orders(first: $<|>) {{ id }}\n}}\n"
    words = {"limit", "lots", "size"}

    def is_valid(word: str) -> bool:
        return not validate(schema, parse(marked.replace(CURSOR, word)), [NoUndefinedVariablesRule])

    valid = which(words, is_valid)
    assert words & listed("graphql", marked, SCHEMA).keys() == valid
    for word in words:
        (found,) = suggested("graphql", marked, word, {"a/c": SCHEMA})
        assert found in valid
        assert found == word or word not in valid
    in_fragment = f"{other}fragment F on Query {{\n  orders(first: $<|>) {{ id }}\n}}\n"
    assert suggested("graphql", in_fragment, "limit", {"a/c": SCHEMA}) == ("limit",)


def test_a_function_is_listed_where_it_may_be_called_and_nowhere_else() -> None:
    for marked, is_called in {
        "SELECT 1 FROM customers WHERE <|>": True,
        "SELECT <|> FROM customers": True,
        "UPDATE orders SET <|>": False,
        "ALTER TABLE orders DROP COLUMN <|>;": False,
        "INSERT INTO orders (id, <|>) VALUES (1, 2);": False,
    }.items():
        found = listed("postgres", marked, TABLES)
        assert (found.get("lower") is Origin.BUILTIN) == is_called, marked
        assert ("order_count" in found) == is_called, marked
        assert "ctid" in found  # a builtin column


def test_no_keyword_is_listed_behind_what_owns_the_names() -> None:
    found = listed("postgres", "SELECT c.<|> FROM customers c;", TABLES)
    assert found["email"] is Origin.NAME
    assert Origin.KEYWORD not in found.values()
    assert "NOT" in listed("postgres", "SELECT 1 FROM customers c WHERE <|>;", TABLES)


def test_an_argument_of_a_directive_is_listed_there_alone() -> None:
    assert "if" in listed("graphql", "query Q { orders @include(<|>) { id } }", SCHEMA)
    assert "if" not in listed("graphql", "query Q { orders(<|>) { id } }", SCHEMA)


WORDS = frozenset(
    ("resource", "aws_vpc", "other", "cidr", "zone", "true", "null", "string", "number", "var", "lower")
)
RESOURCES = 'resource "aws_vpc" "other" {}\nvariable "cidr" {}\n'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<|>", "aws_vpc true null var lower"),
        ("[<|>]", "aws_vpc true null var lower"),
        ('lower("a", <|>)', "aws_vpc true null var lower"),
        ('"${<|>}"', "aws_vpc true null var lower"),
        ("var.cidr == <|>", "aws_vpc true null var lower"),
        ("var.cidr ? <|> : 1", "aws_vpc true null var lower"),
        ("[for zone in var.cidr : <|>]", "zone aws_vpc true null var lower"),
        ("{ for zone in var.cidr : <|> => 1 }", "zone aws_vpc true null var lower"),
        ("{ for zone in var.cidr : zone => <|> }", "zone aws_vpc true null var lower"),
        ("[for zone in var.cidr : 1 if !<|>]", "zone aws_vpc true null var lower"),
        ('[for zone in var.cidr : "%{ if <|> }a%{ endif }"]', "zone aws_vpc true null var lower"),
    ],
)
def test_a_word_by_itself_in_an_expression_is_something_that_has_a_value(value: str, expected: str) -> None:
    """By Terraform's rules: a name of a loop around it, a constant, or what a name begins with."""
    found = listed("hcl", f'{RESOURCES}resource "aws_ami" "web" {{\n  a = {value}\n}}\n', "")
    assert WORDS & found.keys() == set(expected.split())


def test_the_type_of_a_variable_is_one() -> None:
    for marked in ("  type = <|>", "  type = list(<|>)"):
        found = listed("hcl", f'{RESOURCES}variable "web" {{\n{marked}\n}}\n', "")
        assert WORDS & found.keys() == {"string", "number"}


def test_what_is_ignored_is_no_value() -> None:
    for ignored in ("[<|>]", "[tags, <|>]", "[\n      <|>\n    ]", "[\n      tags,\n      <|>\n    ]"):
        lifecycle = f"  cidr = 1\n  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n"
        assert "cidr" in listed("hcl", f'{RESOURCES}resource "aws_ami" "web" {{\n{lifecycle}}}\n', "")


def test_a_file_of_values_has_those_of_the_variables_that_have_none_yet() -> None:
    variables = 'variable "region" {\n  type = string\n}\nvariable "zones" {}\nlocals {\n  size = 1\n}\n'
    for marked, expected in (
        ("<|>", {"region", "zones"}),
        ("re<|>", {"region"}),
        ('region = "a"\n<|>', {"zones"}),
        ("z<|> = [1]\n", {"zones"}),
        ("machine {\n}\n<|>\n", {"region", "zones"}),
    ):
        found = listed("hcl", marked, variables, "a/c.tf", own="a/b.tfvars")
        assert {word for word, origin in found.items() if origin is Origin.NAME} == expected
        assert {"size", "resource", "locals"}.isdisjoint(found)


def test_what_a_module_takes_is_listed_though_it_stands_nowhere_near() -> None:
    variables = 'variable "cidr" {}\nvariable "zones" {}\n'
    marked = 'module "other" {\n  source = "./net"\n  cidr   = "10.0.0.0/16"\n  <|>\n}\n'
    for is_near in (False, True):
        found = listed("hcl", marked, variables, "a/net/main.tf", is_near=is_near)
        assert found["zones"] is Origin.NAME
        assert {"cidr", "module", "other"}.isdisjoint(found)
        assert found["count"] is Origin.BUILTIN
