"""The names that may be meant at a cursor, where what stands there is not finished yet."""

from __future__ import annotations

import sys

import pytest

from lsp_server.languages import bundled_directory, load_bundle, load_registry
from lsp_server.languages.cases import CURSOR
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.names_at import NamesAt, names_at
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Snapshot
from tests.constraint.texts import OWN

URI = "file:///names"
BEFORE = {
    "postgres": "CREATE TABLE t (a int, b int);\n",
    "graphql": "type Query { r: R }\ntype R { a(x: Int): Int c: Int }\n",
    "sparql": "PREFIX p: <http://p>\n",
    "rules": "rule up when 1 > 0 {\n}\n",
    "hcl": 'variable "a" {\n}\n',
}


def found(language_id: str, typed: str) -> NamesAt:
    language, marked = load_registry(OWN).by_id(language_id), BEFORE[language_id] + typed
    snapshot = Snapshot(URI, language.id, 1, marked.replace(CURSOR, ""))
    document = Document(snapshot, language)
    return names_at(WorkspaceView(language, {URI: document}), document, marked.index(CURSOR))


@pytest.mark.parametrize(
    ("language_id", "typed", "names"),
    [
        ("postgres", "UPDATE t SET <|>", {"a", "b"}),
        ("postgres", "UPDATE t SET <|>;\nSELECT 1;\n", {"a", "b"}),
        ("postgres", "UPDATE t SET a = 1, b<|>;\n", {"b"}),
        ("postgres", "INSERT INTO t (<|>", {"a", "b"}),
        ("postgres", "CREATE INDEX ON t (<|>\n", {"a", "b"}),
        ("postgres", "ALTER TABLE <|>\n", {"t"}),
        ("postgres", "DROP TABLE IF EXISTS <|>", {"t"}),
        ("graphql", "query { r { <|>", {"a", "c"}),
        ("graphql", "query { r { a(<|>", {"x"}),
        ("graphql", "query { r { a(<|>) } }\n", {"x"}),
        ("sparql", "SELECT <|> WHERE { ?s p:q ?o }\n", {"?s", "?o"}),
        ("rules", "silence <|>\n", {"up"}),
        ("postgres", "SELECT o.<|>", {"a", "b"}),
        ("postgres", "SELECT o.b<|> FROM t o;\n", {"b"}),
    ],
)
def test_names_are_known_before_what_they_stand_in_is_whole(
    language_id: str, typed: str, names: set[str]
) -> None:
    assert set(found(language_id, typed).meant) == names


@pytest.mark.parametrize(
    ("language_id", "typed", "names"),
    [
        ("graphql", "query A($v: Int) { r { a(x: <|>) } }\n", {"$v"}),
        ("sparql", "SELECT * WHERE { ?s <|> }\n", {"?s", "p"}),
    ],
)
def test_where_it_may_be_one_with_a_sigil_or_without_both_are_possible(
    language_id: str, typed: str, names: set[str]
) -> None:
    known = found(language_id, typed)
    assert (set(known.meant), set(known.possible)) == (set(), names)


@pytest.mark.parametrize(
    ("language_id", "typed"),
    [
        ("postgres", "<|>"),
        ("graphql", "query { # <|>\n r }\n"),
        ("hcl", "a = <|>) ]\n"),
    ],
)
def test_where_no_name_is_looked_for_none_is_known(language_id: str, typed: str) -> None:
    known = found(language_id, typed)
    assert (known.meant, known.member) == ((), False)


def test_what_is_put_in_to_find_a_name_is_no_name_that_is_known() -> None:
    known = found("sparql", "SELECT * WHERE { ?s ?p <|>")
    assert set(known.listed) == {"?s", "?p", "p"}


TYPES = "scalar S\nenum E { A }\ninput I { e: E }\ninterface J { e: E }\nunion U = T\ntype T { e: E }\n"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("input X { a: <|> }\n", {"S", "E", "I"}),
        ("type X { a: [[<|>!]] }\n", {"S", "E", "J", "U", "T"}),
        ("type X { a(b: [<|>]): S }\n", {"S", "E", "I"}),
        ("directive @x(a: <|>) on FIELD\n", {"S", "E", "I"}),
        ("query ($v: <|>) { a }\n", {"S", "E", "I"}),
        ("type X implements <|> { a: S }\n", {"J"}),
        ("union X = S | <|>\n", {"T"}),
        ("fragment f on <|> { a }\n", {"J", "U", "T"}),
        ("query { a { ... on <|> { a } } }\n", {"J", "U", "T"}),
        ("extend input <|> { a: S }\n", {"I"}),
        ("schema { query: <|> }\n", {"T"}),
    ],
)
@pytest.mark.parametrize("installed", [True, False])
def test_of_types_those_are_meant_that_fit(
    typed: str, names: set[str], installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "tree_sitter_graphql", None)
    language, marked = load_bundle(bundled_directory() / "graphql"), TYPES + typed
    document = Document(Snapshot(URI, language.id, 1, marked.replace(CURSOR, "")), language)
    found = names_at(WorkspaceView(language, {URI: document}), document, marked.index(CURSOR))
    assert set(found.meant) & set("SEIJUT") == names
    assert set(found.unfit) & set("SEIJUT") == set("SEIJUT") - names
