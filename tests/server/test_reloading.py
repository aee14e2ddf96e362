"""Bundles that change while the server runs: taken up without a restart, or kept as they were while wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANIFEST = 'id = "{id}"\nname = "Lines"\nextensions = [".{id}"]\n'
GRAMMAR = 'start: (A NL)* A?\nA: "{word}"\nNL: /\\n+/\n'


def write(folder: Path, word: str, language_id: str = "lines") -> Path:
    """A language of lines that each hold one word."""
    bundle = folder / language_id
    bundle.mkdir(parents=True, exist_ok=True)
    (bundle / "language.toml").write_text(MANIFEST.format(id=language_id), encoding="utf-8")
    (bundle / "grammar.lark").write_text(GRAMMAR.format(word=word), encoding="utf-8")
    return bundle


async def test_a_grammar_that_is_changed_is_what_documents_are_read_with(
    start: StartEditor, tmp_path: Path
) -> None:
    write(tmp_path, "yes")
    editor = await start(options={"bundles": [str(tmp_path)]})
    uri = editor.open("no\nno\n", "a.lines", "lines")
    await editor.broken(uri)
    write(tmp_path, "no")
    await editor.clean(uri)
    assert editor.logged_errors() == []


async def test_a_bundle_that_is_wrong_stays_as_it_was_and_says_so(start: StartEditor, tmp_path: Path) -> None:
    bundle = write(tmp_path, "yes")
    editor = await start(options={"bundles": [str(tmp_path)]})
    uri = editor.open("yes\n", "a.lines", "lines")
    await editor.clean(uri)
    grammar, manifest = (bundle / name for name in ("grammar.lark", "language.toml"))
    grammar.write_text("start: A\nA: B\n", encoding="utf-8")
    await editor.broken(grammar.as_uri())
    editor.change(uri, "yes\nno\n")
    await editor.broken(uri)
    editor.change(uri, "yes\nyes\n")
    await editor.clean(uri)
    write(tmp_path, "yes")
    await editor.clean(grammar.as_uri())
    manifest.write_text(MANIFEST.format(id="lines") + "wird = 1\n", encoding="utf-8")
    save(editor, manifest)
    await editor.broken(manifest.as_uri())
    [shown] = editor.client.diagnostics[manifest.as_uri()]
    assert (shown.range.start.line, shown.message) == (3, "unknown key 'wird' (did you mean 'word'?)")
    assert editor.shown() == []


async def test_a_bundle_that_is_new_takes_documents_that_are_open(start: StartEditor, tmp_path: Path) -> None:
    write(tmp_path, "yes")
    editor = await start(options={"bundles": [str(tmp_path)]})
    uri = editor.open("yes\n", "a.other", "other")
    write(tmp_path, "no", "other")
    await editor.broken(uri)


async def test_what_a_client_tells_is_looked_at_at_once(start: StartEditor, tmp_path: Path) -> None:
    bundle = write(tmp_path, "yes")
    editor = await start(options={"bundles": [str(tmp_path)]})
    uri = editor.open("no\n", "a.lines", "lines")
    await editor.broken(uri)
    write(tmp_path, "no")
    change = types.FileEvent((bundle / "grammar.lark").as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    await editor.clean(uri)


async def test_a_bundle_in_a_workspace_is_no_bundle(start: StartEditor, tmp_path: Path) -> None:
    bundle = write(tmp_path, "yes")
    editor = await start()
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "w")
    event = types.WorkspaceFoldersChangeEvent(added=[folder], removed=[])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    uri = editor.open("no\n", "a.lines", "lines")
    save(editor, bundle / "grammar.lark")
    other = editor.open("a = ]\n")
    await editor.broken(other)
    assert not editor.errors(uri)


def save(editor: Editor, path: Path) -> None:
    editor.client.text_document_did_save(
        types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(path.as_uri()))
    )
