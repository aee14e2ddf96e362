"""What may be open at the end of a file: brackets and blocks, and nothing else of the line."""

from __future__ import annotations

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, load_grammar
from lsp_server.languages import load_bundle, load_registry
from tests.conftest import ROOT


def takes(name: str, before: str, typed: str) -> bool:
    folder = ROOT / "tests" / "languages" / name
    grammar = load_grammar(load_bundle(folder) if folder.is_dir() else load_registry().by_id(name))
    state = Prefix(grammar, before).at(len(before))
    assert isinstance(state, CursorState)
    oracle = Oracle(grammar, before, state)
    assert oracle.viable(typed)
    return oracle.fit(typed).good


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("rules", "metric ", "load {"),
        ("rules", "metric load {\n  unit", ":"),
        ("rules", "let a = ", "[1, 2"),
        ("rules", "let a = ", "1 + 2"),
        ("hcl", "a ", "= {"),
        ("hcl", "a ", "= f(\n  1,\n"),
        ("hcl", "a ", "= <<EOT\n"),
        ("hcl", "a ", "= 1"),
        ("sparql", "SELECT ?a\nWHERE {\n  ?a ", "?b"),
        ("sparql", "SELECT ?a\nWHERE ", "{"),
        ("postgres", "SELECT a\nFROM t\nWHERE b ", "= 1"),
        ("postgres", "INSERT INTO t (a)\nVALUES ", "(1"),
        ("runbook", "task a():\n    run ", "b()"),
        ("runbook", "task ", "a():"),
        ("graphql", "type A ", "{"),
        ("graphql", "{ a(b: 1", ") }"),
    ],
)
def test_a_suggestion_may_end_a_statement_or_leave_a_bracket_open(name: str, before: str, typed: str) -> None:
    assert takes(name, before, typed)


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("rules", "metric ", "load"),
        ("rules", "let a = 1\nlet ", "b ="),
        ("rules", "rule a when f(", "b)"),
        ("rules", "let a ", '= "text'),
        ("hcl", "a ", "="),
        ("hcl", "a ", '= "text'),
        ("hcl", "a {\n  b ", '= "text'),
        ("sparql", "SELECT ", "?a"),
        ("sparql", "PREFIX ", "a:"),
        ("postgres", "SELECT 1;\nDROP ", "TABLE"),
        ("postgres", "SELECT ", "'text"),
        ("runbook", "task a():\n    wait 1s\n    run ", "b.c"),
        ("runbook", "let a ", "="),
        ("graphql", "type A { b: Int }\nextend type ", "C"),
        ("graphql", "ty", "pe"),
    ],
)
def test_a_suggestion_leaves_no_statement_and_no_string_open(name: str, before: str, typed: str) -> None:
    assert not takes(name, before, typed)


def test_a_statement_that_was_begun_in_an_earlier_line_is_ended_too() -> None:
    assert takes("sparql", "PREFIX a: <b>\nCONSTRUCT { ?a ?b ?c }\n", "WHERE {")
    assert takes("postgres", "INSERT INTO t (a)\n", "VALUES (1)")
    assert takes("postgres", "CREATE VIEW a\n", "AS SELECT 1")
    assert not takes("postgres", "CREATE VIEW a\n", "AS")
