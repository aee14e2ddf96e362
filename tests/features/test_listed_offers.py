"""Which of a bundle's builtins and snippets a list has at a place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.lists.entry import Entry
from lsp_server.features.lists.gathering import Around, listing
from lsp_server.languages import Builtin, Language, Snippet, load_registry
from lsp_server.languages.cases import CURSOR
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span
from tests.corpus_cases import sample
from tests.features.listing import listed as names_listed
from tests.features.listing import texts_of
from tests.names.suggesting import existing


def listed(language: Language, marked: str, around: Around | None = None) -> tuple[Entry, ...]:
    text, cursor = marked.replace(CURSOR, ""), marked.index(CURSOR)
    prefix, landmarks = Prefix(load_grammar(language), text), Landmarks(parse(language, text))
    return tuple(listing(prefix, landmarks, cursor, around or Around()).entries)


def of_language(language_id: str, marked: str, spaces: Sequence[str] | None = None) -> tuple[Entry, ...]:
    return listed(load_registry().by_id(language_id), marked, Around(spaces=spaces))


def snippets(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.about.name: entry.text for entry in entries if isinstance(entry.about, Snippet)}


def builtins(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.text: entry.about.kind for entry in entries if isinstance(entry.about, Builtin)}


@pytest.mark.parametrize("typed", ["_", "__", "__t"])
def test_an_underscore_begins_a_word_which_an_entry_takes_the_place_of(typed: str) -> None:
    marked = f"type Query {{ r: Query }}\nquery {{ r {{ {typed}{CURSOR} }} }}\n"
    found = [entry for entry in of_language("graphql", marked) if not entry.origin.is_typed]
    assert "__typename" in {entry.text.strip() for entry in found}
    assert {entry.span for entry in found} == {Span(marked.index(typed), marked.index(CURSOR))}


@pytest.mark.parametrize(
    ("language_id", "marked", "has", "lacks"),
    [
        ("hcl", "<|>\n", "resource", "lifecycle"),
        ("hcl", 'resource "a" "b" {\n  <|>\n}\n', "lifecycle", "resource"),
        ("hcl", 'resource "a" "b" {\n  c = <|>\n}\n', "for list", "lifecycle"),
        ("hcl", "a = b(<|>)\n", "for list", "resource"),
        ("postgres", "<|>\n", "DELETE FROM", "CASE"),
        ("postgres", "SELECT <|>\nFROM a;\n", "CASE", "DELETE FROM"),
        ("postgres", "SELECT sum(<|>)\nFROM a;\n", "CASE", "DELETE FROM"),
        ("sparql", "PREFIX <|>\nASK {}\n", "rdf:", "SELECT"),
        ("sparql", "SELECT * WHERE { ?s <|> }\n", "", "rdf:"),
        ("graphql", "type A { b: <|> }\n", "", "scalar"),
    ],
)
def test_a_construct_stands_where_it_begins_as_its_bundle_says(
    language_id: str, marked: str, has: str, lacks: str
) -> None:
    found = snippets(of_language(language_id, marked))
    assert not has or has in found
    assert lacks not in found


def test_a_member_of_what_is_written_before_it_is_no_builtin_of_another_kind() -> None:
    language = load_registry().by_id("postgres")
    for marked, offered in (("SELECT flo<|> FROM a b;\n", True), ("SELECT b.flo<|> FROM a b;\n", False)):
        cursor, text = marked.index(CURSOR), marked.replace(CURSOR, "")
        found = texts_of(names_listed(language, text, cursor))
        assert any(one.startswith("floor") for one in found) == offered


def test_a_word_nearby_is_not_listed_beside_the_keyword_that_it_is() -> None:
    found = [entry.text.strip() for entry in of_language("postgres", "select a FROM b;\nDELETE <|>;\n")]
    assert [word for word in found if word.casefold() == "from"] == ["FROM"]
    found = [entry.text.strip() for entry in of_language("sparql", "SELECT * WHERE { FILTER (la<|>) }\n")]
    assert [word.casefold() for word in found].count("lang") == 1


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("CREATE TABLE a (b int)\nSEL<|>\n", ["SELECT"]),
        ("SELECT b FROM a\nUPD<|>\n", ["UPDATE"]),
        ("SELECT b FROM a\nWH<|>\n", ["WHERE"]),
        ("SELECT b FROM a\n  UPD<|>\n", []),
        ("SELECT 'a\nUPD<|>\n';\n", []),
    ],
)
def test_a_word_at_the_margin_may_begin_an_element_though_the_last_one_lacks_its_end(
    marked: str, first: list[str]
) -> None:
    found = [entry.text.strip() for entry in of_language("postgres", marked) if not entry.origin.is_typed]
    assert found[:1] == first


def test_where_no_name_is_known_those_are_listed_that_other_texts_use_so() -> None:
    others = existing("hcl", "x = aws_a.b.\n", {"c/d": "y = aws_e.f.arn\n"})
    around = Around(spaces=("key",), existing=others)
    found = listed(load_registry().by_id("hcl"), f"x = aws_a.b.{CURSOR}\n", around)
    assert "arn" in [entry.text for entry in found]


def test_a_construct_has_the_capitals_of_the_text() -> None:
    found = snippets(of_language("postgres", "select a from b;\nselect c from d;\n<|>\n"))
    assert found["DELETE FROM"] == "delete from name\nwhere id = 1;"


def test_a_construct_is_indented_as_its_line_is() -> None:
    found = snippets(listed(sample("runbook"), "task a():\n    <|>\n"))
    assert found["if"] == "if expression:\n        fail"


def test_where_no_query_tells_the_grammar_says_which_builtins_may_stand() -> None:
    body = builtins(of_language("hcl", 'resource "a" "b" {\n  <|>\n}\n'))
    assert set(body.values()) == {"nested", "attribute", "argument"}
    assert set(builtins(of_language("hcl", 'a "b" {\n}\n<|>\n')).values()) == {"block"}
    value = builtins(of_language("hcl", "a = <|>\n"))
    assert set(value.values()) == {"function", "root", "constant", "constructor"}


def test_a_kind_that_is_looked_for_lists_its_builtins_alone() -> None:
    found = builtins(of_language("graphql", "type A { b: <|> }\n", ("type",)))
    assert "Boolean" in found
    assert set(found.values()) == {"scalar", "type", "enum"}


def test_a_builtin_that_needs_a_prefix_is_listed_where_the_text_has_that() -> None:
    pattern = "SELECT * WHERE { ?s <|> }\n"
    assert "rdfs:label" not in builtins(of_language("sparql", pattern))
    with_prefix = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n{pattern}"
    assert "rdfs:label" in builtins(of_language("sparql", with_prefix))


def test_a_keyword_that_is_a_builtin_is_listed_once_and_explained() -> None:
    found = [
        entry for entry in of_language("postgres", "select coal<|> from a;\n") if entry.about is not None
    ]
    assert [(entry.text, entry.about.name) for entry in found if entry.about] == [("coalesce", "coalesce")]
