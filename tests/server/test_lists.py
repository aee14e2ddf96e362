"""End to end: completion lists as an editor gets them, by what it can show and by how a list is opened."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from lsp_server.languages.cases import CURSOR
from tests.server.conftest import PATIENCE, Editor, Script, StartEditor, connect, disconnect

pytestmark = pytest.mark.asyncio(loop_scope="session")

INVOKED = types.CompletionContext(types.CompletionTriggerKind.Invoked)
AGAIN = types.CompletionContext(types.CompletionTriggerKind.TriggerForIncompleteCompletions)

FILES = {
    "graphql": "a.graphql",
    "hcl": "a.tf",
    "postgres": "a.sql",
    "sparql": "a.rq",
}

BOOKS = "# Books.\ntype Book { a: Int }\ntype Bookshelf { b: <|> }\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """A client that takes no snippets and has no ghost text, with a model that expects nothing."""
    path = tmp_path_factory.mktemp("model") / "script.json"
    path.write_text('{"endings": {}}', encoding="utf-8")
    editor = await connect(options={"model": f"scripted:{path}"})
    yield editor
    await disconnect(editor)


def able(*, snippets: bool = False, ghost: bool = False, markdown: bool = False) -> types.ClientCapabilities:
    formats = [types.MarkupKind.Markdown] if markdown else None
    item = types.ClientCompletionItemOptions(snippet_support=snippets, documentation_format=formats)
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(completion_item=item),
            inline_completion=types.InlineCompletionClientCapabilities() if ghost else None,
        )
    )


def opened(editor: Editor, language_id: str, marked: str) -> tuple[str, str, int, int]:
    """Open a text with a mark: its URI, what is before the mark in its line, and where that is."""
    before, after = marked.split(CURSOR)
    uri = editor.open(before + after, FILES[language_id], language_id)
    line = before.rpartition("\n")[2]
    return uri, line, before.count("\n"), len(line)


async def listed(
    editor: Editor, language_id: str, marked: str, context: types.CompletionContext | None = INVOKED
) -> Sequence[types.CompletionItem]:
    """The entries at the mark in a text, as an editor sorts them."""
    uri, _, row, column = opened(editor, language_id, marked)
    found = await editor.complete(uri, row, column, context)
    editor.close(uri)
    return sorted(found.items, key=lambda item: str(item.sort_text)) if found else []


def named(items: Sequence[types.CompletionItem], label: str) -> types.CompletionItem:
    return next(item for item in items if item.label == label)


def edit_of(item: types.CompletionItem) -> types.TextEdit:
    assert isinstance(item.text_edit, types.TextEdit)
    return item.text_edit


CURSORS = [
    ("graphql", BOOKS),
    ("graphql", "type Book { a: Int }\ntype Bookshelf { b: Boo<|> }\n"),
    ("graphql", "type Book { a: Int }\n\nty<|>\n"),
    ("graphql", "query ($id: ID) { book(id: $i<|>) }\n"),
    ("hcl", 'variable "region" {}\n\nresource "a" "b" {\n  c = var.re<|>\n}\n'),
    ("hcl", "a = <|>\nb = 1\n"),
    ("postgres", "select a from t wh<|>;\n"),
    ("postgres", "SELECT a FROM t <|>;\n"),
    ("sparql", "SELECT ?person { ?per<|> ?x ?y }\n"),
    ("sparql", "SELECT ?person { ?person ?x ?y FILTER (<|>) }\n"),
]


@pytest.mark.parametrize("loaded", [True, False])
@pytest.mark.parametrize("ghost", [True, False])
async def test_all_entries_are_as_editors_want_them(
    start: StartEditor, script: Script, *, ghost: bool, loaded: bool
) -> None:
    """An editor filters by what stands in the range, and takes all entries to begin where one does."""
    editor = await start(capabilities=able(snippets=True, ghost=ghost), options={"model": script({})})
    if loaded:
        await editor.inline(editor.open("a = \n"), 0, 4)
    for language_id, marked in CURSORS:
        _, line, row, column = opened(editor, language_id, marked)
        items = await listed(editor, language_id, marked)
        assert items
        starts = {edit_of(item).range.start.character for item in items}
        assert len(starts) == 1
        begun = line[starts.pop() :]
        for item in items:
            place = edit_of(item).range
            assert place.end == types.Position(row, column)
            assert place.start.line == row
            assert item.filter_text is not None
            assert item.filter_text.casefold().startswith(begun.casefold())
        keys = [item.sort_text for item in items]
        assert len(set(keys)) == len(keys)
        assert keys == sorted(map(str, keys))
        assert not any(item.preselect for item in items)
        assert not any(item.commit_characters for item in items)


@pytest.mark.parametrize(
    ("language_id", "marked", "typed"),
    [
        ("graphql", "type Book { a: Int }\ntype Bookshelf { b: Book<|> }\n", "Book"),
        ("graphql", "type Book { a: String<|> }\n", "String"),
        ("postgres", "SELECT a FROM t WHERE<|> b;\n", "WHERE"),
        ("sparql", "SELECT ?per { ?per<|> ?x ?person }\n", "?per"),
    ],
)
async def test_a_word_that_is_complete_and_known_comes_first(
    plain: Editor, language_id: str, marked: str, typed: str
) -> None:
    first, *_ = await listed(plain, language_id, marked)
    assert (first.label, edit_of(first).new_text) == (typed, typed)


def signs_of(items: Sequence[types.CompletionItem]) -> list[str]:
    return [item.label for item in items if not re.search(r"\w", item.label)]


SHOP = """type Query { orders(first: Int, tag: Tag): [Order] }
type Order { id: ID total: Float }
enum Tag { NEW PAID }

