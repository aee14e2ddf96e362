"""Every bundle's `corpus/lists/`: what is listed at a cursor when no model is asked, and what is not."""

from __future__ import annotations

import json

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.lists.entry import Entry, Origin
from lsp_server.features.lists.gathering import Around, listing
from lsp_server.languages import load_registry
from lsp_server.languages.cases import CURSOR
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Edit, apply_edits
from tests.corpus_cases import Case, language_of, read_cases
from tests.features.listing import listed, texts_of


@pytest.mark.parametrize("case", read_cases("lists"), ids=str)
def test_case(case: Case) -> None:
    found = texts_of(listed(language_of(case), case.text, case.cursor))
    for row in case.expected:
        key, _, value = row.partition(": ")
        assert key in ("has", "lacks", "none")
        if key == "none":
            assert found == []
        else:
            assert (json.loads(value) in found) == (key == "has"), (row, found)


def at(
    language_id: str, marked: str, texts: tuple[str, ...] = (), *, signs: bool = True
) -> tuple[Entry, ...]:
    """The entries at the mark in a text."""
    language = load_registry().by_id(language_id)
    text = marked.replace(CURSOR, "")
    return listed(language, text, marked.index(CURSOR), texts, signs=signs).entries


def words(entries: tuple[Entry, ...], *origins: Origin) -> list[str]:
    return [entry.text for entry in entries if not origins or entry.origin in origins]


@pytest.mark.parametrize(
    ("language_id", "marked", "candidate", "expected"),
    [
        ("sparql", "SELECT ?title { ?book :title ?ti<|> }", "?title", "?title"),
        ("sparql", "SELECT ?title { ?book :title $ti<|> }", "?title", "$title"),
        ("sparql", "SELECT ?title { ?book :title ?<|> }", "?title", "title"),
        ("sparql", "SELECT ?title { ?book :title <|> }", "?title", "?title"),
        ("graphql", "query ($id: ID) { book(id: $i<|>) }", "$id", "id"),
        ("graphql", "query ($id: ID) { book(id: <|>) }", "$id", "$id"),
    ],
)
def test_a_name_has_the_sigil_that_is_written(
    language_id: str, marked: str, candidate: str, expected: str
) -> None:
    language, cursor = load_registry().by_id(language_id), marked.index(CURSOR)
    text = marked.replace(CURSOR, "")
    prefix, landmarks = Prefix(load_grammar(language), text), Landmarks(parse(language, text))
    found = listing(prefix, landmarks, cursor, Around((candidate,))).entries
    [name] = [entry for entry in found if entry.candidate]
    assert (name.text, name.origin) == (expected, Origin.NAME)
    assert load_judge(language)(apply_edits(text, [Edit(name.span, name.text)])).well_formed


def test_names_that_stand_nearby_come_before_all_else() -> None:
    found = at("graphql", "type Book { a: Int b: Int }\ntype Borrower { c: Int d: <|> }")
    assert {entry.text for entry in found[:2]} == {"Book", "Borrower"}
    assert {entry.origin for entry in found[:2]} == {Origin.NAME}


def test_of_names_those_that_stand_nearby_come_first() -> None:
    language, text = load_registry().by_id("postgres"), "SELECT near FROM "
    prefix, landmarks = Prefix(load_grammar(language), text), Landmarks(parse(language, text))
    found = listing(prefix, landmarks, len(text), Around(names=("far", "farther", "near"))).entries
    assert [entry.text for entry in found if entry.origin is Origin.NAME] == ["near", "far", "farther"]
    assert found[0].text == "near"


@pytest.mark.parametrize("marked", ["SELECT a FROM t <|>", "type A { a: Int } <|>", "a = <|>"])
def test_a_list_that_opens_by_itself_has_no_signs(marked: str) -> None:
    language_id = {"S": "postgres", "t": "graphql", "a": "hcl"}[marked[0]]
    asked, by_itself = at(language_id, marked), at(language_id, marked, signs=False)
    assert words(asked, Origin.SIGN)
    assert words(by_itself, Origin.SIGN) == []
    assert set(words(asked)) - set(words(by_itself)) == set(words(asked, Origin.SIGN))


def test_there_are_no_signs_once_a_letter_is_typed() -> None:
    assert words(at("postgres", "SELECT a FROM t w<|>"), Origin.SIGN) == []


def test_what_is_typed_is_an_entry_of_its_own_where_it_is_complete() -> None:
    [typed] = [entry for entry in at("graphql", "type A { a: Str<|> }") if entry.origin is Origin.TYPED]
    assert typed.text == "Str"
    assert words(at("sparql", "SELECT ?a WHERE { FI<|> }"), Origin.TYPED) == []


def test_words_of_other_texts_are_listed_where_a_name_may_stand() -> None:
    beside = ("CREATE TABLE warehouse (stock int);",)
    assert "warehouse" in words(at("postgres", "SELECT a FROM wa<|>", beside), Origin.WORD)
    assert "warehouse" not in words(at("postgres", "SELECT a FROM wa<|>"))


def test_builtins_are_not_listed_where_a_name_is_defined() -> None:
    assert "String" in words(at("graphql", "type A { a: <|> }"), Origin.BUILTIN)
    assert words(at("graphql", "type <|> { a: Int }"), Origin.BUILTIN) == []


def test_builtins_are_of_the_kind_that_is_looked_for() -> None:
    found = words(at("graphql", "query Q { a @<|> }"), Origin.BUILTIN)
    assert "include" in found
    assert "String" not in found


def test_a_construct_is_not_put_before_what_follows_on_the_line() -> None:
    assert words(at("graphql", "<|>"), Origin.SNIPPET)
    assert words(at("graphql", "<|> type A { a: Int }"), Origin.SNIPPET) == []


def test_no_entry_comes_twice() -> None:
    text = "type Book { a: Int }\ntype B { b: Book c: <|> }"
    found = words(at("graphql", text, ("type Book { a: Int }",)))
    assert len(found) == len(set(found))
