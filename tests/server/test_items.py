"""Entries of completion lists: where each begins, what editors filter by, and what they show of it."""

from __future__ import annotations

import pytest
from lsprotocol import types

from lsp_server.features.completion import Suggestion
from lsp_server.features.lists.entry import Entry, Origin
from lsp_server.languages import Builtin, Language, Snippet, Stands, load_registry
from lsp_server.names.known import ListedName, Mention
from lsp_server.names.naming import names_of
from lsp_server.names.standing import Place, Unit
from lsp_server.server.convert.items import (
    ListPlace,
    about,
    documentation_of,
    documented,
    entry_item_of,
    items_of,
    label_of,
    list_start,
    suggestion_item_of,
    word_start,
)
from lsp_server.syntax import parse
from lsp_server.text import Encoding, Snapshot, Span

ALL = frozenset(types.CompletionItemKind)
BLOCK = Snippet("resource", 'resource "${1:type}" "${2:name}" {\n  $0\n}', "A resource.")


def snapshot(text: str) -> Snapshot:
    return Snapshot("file:///a", "x", 1, text)


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def place_at_end(
    text: str, language: Language, *found: Entry, markdown: bool = False, snippets: bool = False
) -> ListPlace:
    start = list_start(snapshot(text), language, len(text), found)
    return ListPlace(
        snapshot(text), language, start, Encoding.UTF16, markdown=markdown, kinds=ALL, snippets=snippets
    )


def edit_of(item: types.CompletionItem) -> types.TextEdit:
    assert isinstance(item.text_edit, types.TextEdit)
    return item.text_edit


def test_item_takes_in_the_letters_that_were_typed(hcl: Language) -> None:
    text = "x𝒳 = var.reg"
    item = suggestion_item_of(place_at_end(text, hcl), 'ion\nb = "1"', Span(len(text), len(text)))
    assert item.label == "region …"
    assert item.filter_text == "region"
    assert item.documentation == 'region\nb = "1"'
    assert item.detail == "suggested line"
    assert item.text_edit == types.TextEdit(
        types.Range(types.Position(0, 10), types.Position(0, 13)), 'region\nb = "1"'
    )


def test_no_item_is_a_snippet_for_a_client_that_takes_none(hcl: Language) -> None:
    place, end = place_at_end("a = ", hcl), Span(4, 4)
    for item in (
        suggestion_item_of(place, '"${b}"', end),
        entry_item_of(place, Entry("$", end, Origin.SIGN)),
        entry_item_of(place, Entry(BLOCK.plain, end, Origin.SNIPPET, about=BLOCK)),
    ):
        assert item.insert_text_format is types.InsertTextFormat.PlainText
    assert edit_of(item).new_text == 'resource "type" "name" {\n  \n}'


def test_a_construct_has_places_to_fill_for_a_client_that_takes_them(hcl: Language) -> None:
    place = place_at_end("re", hcl, snippets=True)
    item = entry_item_of(place, Entry(BLOCK.plain, Span(0, 2), Origin.SNIPPET, about=BLOCK))
    assert item.insert_text_format is types.InsertTextFormat.Snippet
    assert item.kind is types.CompletionItemKind.Snippet
    assert edit_of(item).new_text == BLOCK.text
    assert (item.label, item.filter_text) == ("resource", "resource")


def test_the_lines_of_a_construct_are_indented_as_its_first(hcl: Language) -> None:
    text = "a {\n    re"
    place = place_at_end(text, hcl, snippets=True)
    entry = Entry(BLOCK.plain, Span(8, 10), Origin.SNIPPET, about=BLOCK)
    assert edit_of(entry_item_of(place, entry)).new_text.splitlines()[1:] == ["      $0", "    }"]


def test_all_items_of_a_list_begin_where_the_word_does() -> None:
    """Neovim lists nothing else where they differ: it takes the text before the cursor from one place."""
    text = "SELECT ?pe"
    entry = Entry("{", Span(len(text), len(text)), Origin.SIGN)
    place = place_at_end(text, load_registry().by_id("sparql"), entry)
    suggested = suggestion_item_of(place, "rson", Span(len(text), len(text)))
    entered = entry_item_of(place, entry)
    ranges = [edit_of(item).range for item in (suggested, entered)]
    assert ranges == [types.Range(types.Position(0, 7), types.Position(0, 10))] * 2
    assert [suggested.filter_text, entered.filter_text] == ["?person", "?pe{"]
    assert entered.label == "{"


