"""End to end: what the server tells of itself, and the grammar at a cursor; each only to who asks."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.decoding.matching import begins, derives
from tests.server.conftest import PATIENCE, Editor, Script, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKING = types.ClientCapabilities(
    experimental={"holegramStatus": True},
    workspace=types.WorkspaceClientCapabilities(configuration=True),
)


def told(editor: Editor) -> list[Any]:
    """What the server tells, as it comes."""
    statuses: list[Any] = []
    editor.client.feature("holegram/status")(lambda status: statuses.append(status))
    return statuses


def is_last(state: str, statuses: list[Any]) -> bool:
    return bool(statuses) and statuses[-1].state == state


async def test_a_client_that_asks_is_told_of_each_state_of_the_model(
    start: StartEditor, script: Script
) -> None:
    model = script({"a = ": "1"})
    editor = await start(capabilities=ASKING, options={"model": model})
    statuses = told(editor)
    uri = editor.open("a = \n")
    await editor.inline(uri, 0, 4)
    await editor.until(partial(is_last, "ready", statuses))
    states = [status.state for status in statuses]
    assert states[-2:] == ["loading", "ready"]
    assert set(states[:-2]) <= {"unloaded"}
    assert {status.model for status in statuses} == {model}
    assert statuses[-2].percentage == 0


async def test_a_model_that_cannot_be_loaded_is_told_with_the_reason(start: StartEditor) -> None:
    editor = await start(capabilities=ASKING, options={"model": "/no/such/model"})
    statuses = told(editor)
    await editor.inline(editor.open("a = \n"), 0, 4)
    await editor.until(partial(is_last, "failed", statuses))
    assert "no such folder" in statuses[-1].message


async def test_suggestions_that_are_turned_off_later_are_told_and_that_they_are_on_again(
    start: StartEditor, script: Script
) -> None:
    editor = await start(capabilities=ASKING, options={"model": script({})}, configuration={})
    statuses = told(editor)
    for enabled, state in ((False, "off"), (True, "unloaded")):
        editor.client.set_configuration({"holegram": {"completion": {"enabled": enabled}}})
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await editor.until(partial(is_last, state, statuses))


async def test_a_client_that_does_not_ask_is_told_nothing(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "1"})})
    statuses = told(editor)
    assert await editor.inline(editor.open("a = \n"), 0, 4)
    assert statuses == []


async def hole(editor: Editor, uri: str, line: int, column: int) -> Any:
    params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    return await editor.raw({"method": "holegram/hole", "params": params})


async def test_the_grammar_at_a_cursor_is_that_of_the_command_line(editor: Editor) -> None:
    uri = editor.open("# a note\na = \n")
    assert "start:" in (await hole(editor, uri, 1, 4)).grammar
    assert (await hole(editor, uri, 0, 5)).reason == "the cursor is in a comment"
    assert "no such position" in (await hole(editor, uri, 9, 0)).reason
    unknown = editor.open("a", name="a.unknown", language_id="plaintext")
    assert "does not know its language" in (await hole(editor, unknown, 0, 0)).reason


async def test_the_grammar_at_a_cursor_has_the_names_that_exist(start: StartEditor, tmp_path: Path) -> None:
    (tmp_path / "b.graphql").write_text("type Author { name: String }\n")
    editor = await start(folders=[tmp_path])
    uri, text = (tmp_path / "a.graphql").as_uri(), "type Book { title: \n}\n"
    item = types.TextDocumentItem(uri, "graphql", 1, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    async with asyncio.timeout(PATIENCE):
        while begins((await hole(editor, uri, 0, 19)).grammar, "Autor"):
            pass  # not all files are read yet
    assert derives((await hole(editor, uri, 0, 19)).grammar, "Author")


async def test_a_question_without_a_place_is_answered_with_null(editor: Editor) -> None:
    assert await editor.raw({"method": "holegram/hole", "params": {"position": {}}}) is None
