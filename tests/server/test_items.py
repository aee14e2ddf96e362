"""Entries of completion lists: where each begins, what editors filter by, and what they show of it."""

from __future__ import annotations

import pytest
from lsprotocol import types

from lsp_server.features.completion_list import Entry
from lsp_server.features.known_names import Mention
from lsp_server.features.naming import names_of
from lsp_server.features.resolving import Place as NamePlace
from lsp_server.features.resolving import Unit
from lsp_server.languages import Language, load_registry
from lsp_server.server.items import (
    Place,
    about,
    documentation_of,
    documented,
    entry_item_of,
    label_of,
    place_of,
    suggestion_item_of,
    word_start,
)
from lsp_server.syntax import parse
from lsp_server.text import Encoding, Snapshot, Span

ALL = frozenset(types.CompletionItemKind)


def snapshot(text: str) -> Snapshot:
    return Snapshot("file:///a", "x", 1, text)


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def place_at_end(text: str, language: Language, *found: Entry, markdown: bool = False) -> Place:
    return place_of(
        snapshot(text),
        language,
        len(text),
        found,
        Encoding.UTF16,
        markdown=markdown,
        kinds=ALL,
    )


def test_item_takes_in_the_letters_that_were_typed(hcl: Language) -> None:
    text = "x𝒳 = var.reg"
    item = suggestion_item_of(place_at_end(text, hcl), 0, 'ion\nb = "1"', Span(len(text), len(text)))
    assert item.label == "region …"
    assert item.filter_text == 'region\nb = "1"'
    assert item.documentation == 'region\nb = "1"'
    assert item.detail == "holegram"
    assert item.text_edit == types.TextEdit(
        types.Range(types.Position(0, 10), types.Position(0, 13)), 'region\nb = "1"'
    )


def test_no_item_is_a_snippet(hcl: Language) -> None:
    place, end = place_at_end("a = ", hcl), Span(4, 4)
    for item in (
        suggestion_item_of(place, 0, '"${b}"', end),
        entry_item_of(place, 0, Entry("$", end, False)),
    ):
        assert item.insert_text_format is types.InsertTextFormat.PlainText


def test_all_items_of_a_list_begin_where_the_word_does() -> None:
    """Neovim lists nothing else where they differ: it takes the text before the cursor from one place."""
    text = "SELECT ?pe"
    entry = Entry("{", Span(len(text), len(text)), False)
    place = place_at_end(text, load_registry().by_id("sparql"), entry)
    suggested = suggestion_item_of(place, 0, "rson", Span(len(text), len(text)))
    entered = entry_item_of(place, 0, entry)
    ranges = [
        item.text_edit.range for item in (suggested, entered) if isinstance(item.text_edit, types.TextEdit)
    ]
    assert ranges == [types.Range(types.Position(0, 7), types.Position(0, 10))] * 2
    assert [suggested.filter_text, entered.filter_text] == ["?person", "?pe{"]
    assert entered.label == "{"


@pytest.mark.parametrize("text", ["b", "```\nb\n```", "a ```` b"])
def test_documentation_is_all_of_the_text_as_a_block_of_markdown(hcl: Language, text: str) -> None:
    item = suggestion_item_of(place_at_end("a = ", hcl, markdown=True), 0, text, Span(4, 4))
    assert isinstance(item.documentation, types.MarkupContent)
    assert item.documentation.kind is types.MarkupKind.Markdown
    opening, *lines, closing = item.documentation.value.splitlines()
    assert "\n".join(lines) == text
    assert opening == f"{closing}hcl"
    assert closing not in text


@pytest.mark.parametrize(
    ("before", "start"), [("a b", 2), ("a b ", 4), ("", 0), ("a\nb-c", 2), ("a = 1.", 6)]
)
def test_word_begins_where_the_bundle_says(hcl: Language, before: str, start: int) -> None:
    assert word_start(snapshot(before + "zz"), hcl, len(before)) == start


@pytest.mark.parametrize(
    ("text", "label"),
    [("ab", "ab"), ("\n  ab\n}", "ab …"), ("x" * 80, "x" * 60 + " …"), ("  ", ""), ("a \n", "a")],
)
def test_label_is_one_short_line(text: str, label: str) -> None:
    assert label_of(text) == label


def test_a_keyword_is_explained_by_its_bundle_and_a_sign_need_not_be(hcl: Language) -> None:
    registry, place, end = load_registry(), place_at_end("", hcl), Span(0, 0)
    keyword = entry_item_of(place, 0, Entry("resource", end, True))
    assert about(keyword, registry) == (registry.by_id("hcl"), None)
    told = documentation_of(hcl, keyword.label)
    assert told is not None
    assert told.startswith("**resource**")
    assert documentation_of(hcl, "§") is None


def test_documentation_is_a_string_for_a_client_that_shows_no_markdown() -> None:
    item = types.CompletionItem("a")
    assert documented(item, None, markdown=True).documentation is None
    assert documented(item, "**a** `b`", markdown=False).documentation == "a b"
    assert documented(item, "**a**", markdown=True).documentation == types.MarkupContent(
        types.MarkupKind.Markdown, "**a**"
    )


def test_an_entry_for_a_name_says_what_it_is_and_where_it_is_defined(hcl: Language) -> None:
    text = 'variable "region" {}\n'
    names, _ = names_of(parse(hcl, text))
    [name] = names.named("region")
    place = NamePlace(Unit("file:///b.tf", "/", names), name)
    item = entry_item_of(place_at_end("a = var.", hcl), 0, Entry("region", Span(8, 8), True, "region"), place)
    assert item.kind is types.CompletionItemKind.Variable
    known = about(item, load_registry())
    assert known is not None
    assert known[1] == Mention("file:///b.tf", "region", text.index("region"))


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        "hcl",
        [],
        {},
        {"language": "cobol"},
        {"language": ["hcl"]},
        {"uri": "a", "name": "b", "offset": 1},
    ],
)
def test_an_entry_that_is_none_of_ours_is_about_nothing(data: object) -> None:
    assert about(types.CompletionItem("resource", data=data), load_registry()) is None
