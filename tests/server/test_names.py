"""Symbols, definitions, references, renaming and hover, as an editor asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from tests.server.conftest import Editor, connect, disconnect

pytestmark = pytest.mark.asyncio(loop_scope="session")

TYPES = "# Books.\ntype Book {\n  title: String\n}\n"
QUERY = '"𝒳" type Query { book(id: ID = "𝒳"): Book }\n{ book { title } }\n'


def at(uri: str, line: int, column: int) -> dict[str, object]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": types.Position(line, column)}


def span(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))


async def definition(editor: Editor, uri: str, line: int, column: int) -> list[tuple[str, types.Range]]:
    return [(place.uri, place.range) for place in await editor.definitions(uri, line, column)]


def everything() -> types.ClientCapabilities:
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
        text_document=types.TextDocumentClientCapabilities(
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            rename=types.RenameClientCapabilities(prepare_support=True),
        ),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_rich() -> AsyncIterator[Editor]:
    editor = await connect(capabilities=everything())
    yield editor
    await disconnect(editor)


@pytest_asyncio.fixture(loop_scope="session")
async def rich(shared_rich: Editor, folder: Path) -> AsyncIterator[Editor]:
    """An editor that can do everything, with one folder, and no document of another test."""
    shared_rich.forget()
    shared_rich.change_folders(added=[folder])
    yield shared_rich
    shared_rich.change_folders(removed=[folder])
    for uri in shared_rich.opened():
        shared_rich.close(uri)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "book.graphql").write_text(TYPES, encoding="utf-8")
    return root


async def test_server_says_what_it_can_do(rich: Editor) -> None:
    can = rich.capabilities
    assert can.rename_provider == types.RenameOptions(prepare_provider=True)
    assert can.workspace is not None
    assert can.workspace.workspace_folders == types.WorkspaceFoldersServerCapabilities(True, True)
    for provider in (
        can.document_symbol_provider,
        can.workspace_symbol_provider,
        can.definition_provider,
        can.references_provider,
        can.document_highlight_provider,
        can.hover_provider,
    ):
        assert provider


async def test_outline_is_a_tree_or_a_list(rich: Editor, editor: Editor) -> None:
    uri = rich.open(QUERY, "a.graphql", "graphql")
    [query, *_] = await symbols(rich, uri)
    assert isinstance(query, types.DocumentSymbol)
    assert (query.name, query.kind, query.detail) == ("Query", types.SymbolKind.Class, "type")
    assert query.range == span(0, 0, 45)
    assert query.selection_range == span(0, 10, 15)
    assert [child.name for child in query.children or ()] == ["book"]
    uri = editor.open(QUERY, "a.graphql", "graphql")
    flat = await symbols(editor, uri)
    assert [(s.name, s.container_name) for s in flat if isinstance(s, types.SymbolInformation)][:2] == [
        ("Query", None),
        ("book", "Query"),
    ]


async def symbols(editor: Editor, uri: str) -> list[types.DocumentSymbol | types.SymbolInformation]:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    return list(await editor.client.text_document_document_symbol_async(params) or ())


async def test_outline_follows_edits(editor: Editor) -> None:
    uri = editor.open("type A { a: Int }\ntype B { b: Int }\n", "b.graphql", "graphql")
    assert [s.name for s in await symbols(editor, uri)] == ["A", "a", "B", "b"]
    editor.change(uri, ((0, 0), (0, 0), "enum E { X }\n"), ((1, 5), (1, 6), "C"))
    assert [s.name for s in await symbols(editor, uri)] == ["E", "X", "C", "a", "B", "b"]
    assert (await symbols(editor, uri))[-1].location.range == span(2, 9, 15)  # type: ignore[union-attr]


async def test_a_tree_follows_what_moves_and_what_stays(rich: Editor) -> None:
    uri = rich.open("type A { a: Int }\ntype B { b: Int } type C\n", "b.graphql", "graphql")
    assert await tree(rich, uri) == [("A", 0, 5), ("a", 0, 9), ("B", 1, 5), ("b", 1, 9), ("C", 1, 23)]
    rich.change(uri, ((1, 5), (1, 6), "Be"))
    assert await tree(rich, uri) == [("A", 0, 5), ("a", 0, 9), ("Be", 1, 5), ("b", 1, 10), ("C", 1, 24)]
    rich.change(uri, ((0, 0), (0, 0), "\n"))
    assert await tree(rich, uri) == [("A", 1, 5), ("a", 1, 9), ("Be", 2, 5), ("b", 2, 10), ("C", 2, 24)]


async def tree(editor: Editor, uri: str) -> list[tuple[str, int, int]]:
    """Names and places of the symbols, and of those in them."""
    outer = [symbol for symbol in await symbols(editor, uri) if isinstance(symbol, types.DocumentSymbol)]
    return [
        (symbol.name, symbol.selection_range.start.line, symbol.selection_range.start.character)
        for family in outer
        for symbol in (family, *(family.children or ()))
    ]


async def test_definition_in_a_file_that_is_not_open(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    there = (folder / "sub" / "book.graphql").as_uri()
    assert await definition(rich, uri, 1, 10) == [(there, span(2, 2, 7))]
    assert await definition(rich, uri, 0, 39) == [(there, span(1, 5, 9))]
    assert await definition(rich, uri, 0, 0) == []


async def test_an_open_document_counts_for_its_file(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    there = (folder / "sub" / "book.graphql").as_uri()
    item = types.TextDocumentItem(there, "graphql", 1, "\n\n" + TYPES)
    rich.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    assert await definition(rich, uri, 1, 10) == [(there, span(4, 2, 7))]
    rich.close(there)
    assert await definition(rich, uri, 1, 10) == [(there, span(2, 2, 7))]


async def test_changes_on_disk_are_followed(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    old, new = folder / "sub" / "book.graphql", folder / "new.graphql"
    assert len(await definition(rich, uri, 1, 10)) == 1
    old.unlink()
    new.write_text("\n" + TYPES, encoding="utf-8")
    changes = [
        types.FileEvent(old.as_uri(), types.FileChangeType.Deleted),
        types.FileEvent(new.as_uri(), types.FileChangeType.Created),
    ]
    rich.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
    assert await definition(rich, uri, 1, 10) == [(new.as_uri(), span(3, 2, 7))]


async def test_folders_come_and_go(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    assert len(await definition(rich, uri, 1, 10)) == 1
    rich.change_folders(removed=[folder])
    assert await definition(rich, uri, 1, 10) == []
    rich.change_folders(added=[folder])
    assert len(await definition(rich, uri, 1, 10)) == 1


async def test_references_and_highlights(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    there = (folder / "sub" / "book.graphql").as_uri()
    for declared, expected in (
        (True, [(uri, span(1, 9, 14)), (there, span(2, 2, 7))]),
        (False, [(uri, span(1, 9, 14))]),
    ):
        context = types.ReferenceContext(include_declaration=declared)
        params = types.ReferenceParams(context, **at(uri, 1, 10))  # type: ignore[arg-type]
        found = await rich.client.text_document_references_async(params) or ()
        assert [(place.uri, place.range) for place in found] == expected
    marked = await rich.client.text_document_document_highlight_async(
        types.DocumentHighlightParams(**at(uri, 1, 3))  # type: ignore[arg-type]
    )
    assert [(mark.range, mark.kind) for mark in marked or ()] == [
        (span(0, 18, 22), types.DocumentHighlightKind.Write),
        (span(1, 2, 6), types.DocumentHighlightKind.Read),
    ]


async def test_rename_in_open_documents_and_in_files(rich: Editor, folder: Path) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    there = (folder / "sub" / "book.graphql").as_uri()
    prepared = await rich.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(**at(uri, 1, 14))  # type: ignore[arg-type]
    )
    assert prepared == span(1, 9, 14)
    done = await rich.client.text_document_rename_async(rename_to(uri, "name"))
    assert done is not None
    changes = [change for change in done.document_changes or () if isinstance(change, types.TextDocumentEdit)]
    assert [(c.text_document.uri, c.text_document.version, list(c.edits)) for c in changes] == [
        (uri, 1, [types.TextEdit(span(1, 9, 14), "name")]),
        (there, None, [types.TextEdit(span(2, 2, 7), "name")]),
    ]


def rename_to(uri: str, name: str) -> types.RenameParams:
    return types.RenameParams(new_name=name, **at(uri, 1, 10))  # type: ignore[arg-type]


async def test_rename_for_a_client_that_knows_no_versions(editor: Editor) -> None:
    uri = editor.open("type K { a: Int }\ntype L { b: K }\n", "d.graphql", "graphql")
    done = await editor.client.text_document_rename_async(
        types.RenameParams(types.TextDocumentIdentifier(uri), types.Position(0, 5), "M")
    )
    assert done is not None
    [(changed, edits)] = (done.changes or {}).items()
    assert changed == uri
    assert list(edits) == [types.TextEdit(span(0, 5, 6), "M"), types.TextEdit(span(1, 12, 13), "M")]


async def test_a_refusal_is_one_line_and_no_error_in_the_log(editor: Editor) -> None:
    uri = editor.open(QUERY, "e.graphql", "graphql")
    for method, more in (("prepareRename", {}), ("rename", {"newName": "x"})):
        position = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 10}}
        with pytest.raises(Exception, match="'title' is not defined in this workspace") as caught:
            await editor.raw({"method": f"textDocument/{method}", "params": {**position, **more}})
        assert getattr(caught.value, "code", None) == -32803
    assert editor.log() == []
    assert editor.shown() == []


async def test_hover_is_markdown_or_plain_text(rich: Editor, editor: Editor) -> None:
    uri = rich.open(QUERY, "c.graphql", "graphql")
    shown = await rich.client.text_document_hover_async(types.HoverParams(**at(uri, 0, 39)))  # type: ignore[arg-type]
    assert shown is not None
    assert shown.contents == types.MarkupContent(
        types.MarkupKind.Markdown, "```graphql\ntype Book {\n  title: String\n}\n```\n\nBooks."
    )
    assert shown.range == span(0, 39, 43)
    uri = editor.open(QUERY + TYPES, "f.graphql", "graphql")
    bare = await editor.client.text_document_hover_async(types.HoverParams(**at(uri, 0, 39)))  # type: ignore[arg-type]
    assert bare is not None
    assert bare.contents == types.MarkupContent(
        types.MarkupKind.PlainText, "type Book {\n  title: String\n}\n\nBooks."
    )


async def test_workspace_symbols_are_of_all_languages(rich: Editor, folder: Path) -> None:
    (folder / "main.tf").write_text('variable "book_shelf" {}\n', encoding="utf-8")
    rich.open('variable "bxoxoxk" {}\n')
    found = await rich.client.workspace_symbol_async(types.WorkspaceSymbolParams("book"))
    assert [(symbol.name, symbol.container_name) for symbol in found or ()] == [
        ("Book", None),
        ("book_shelf", None),
        ("bxoxoxk", None),
    ]
    members = await rich.client.workspace_symbol_async(types.WorkspaceSymbolParams("titl"))
    assert [(symbol.name, symbol.container_name) for symbol in members or ()] == [("title", "Book")]


async def test_what_is_of_no_known_language_is_answered_with_nothing(editor: Editor) -> None:
    uri = editor.open("a = 1\n", "notes.txt", "plaintext")
    assert await symbols(editor, uri) == []
    assert await editor.client.text_document_hover_async(types.HoverParams(**at(uri, 0, 0))) is None  # type: ignore[arg-type]
    assert await editor.client.text_document_rename_async(rename_to(uri, "x")) is None
    assert editor.log() == []


async def test_a_cancelled_question_is_answered_as_cancelled(editor: Editor) -> None:
    uri = editor.open("\n".join(f"type A{n} {{ a: A{n} }}" for n in range(3000)), "g.graphql", "graphql")
    request = editor.client.protocol.send_request(
        types.TEXT_DOCUMENT_REFERENCES,
        types.ReferenceParams(types.ReferenceContext(True), **at(uri, 0, 5)),  # type: ignore[arg-type]
        msg_id=77_000,
    )
    editor.cancel(77_000)
    with pytest.raises(Exception, match="cancel"):
        await asyncio.wrap_future(request)
    assert len(await symbols(editor, uri)) == 6000


async def test_variables_are_listed_with_their_sigils(editor: Editor) -> None:
    text = "SELECT ?title\nWHERE {\n  ?book <b> ?title .\n  ?book <c> ?ti\n}\n"
    uri = editor.open(text, "a.rq", "sparql")
    listed = await editor.complete(uri, 3, 15)
    assert listed is not None
    [item] = [item for item in listed.items if item.label == "?title"]
    assert item.filter_text == "?title"
    assert item.text_edit == types.TextEdit(span(3, 12, 15), "?title")
