"""End to end: all that the server offers, to clients that say what real editors say that they can take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.server.conftest import PATIENCE, Editor, connect, disconnect
from tests.server.profiles import (
    BOOK,
    BROKEN,
    PROFILES,
    at,
    changes,
    decoded,
    defined,
    document,
    documentation,
    nested,
    outwards,
    pulls,
    query,
    span,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=PROFILES)
async def one_profile(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Editor, Path]]:
    """A server for each profile, in a workspace with a file."""
    place = tmp_path_factory.mktemp("profile")
    script, folder = place / "script.json", place / "work"
    script.write_text(json.dumps({"endings": {"a = ": "1", "[1, 2": "]"}}), encoding="utf-8")
    folder.mkdir()
    (folder / "book.graphql").write_text(BOOK, encoding="utf-8")
    editor = await connect(
        capabilities=client_capabilities(request.param),
        options={"model": f"scripted:{script}"},
        folders=[folder],
        configuration={},
    )
    # A list does not wait until the files are read.
    assert await editor.symbols_named("novel") == [("NOVEL", "book.graphql")]
    yield editor, folder
    await disconnect(editor)


@pytest_asyncio.fixture(loop_scope="session")
async def editor(one_profile: tuple[Editor, Path]) -> AsyncIterator[Editor]:
    editor, _ = one_profile
    editor.forget()
    yield editor
    for uri in editor.opened():
        editor.close(uri)
    assert editor.logged_errors() == []
    assert editor.shown() == []


@pytest.fixture
def there(one_profile: tuple[Editor, Path]) -> str:
    """The URI of the file that is not open."""
    return (one_profile[1] / "book.graphql").as_uri()


async def test_what_is_offered_fits(editor: Editor) -> None:
    offered, preferred = editor.capabilities, editor.can("general.position_encodings") or ["utf-16"]
    assert offered.position_encoding == preferred[0]
    assert isinstance(offered.text_document_sync, types.TextDocumentSyncOptions)
    assert offered.text_document_sync.save
    assert offered.completion_provider is not None
    assert offered.completion_provider.resolve_provider
    prepares = bool(editor.can("text_document.rename.prepare_support"))
    assert offered.rename_provider == (types.RenameOptions(prepare_provider=True) if prepares else True)
    assert editor.can("text_document.code_action.code_action_literal_support")
    assert isinstance(offered.code_action_provider, types.CodeActionOptions)
    assert offered.code_action_provider.resolve_provider
    assert list(offered.code_action_provider.code_action_kinds or ()) == [types.CodeActionKind.QuickFix]
    assert offered.workspace is not None
    assert offered.workspace.file_operations == types.FileOperationOptions()


async def test_errors_are_pushed_or_pulled_with_what_the_client_shows_of_them(editor: Editor) -> None:
    uri = editor.open(BROKEN)
    if pulls(editor):
        [error] = await editor.pulled(uri)
        report = await editor.pull(uri)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        again = await editor.pull(uri, report.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        assert editor.errors(uri) is None
    else:
        await editor.broken(uri)
        [error] = editor.client.diagnostics[uri]
    assert (error.range, error.severity) == (span(1, 10, 11), types.DiagnosticSeverity.Error)
    assert error.message == "expected `]` to close the `[` opened on line 2"
    if editor.can("text_document.publish_diagnostics.related_information"):
        [related] = error.related_information or ()
        assert related.location == types.Location(uri, span(1, 6, 7))
    else:
        assert error.related_information is None
    editor.change(uri, ((1, 11), (1, 11), "]"))
    if pulls(editor):
        assert await editor.pulled(uri) == []
    else:
        await editor.clean(uri)


async def test_a_list_has_kinds_that_the_client_knows_and_is_explained_in_its_format(
    editor: Editor,
) -> None:
    uri = editor.open("type A { b: Bo }\n", "b.graphql", "graphql")
    listed = await editor.complete(uri, 0, 14)
    assert listed is not None
    [name] = [item for item in listed.items if item.label == "Book"]
    assert name.kind == types.CompletionItemKind.Class
    assert name.text_edit == types.TextEdit(span(0, 12, 14), "Book")
    resolved = await editor.client.completion_item_resolve_async(name)
    assert documentation(editor, resolved) == "type Book {\n  title: String\n  kind: Kind\n}\n\nBooks."
    uri = editor.open("type A { a: Int }\n\n", "c.graphql", "graphql")
    listed = await editor.complete(uri, 1, 0)
    assert listed is not None
    [keyword] = [item for item in listed.items if (item.label, item.detail) == ("interface", "keyword")]
    assert keyword.kind == types.CompletionItemKind.Keyword
    resolved = await editor.client.completion_item_resolve_async(keyword)
    assert documentation(editor, resolved).startswith("interface")
    signs = await editor.complete(editor.open("a = \n"), 0, 4)
    known = editor.can("text_document.completion.completion_item_kind.value_set") or range(1, 19)
    assert signs is not None
    assert {item.label for item in signs.items} >= {"1", "(", "[", "{"}
    snippets = editor.can("text_document.completion.completion_item.snippet_support")
    for item in (*listed.items, *signs.items):
        assert item.kind in known
        places = snippets and item.kind == types.CompletionItemKind.Snippet
        shape = types.InsertTextFormat.Snippet if places else types.InsertTextFormat.PlainText
        assert item.insert_text_format is shape
        assert item.commit_characters is None


async def test_a_hover_is_in_the_format_of_the_client(editor: Editor) -> None:
    shown = await editor.client.text_document_hover_async(
        types.HoverParams(document(query(editor)), at(3, 10))
    )
    assert shown is not None
    assert shown.range == span(3, 9, 14)
    assert editor.can("text_document.hover.content_format")[0] is types.MarkupKind.Markdown
    assert shown.contents == types.MarkupContent(types.MarkupKind.Markdown, "```graphql\ntitle: String\n```")


async def test_a_definition_is_a_location_in_the_columns_of_the_client(editor: Editor, there: str) -> None:
    uri = query(editor)
    assert await editor.definitions(uri, 3, 10) == [types.Location(there, span(2, 2, 7))]
    assert await editor.definitions(uri, 3, 3) == [types.Location(uri, defined(editor))]


async def test_references_and_highlights(editor: Editor) -> None:
    uri, used = query(editor), span(3, 2, 6)
    params = types.ReferenceParams(types.ReferenceContext(True), document(uri), at(3, 3))
    found = await editor.client.text_document_references_async(params)
    assert list(found or ()) == [types.Location(uri, place) for place in (defined(editor), used)]
    marked = await editor.client.text_document_document_highlight_async(
        types.DocumentHighlightParams(document(uri), at(3, 3))
    )
    assert [(mark.range, mark.kind) for mark in marked or ()] == [
        (defined(editor), types.DocumentHighlightKind.Write),
        (used, types.DocumentHighlightKind.Read),
    ]


async def test_symbols_are_a_tree_or_a_list_of_kinds_that_the_client_knows(editor: Editor) -> None:
    found = await editor.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(document(query(editor)))
    )
    assert editor.can("text_document.document_symbol.hierarchical_document_symbol_support")
    symbols = [symbol for symbol in found or () if isinstance(symbol, types.DocumentSymbol)]
    told = [(symbol.name, [child.name for child in symbol.children or ()]) for symbol in symbols]
    assert told == [("Query", ["book", "shelf"]), ("Q", []), ("S", [])]
    assert next(nested(symbols[0].children or ())).selection_range == defined(editor)
    known = editor.can("text_document.document_symbol.symbol_kind.value_set")
    assert {symbol.kind for symbol in nested(symbols)} <= set(known)


async def test_symbols_of_the_workspace_are_of_kinds_that_the_client_knows(
    editor: Editor, there: str
) -> None:
    query(editor)
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("no"))
    [novel] = [symbol for symbol in found or () if symbol.name == "NOVEL"]
    assert novel.location == types.Location(there, span(6, 12, 17))
    assert novel.container_name == "Kind"
    known = editor.can("workspace.symbol.symbol_kind.value_set")
    assert novel.kind is (types.SymbolKind.EnumMember if known else types.SymbolKind.Constant)


async def test_folds_are_whole_lines_or_not(editor: Editor) -> None:
    found = await editor.client.text_document_folding_range_async(
        types.FoldingRangeParams(document(query(editor)))
    )
    whole = bool(editor.can("text_document.folding_range.line_folding_only"))
    expected = types.FoldingRange(2, 3) if whole else types.FoldingRange(2, 4, 8, 0)
    [fold] = [fold for fold in found or () if fold.start_line == 2]
    assert (fold.start_line, fold.end_line) == (expected.start_line, expected.end_line)
    assert (fold.start_character is None, fold.end_character is None) == (whole, whole)


async def test_selections_grow(editor: Editor) -> None:
    params = types.SelectionRangeParams(document(query(editor)), [at(3, 4), at(0, 6)])
    found = await editor.client.text_document_selection_range_async(params)
    first, second = found or ()
    assert (first.range, second.range) == (span(3, 2, 6), span(0, 5, 10))
    steps = list(outwards(first))
    assert types.Range(at(2, 0), at(4, 1)) in steps
    assert all(outer.start <= inner.start and inner.end <= outer.end for inner, outer in pairwise(steps))


async def test_semantic_tokens_are_whole_changed_and_of_some_lines(editor: Editor) -> None:
    uri, client = query(editor), editor.client
    whole = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document(uri)))
    assert whole is not None
    tokens = list(decoded(editor, whole.data))
    column = defined(editor).start.character
    assert (0, 0, 4, "keyword") in tokens
    assert (0, column, 4, "property") in tokens
    assert not editor.can("text_document.semantic_tokens.multiline_token_support")
    assert [line for line, _, _, kind in tokens if kind == "string"] == [0, 6, 7, 8]
    some = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(document(uri), types.Range(at(2, 0), at(3, 99)))
    )
    assert some is not None
    assert list(decoded(editor, some.data)) == [token for token in tokens if token[0] in (2, 3)]
    editor.change(uri, ((9, 0), (9, 0), "\n"))
    known = types.SemanticTokensDeltaParams(document(uri), whole.result_id or "")
    changed = await client.text_document_semantic_tokens_full_delta_async(known)
    assert isinstance(changed, types.SemanticTokensDelta)
    data = list(whole.data)
    for edit in changed.edits:
        data[edit.start : edit.start + edit.delete_count] = edit.data or ()
    moved = [token if token[0] < 9 else (token[0] + 1, *token[1:]) for token in tokens]
    assert list(decoded(editor, data)) == moved


async def test_a_renaming_is_for_versions_only_if_the_client_heeds_them(editor: Editor) -> None:
    uri = query(editor)
    if editor.can("text_document.rename.prepare_support"):
        prepared = types.PrepareRenameParams(document(uri), at(3, 3))
        assert await editor.client.text_document_prepare_rename_async(prepared) == span(3, 2, 6)
    done = await editor.client.text_document_rename_async(
        types.RenameParams(document(uri), at(3, 3), "volume")
    )
    edits = [types.TextEdit(place, "volume") for place in (defined(editor), span(3, 2, 6))]
    assert changes(editor, done) == {uri: edits}


async def test_a_renaming_reaches_the_file_that_is_not_open(editor: Editor, there: str) -> None:
    uri = query(editor)
    done = await editor.client.text_document_rename_async(
        types.RenameParams(document(uri), at(3, 10), "name")
    )
    assert changes(editor, done) == {
        uri: [types.TextEdit(span(3, 9, 14), "name")],
        there: [types.TextEdit(span(2, 2, 7), "name")],
    }


async def test_actions_are_literals_and_wait_for_the_model_only_if_they_can_be_resolved(
    editor: Editor,
) -> None:
    uri = editor.open(BROKEN)
    shown = await editor.pulled(uri)
    params = types.CodeActionParams(document(uri), span(1, 11, 11), types.CodeActionContext(shown))
    found = await editor.client.text_document_code_action_async(params) or ()
    actions = [action for action in found if isinstance(action, types.CodeAction)]
    assert len(actions) == len(found)
    known = editor.can("text_document.code_action.code_action_literal_support.code_action_kind.value_set")
    assert {action.kind for action in actions} == {types.CodeActionKind.QuickFix}
    assert types.CodeActionKind.QuickFix in known
    assert actions[0].title == "Insert `]`"
    assert changes(editor, actions[0].edit) == {uri: [types.TextEdit(span(1, 11, 11), "]")]}
    later = [action for action in actions if action.edit is None]
    if not editor.can("text_document.code_action.resolve_support"):
        assert later == []
        return
    assert editor.can("text_document.code_action.data_support")
    [complete] = later
    resolved = await editor.client.code_action_resolve_async(complete)
    assert changes(editor, resolved.edit) == {uri: [types.TextEdit(span(1, 11, 11), "]")]}


async def test_ghost_text_and_list_and_why(editor: Editor) -> None:
    uri = editor.open("a = \n")
    [ghost] = await editor.inline(uri, 0, 4)
    assert (ghost.insert_text, ghost.range) == ("1", span(0, 4, 4))
    listed = await editor.complete(uri, 0, 4)
    assert listed is not None
    # None of these clients shows ghost text by itself, so that the suggestion is in the list as well.
    assert (listed.items[0].label, listed.items[0].detail) == ("1", "suggested line")
    where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 4}}
    why: Any = await editor.raw({"method": "holegram/explain", "params": where})
    assert why.offered == 1
    assert why.reason is None


async def test_a_client_is_asked_to_show_the_loading_of_the_model(editor: Editor) -> None:
    assert editor.can("window.work_done_progress")
    await editor.inline(editor.open("a = \n"), 0, 4)
    await editor.until(lambda: editor.client.progress_reports)
    # A model that is there before the client has agreed is not shown (see test_progress).
    for reports in editor.client.progress_reports.values():
        values: Sequence[Any] = reports
        kinds = [value.kind for value in values]
        assert kinds[:1] in ([], ["begin"])
        assert kinds.count("begin") == len(kinds[:1])


async def test_what_is_configured_is_asked_for_or_told(editor: Editor) -> None:
    uri = editor.open("type A { a: Int }\n\n", "c.graphql", "graphql")
    assert await editor.complete(uri, 1, 0) is not None
    await configure(editor, uri, enabled=False)
    assert await editor.inline(uri, 1, 0) == []
    await configure(editor, uri, enabled=True)


async def configure(editor: Editor, uri: str, *, enabled: bool) -> None:
    """Turn suggestions on or off, of which a client that can be asked only says that something changed."""
    asked = editor.can("workspace.configuration")
    settings = {"holegram": {"completion": {"enabled": enabled}}}
    editor.client.set_configuration(settings if asked else {})
    told = types.DidChangeConfigurationParams(None if asked else settings)
    editor.client.workspace_did_change_configuration(told)
    async with asyncio.timeout(PATIENCE):
        while (await editor.complete(uri, 1, 0) is not None) is not enabled:
            await asyncio.sleep(0.005)


async def test_a_client_is_asked_to_tell_of_changes_only_if_it_lets_itself_be_asked(
    editor: Editor,
) -> None:
    asked = {
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: "workspace.did_change_watched_files.dynamic_registration",
        types.WORKSPACE_DID_CHANGE_CONFIGURATION: "workspace.did_change_configuration.dynamic_registration",
    }
    expected = {method for method, field in asked.items() if editor.can(field)}
    assert {registration.method for registration in editor.registered.values()} == expected


async def test_changed_files_are_read_again(editor: Editor, one_profile: tuple[Editor, Path]) -> None:
    path = one_profile[1] / "new.graphql"
    if not editor.can("workspace.did_change_watched_files.dynamic_registration"):
        pytest.skip("this client watches no files for a server")
    path.write_text("type Shelf { a: Int }\n", encoding="utf-8")
    editor.touch(path, types.FileChangeType.Created)
    assert await editor.symbols_named("shelf") == [("Shelf", "new.graphql")]
    path.unlink()
    editor.touch(path, types.FileChangeType.Deleted)
    assert await editor.symbols_named("shelf") == []


async def test_a_question_can_be_taken_back(editor: Editor) -> None:
    uri = editor.open("\n".join(f"type A{n} {{ a: A{n} }}" for n in range(2000)), "g.graphql", "graphql")
    params = types.ReferenceParams(types.ReferenceContext(True), document(uri), at(0, 5))
    request = editor.client.protocol.send_request(types.TEXT_DOCUMENT_REFERENCES, params, msg_id=77_000)
    editor.cancel(77_000)
    with pytest.raises(Exception, match="cancel"):
        await asyncio.wrap_future(request)
    assert await editor.definitions(uri, 0, 13) == [types.Location(uri, span(0, 5, 7))]