def test_what_is_typed_comes_first_then_whole_lines_then_the_rest(hcl: Language) -> None:
    text = "a = va"
    span = Span(4, 6)
    entries = [
        Entry("va", span, Origin.TYPED),
        Entry("value", span, Origin.WORD),
        Entry("var", span, Origin.KEYWORD),
    ]
    lines = [Suggestion("r.region", 6, 6, 0.0, "end"), Suggestion("lue", 6, 6, 0.0, "end")]
    found = items_of(place_at_end(text, hcl, *entries), entries, lines, {})
    assert [item.filter_text for item in found] == ["va", "var.region", "value", "var"]
    assert [item.sort_text for item in found] == ["0000", "0001", "0002", "0003"]


def test_whole_lines_come_first_where_what_is_typed_is_not_complete(hcl: Language) -> None:
    entries = [Entry("value", Span(4, 6), Origin.WORD), Entry("va", Span(4, 6), Origin.TYPED)]
    lines = [Suggestion("r.region", 6, 6, 0.0, "end")]
    found = items_of(place_at_end("a = va", hcl, *entries), entries, lines, {})
    assert [item.filter_text for item in found] == ["var.region", "value", "va"]


@pytest.mark.parametrize("text", ["b", "```\nb\n```", "a ```` b"])
def test_documentation_is_all_of_the_text_as_a_block_of_markdown(hcl: Language, text: str) -> None:
    item = suggestion_item_of(place_at_end("a = ", hcl, markdown=True), text, Span(4, 4))
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
    keyword = entry_item_of(place, Entry("resource", end, Origin.KEYWORD))
    assert about(keyword, registry) == (registry.by_id("hcl"), None)
    told = documentation_of(hcl, keyword)
    assert told is not None
    assert told.startswith("**resource**")
    assert documentation_of(hcl, entry_item_of(place, Entry("§", end, Origin.SIGN))) is None


def test_a_builtin_has_its_signature_as_detail_and_is_explained_by_its_bundle(hcl: Language) -> None:
    builtin = next(one for one in hcl.builtins if one.name == "format")
    item = entry_item_of(
        place_at_end("a = ", hcl), Entry("format", Span(4, 4), Origin.BUILTIN, about=builtin)
    )
    assert item.detail == builtin.signature
    told = documentation_of(hcl, item)
    assert told is not None
    assert builtin.signature in told
    assert told.endswith(builtin.about)


def test_a_construct_is_explained_with_all_of_its_text(hcl: Language) -> None:
    snippet = hcl.snippets[0]
    item = entry_item_of(
        place_at_end("", hcl), Entry(snippet.plain, Span(0, 0), Origin.SNIPPET, about=snippet)
    )
    told = documentation_of(hcl, item)
    assert told is not None
    assert told.startswith(snippet.about)
    assert snippet.plain in told


def test_a_builtin_that_a_bundle_has_no_more_is_not_explained(hcl: Language) -> None:
    gone = Builtin("gone", "function", "", "It is gone.", Stands(("item",)))
    item = entry_item_of(place_at_end("", hcl), Entry("gone", Span(0, 0), Origin.BUILTIN, about=gone))
    assert documentation_of(hcl, item) is None


@pytest.mark.parametrize(
    ("origin", "kind", "detail"),
    [
        (Origin.TYPED, types.CompletionItemKind.Text, "as typed"),
        (Origin.KEYWORD, types.CompletionItemKind.Keyword, "keyword"),
        (Origin.SIGN, types.CompletionItemKind.Operator, None),
        (Origin.WORD, types.CompletionItemKind.Text, "word of a file"),
        (Origin.MODEL, types.CompletionItemKind.Text, "suggested word"),
    ],
)
def test_an_entry_says_where_it_comes_from(
    hcl: Language, origin: Origin, kind: types.CompletionItemKind, detail: str | None
) -> None:
    item = entry_item_of(place_at_end("", hcl), Entry("a", Span(0, 0), origin))
    assert (item.kind, item.detail) == (kind, detail)


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
    place = ListedName(Place(Unit("file:///b.tf", "/", names), name), "variable")
    entry = Entry("region", Span(8, 8), Origin.NAME, "region")
    item = entry_item_of(place_at_end("a = var.", hcl), entry, place)
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