"""


@pytest.mark.parametrize(
    ("language_id", "marked", "there", "missing"),
    [
        ("graphql", SHOP + "query ($id: ID, $n: Int) { orders(first: <|>) { id } }\n", "$n", "Float"),
        ("graphql", SHOP + "query { orders(tag: <|>) { id } }\n", "PAID", "Order"),
        ("graphql", SHOP + "input ByTag { tag: T<|> }\n", "Tag", "total"),
        (
            "graphql",
            SHOP + "input OrderBy { by: Tag }\ntype Other { o(by: O<|>): Int }\n",
            "OrderBy",
            "Order",
        ),
        ("graphql", SHOP + "input OrderBy { by: Tag }\ntype Other { o: O<|> }\n", "Order", "OrderBy"),
        ("postgres", "CREATE TABLE t (total text, taxed text);\nSELECT o.t<|> FROM t o;\n", "total", "text"),
        ("postgres", "CREATE TABLE t (total text, taxed text);\nSELECT o.t<|>", "taxed", "TABLE"),
    ],
)
async def test_where_names_of_a_kind_are_known_no_name_of_another_kind_is_listed(
    plain: Editor, language_id: str, marked: str, there: str, missing: str
) -> None:
    uri, _, row, column = opened(plain, language_id, marked)
    async with asyncio.timeout(PATIENCE):
        labels = {missing}
        while missing in labels:  # until it is known what the text itself names
            found = await plain.complete(uri, row, column, INVOKED)
            items = [] if found is None else [one for one in found.items if one.detail != "suggested line"]
            labels = {item.label for item in items}
    plain.close(uri)
    assert there in labels


async def test_a_function_is_listed_where_columns_are(plain: Editor) -> None:
    marked = "CREATE TABLE t (total text);\nSELECT shop.taxed(total) FROM t;\nSELECT shop.t<|>"
    uri, _, row, column = opened(plain, "postgres", marked)
    await plain.pulled(uri)
    found = await plain.complete(uri, row, column, INVOKED)
    plain.close(uri)
    assert {"total", "taxed"} <= {item.label for item in (found.items if found else [])}


async def test_a_keyword_that_is_a_type_is_written_as_types_are(plain: Editor) -> None:
    marked = "CREATE TABLE t (a bigint, b text, c inte<|>);\n"
    assert [item.label for item in await listed(plain, "postgres", marked)][:1] == ["integer"]


@pytest.mark.parametrize(
    ("language_id", "marked", "sign"),
    [("graphql", BOOKS, "["), ("hcl", "a = <|>\nb = 1\n", "{"), ("postgres", "SELECT a FROM t <|>;\n", "*")],
)
async def test_signs_are_listed_only_if_they_are_asked_for(
    plain: Editor, language_id: str, marked: str, sign: str
) -> None:
    assert sign in signs_of(await listed(plain, language_id, marked))
    assert sign in signs_of(await listed(plain, language_id, marked, None))
    assert signs_of(await listed(plain, language_id, marked, AGAIN)) == []


async def test_no_list_opens_after_a_sign_of_another_language(plain: Editor) -> None:
    """An editor has one set of trigger characters for a server, whatever the language of a text."""
    marked = "query Q { a @<|> }\n"
    by_own, by_other = (
        types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, sign) for sign in "@\x07"
    )
    assert named(await listed(plain, "graphql", marked, by_own), "include")
    assert not await listed(plain, "graphql", marked, by_other)


async def test_a_construct_is_a_snippet_for_a_client_that_takes_snippets(
    start: StartEditor, script: Script
) -> None:
    marked = "type Book { a: Int }\n\nty<|>\n"
    formats = {}
    for takes in (True, False):
        editor = await start(capabilities=able(snippets=takes), options={"model": script({})})
        found = [
            item
            for item in await listed(editor, "graphql", marked)
            if item.kind == types.CompletionItemKind.Snippet
        ]
        assert found
        formats[takes] = {item.insert_text_format for item in found}
        assert any("${1" in edit_of(item).new_text for item in found) == takes
    assert formats == {True: {types.InsertTextFormat.Snippet}, False: {types.InsertTextFormat.PlainText}}


async def test_only_constructs_are_snippets(start: StartEditor, script: Script) -> None:
    """A `$` of a variable is no place to fill."""
    editor = await start(capabilities=able(snippets=True), options={"model": script({})})
    items = await listed(editor, "graphql", "query ($id: ID) { book(id: $<|>) }\n")
    assert named(items, "id").insert_text_format is types.InsertTextFormat.PlainText


async def test_a_construct_of_several_lines_is_indented_as_its_line(
    start: StartEditor, script: Script
) -> None:
    editor = await start(capabilities=able(snippets=True), options={"model": script({})})
    items = await listed(editor, "hcl", 'resource "a" "b" {\n    <|>\n}\n')
    found = [
        edit_of(item).new_text for item in items if item.insert_text_format is types.InsertTextFormat.Snippet
    ]
    several = [text for text in found if "\n" in text]
    assert several
    for text in several:
        assert all(line.startswith("    ") for line in text.splitlines()[1:])


@pytest.mark.parametrize(
    ("language_id", "marked", "label", "kind", "says"),
    [
        ("graphql", "type A { a: Int } ex<|>\n", "extend", types.CompletionItemKind.Keyword, "extend"),
        ("graphql", BOOKS, "String", types.CompletionItemKind.Class, "Unicode"),
        ("graphql", BOOKS, "Book", types.CompletionItemKind.Class, "Books."),
    ],
)
@pytest.mark.parametrize("markdown", [True, False])
async def test_an_entry_is_explained_when_it_is_asked_for(
    start: StartEditor,
    script: Script,
    *,
    language_id: str,
    marked: str,
    label: str,
    kind: types.CompletionItemKind,
    says: str,
    markdown: bool,
) -> None:
    editor = await start(capabilities=able(markdown=markdown), options={"model": script({})})
    uri, _, row, column = opened(editor, language_id, marked)
    found = await editor.complete(uri, row, column)
    assert found is not None
    item = named(found.items, label)
    assert (item.kind, item.documentation) == (kind, None)
    told = (await editor.client.completion_item_resolve_async(item)).documentation
    text = told.value if isinstance(told, types.MarkupContent) else told
    assert isinstance(told, types.MarkupContent) == markdown
    assert text is not None
    assert says in text


async def test_a_construct_is_explained_when_it_is_asked_for(start: StartEditor, script: Script) -> None:
    editor = await start(capabilities=able(snippets=True, markdown=True), options={"model": script({})})
    items = await listed(editor, "graphql", "<|>\n")
    item = next(item for item in items if item.kind == types.CompletionItemKind.Snippet)
    told = (await editor.client.completion_item_resolve_async(item)).documentation
    assert isinstance(told, types.MarkupContent)
    assert "```graphql" in told.value


@pytest.mark.parametrize("ghost", [True, False])
async def test_the_next_word_of_the_model_is_listed_for_every_client(
    start: StartEditor, script: Script, *, ghost: bool
) -> None:
    model = script({"b: ": "Novel }"})
    editor = await start(capabilities=able(ghost=ghost), options={"model": model})
    await editor.inline(editor.open("a = \n"), 0, 4)  # the model is loaded
    items = await listed(editor, "graphql", BOOKS)
    assert "Novel" in [item.label for item in items]


async def test_a_list_does_not_wait_for_a_model_that_is_being_loaded(
    start: StartEditor, tmp_path: Path
) -> None:
    # A folder makes the server import what a model needs, which takes seconds, before it finds it empty.
    editor = await start(options={"model": str(tmp_path)})
    items = await listed(editor, "graphql", BOOKS)
    assert {"Book", "Bookshelf", "String"} <= {item.label for item in items}
    assert editor.shown() == []


async def test_what_is_looked_up_for_a_place_is_listed_however_far_away_it_stands(
    start: StartEditor, script: Script, tmp_path: Path
) -> None:
    """Beside a document, so many texts are read for a list; what is about the same is looked up in all."""
    here, far = tmp_path / "here", tmp_path / "far" / "away"
    for folder in (here, far):
        folder.mkdir(parents=True)
    for number in range(8):
        lines = "".join(f'variable "unlike_{number}_{at}" {{}}\n' for at in range(400))
        (here / f"{number}.tf").write_text(lines)
    (far / "queue.tf").write_text('resource "aws_sqs_queue" "jobs" {\n  fifo_throughput_limit = 1\n}\n')
    editor = await start(options={"model": script({})}, folders=[tmp_path])
    text = 'resource "aws_sqs_queue" "mails" {\n  \n}\n'
    (here / "main.tf").write_text(text)
    uri = (here / "main.tf").as_uri()
    item = types.TextDocumentItem(uri, "hcl", 1, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await editor.symbols_named("jobs")  # the files are read
    labels: list[str] = []
    async with asyncio.timeout(PATIENCE):  # passages are read in the background: a list does not wait for it
        while "fifo_throughput_limit" not in labels:
            found = await editor.complete(uri, 1, 2, INVOKED)
            labels = [] if found is None else [item.label for item in found.items]
