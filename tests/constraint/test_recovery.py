"""After an error the parser is where it would be, had the mistake not been made."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_server.constraint import CursorState, Grammar, Prefix, load_grammar
from lsp_server.constraint.recovery import recoveries
from lsp_server.lalr.lexing import next_lexeme
from lsp_server.languages import load_registry

MENDED = {
    "graphql": [
        ("type A\n  b: C\n  d: ", "type A {\n  b: C\n  d: "),
        ("query A($b: C)\n  d {\n    e(f: ", "query A($b: C) {\n  d {\n    e(f: "),
        ("{\n  a {\n    b\n  }}\n\n  c {\n    d(e: ", "{\n  a {\n    b\n  }\n\n  c {\n    d(e: "),
        ("type A {\n  b: C\n\ntype D {\n  e: ", "type A {\n  b: C\n}\n\ntype D {\n  e: "),
        ("type A {\n  b c: D): E\n  f: ", "type A {\n  b(c: D): E\n  f: "),
        ('type A {\n  "b\n  c: D\n  e: ', 'type A {\n  "b"\n  c: D\n  e: '),
        ("?!\ntype A {\n  b: ", "\ntype A {\n  b: "),
        ("query A A {\n  b(c: ", "query A {\n  b(c: "),
        ("{\n  a(b: )\n  c {\n    d(e: ", "{\n  a(b: 1)\n  c {\n    d(e: "),
        ("{\n  a {\n    b\n      c\n    }\n  }\n  z", "{\n  a {\n    b {\n      c\n    }\n  }\n  z"),
    ],
    "hcl": [
        ('a "b"\n  c = 1\n  d = ', 'a "b" {\n  c = 1\n  d = '),
        ('a "b {\n  c = 1\n  d = ', 'a "b" {\n  c = 1\n  d = '),
        ('a {\n  b = "c\n  d = ', 'a {\n  b = "c"\n  d = '),
        ('a {\n  b = "${c"\n  d = ', 'a {\n  b = "${c}"\n  d = '),
        ('a {\n  b = c"d", e)\n  f = ', 'a {\n  b = c("d", e)\n  f = '),
        ("a {\n  b =\n    c = 1\n  }\n  d = ", "a {\n  b = {\n    c = 1\n  }\n  d = "),
        ("a {\n  = 1\n  b = ", "a {\n  c = 1\n  b = "),
        ("a = [\n  b c,\n  d, ", "a = [\n  b, c,\n  d, "),
    ],
    "sparql": [
        ("PREFIX a: <b: b:c>\nASK { ?s <d", "PREFIX a: <b:c>\nASK { ?s <d"),
        ('ASK {\n  VALUES ?s { <a".b> }\n  ?s <c> <d', "ASK {\n  VALUES ?s { <a.b> }\n  ?s <c> <d"),
        ("# a\n?a\n  (COUNT(?b) AS ?c)\n  (?d AS ?", "SELECT ?a\n  (COUNT(?b) AS ?c)\n  (?d AS ?"),
        ("PREFIX§ a: <b>\nPREFIX c: <d>\nASK { ?s <e", "PREFIX a: <b>\nPREFIX c: <d>\nASK { ?s <e"),
        ('ASK {\n  GRAPH ?g {"\n    ?s <a', "ASK {\n  GRAPH ?g {\n    ?s <a"),
        ("ASK {\n  VALUES ?s <a> <b> }\n  ?s <c> ", "ASK {\n  VALUES ?s { <a> <b> }\n  ?s <c> "),
        (
            'ASK {\n  ?s <a> "b ;\n  # "c"\n  <d> "e" ;\n  <f> "g',
            'ASK {\n  ?s <a> "b" ;\n  <d> "e" ;\n  <f> "g',
        ),
        ("ASK {\n  ?a <b> ?c\n  ?c <d> <e", "ASK {\n  ?a <b> ?c .\n  ?c <d> <e"),
        (
            "ASK {\n  GRAPH <a b> {\n\n?c <d> <e> .\n?f <g> <h",
            "ASK {\n  GRAPH <a> {\n\n?c <d> <e> .\n?f <g> <h",
        ),
        ('ASK {\n  ?s <a> "b .\n  ?c <d> "e', 'ASK {\n  ?s <a> "b" .\n  ?c <d> "e'),
    ],
}


def _grammar(language_id: str) -> Grammar:
    return load_grammar(load_registry().by_id(language_id))


@pytest.mark.parametrize(
    ("language_id", "damaged", "mended"),
    [(language_id, *texts) for language_id, cases in MENDED.items() for texts in cases],
)
def test_the_state_is_that_of_the_text_without_the_mistake(
    language_id: str, damaged: str, mended: str
) -> None:
    grammar = _grammar(language_id)
    found = Prefix(grammar, damaged).at(len(damaged))
    wanted = Prefix(grammar, mended).at(len(mended))
    assert isinstance(found, CursorState)
    assert isinstance(wanted, CursorState)
    assert found.here.states() == wanted.here.states()


@pytest.mark.parametrize("language_id", sorted(MENDED))
def test_the_state_is_the_same_however_often_and_from_wherever_it_is_asked_for(language_id: str) -> None:
    grammar = _grammar(language_id)
    for damaged, _ in MENDED[language_id]:
        prefix = Prefix(grammar, damaged)
        found = [prefix.at(len(damaged), limit=limit) for limit in (0, len(damaged), None)]
        found.append(Prefix(grammar, damaged).at(len(damaged)))
        states = {state.here.states() for state in found if isinstance(state, CursorState)}
        assert len(states) == 1


@pytest.mark.parametrize("language_id", sorted(MENDED))
@pytest.mark.parametrize("garbage", ["}", "(", "[", '"', "§", "a = b c", "= {"])
def test_the_work_for_one_error_is_bounded(
    language_id: str, garbage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grammar = _grammar(language_id)
    text = f"{garbage} " * 2_000
    read, searches = 0, 0

    def counted(*args: Any) -> object:
        nonlocal read
        read += 1
        return next_lexeme(*args)

    def searched(*args: Any) -> object:
        nonlocal searches
        searches += 1
        return recoveries(*args)

    monkeypatch.setattr("lsp_server.constraint.recovery.next_lexeme", counted)
    monkeypatch.setattr("lsp_server.constraint.prefix.recoveries", searched)
    Prefix(grammar, text).at(len(text))
    assert searches > 0
    assert read <= searches * 2_000


@pytest.mark.parametrize(
    ("language_id", "text", "spans"),
    [
        ("graphql", "type\n  a(b: C)\n", ["", ""]),
        ("graphql", "type A # {\n  b: ", [""]),
        ("sparql", "ASK {\n  ?a <b> ?c\n  # d\n  ?c <d> ", [""]),
        ("sparql", "# a\nASK9 # b\n { ?s ", ["ASK9"]),
    ],
)
def test_what_is_mended_is_each_terminal_put_in_and_the_text_left_out_without_comments(
    language_id: str, text: str, spans: list[str]
) -> None:
    state = Prefix(_grammar(language_id), text).at(len(text))
    assert isinstance(state, CursorState)
    assert [text[span.start : span.end] for span in state.mended_from(-1)] == spans


def test_what_is_put_in_between_two_lines_stands_at_the_end_of_the_first() -> None:
    text = "ASK\n  ?s ?p "
    state = Prefix(_grammar("sparql"), text).at(len(text))
    assert isinstance(state, CursorState)
    (span,) = state.mended_from(-1)
    assert (span.start, span.end) == (3, 3)
    assert not list(state.mended_from(text.index("\n") + 1))
