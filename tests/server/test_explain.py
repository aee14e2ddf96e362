"""End to end: why there is a suggestion or none, and what is answered from memory."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, Script, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def explained(editor: Editor, uri: str, line: int, column: int) -> dict[str, Any]:
    params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    answer = await editor.raw({"method": "holegram/explain", "params": params})
    return {name: getattr(answer, name) for name in ("reason", "offered", "expected", "tokens", "recalled")}


async def test_what_is_typed_of_a_suggestion_is_answered_from_memory(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({"a = ": '"west"'})})
    uri = editor.open("a = \n")
    assert [item.insert_text for item in await editor.inline(uri, 0, 4)] == ['"west"']
    here = await explained(editor, uri, 0, 4)
    assert (here["recalled"], here["tokens"], here["offered"]) == (True, 0, 1)
    editor.change(uri, ((0, 4), (0, 4), '"we'))
    assert [item.insert_text for item in await editor.inline(uri, 0, 7)] == ['st"']
    editor.change(uri, ((0, 5), (0, 7), ""))
    assert [item.insert_text for item in await editor.inline(uri, 0, 5)] == ['west"']
    assert (await explained(editor, uri, 0, 5))["recalled"] is True
    assert sum("from memory" in trace for trace in editor.traces) == 4


async def test_a_block_that_is_typed_out_is_answered_from_memory(start: StartEditor, script: Script) -> None:
    block = "\n  b = 1\n  c = 2\n}"
    editor = await start(options={"model": script({"a {": block})})
    uri = editor.open("a {\n")
    assert [item.insert_text for item in await editor.inline(uri, 0, 3)] == [block]
    for number, letter in enumerate(block[:-1]):
        rest, typed = block[number + 1 :], block[:number]
        line, column = typed.count("\n"), len(("a {" + typed).rpartition("\n")[2])
        editor.change(uri, ((line, column), (line, column), letter))
        line, column = (line + 1, 0) if letter == "\n" else (line, column + 1)
        assert [item.insert_text for item in await editor.inline(uri, line, column)] == [rest]
    assert sum("from memory" in trace for trace in editor.traces) == len(block) - 1
    assert sum("tokens in" in trace for trace in editor.traces) == 1


async def test_brackets_in_comments_and_texts_open_no_block(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({'a = "x {': 'y"\nb = 1'})})
    uri = editor.open('a = "x {\n')
    assert [item.insert_text for item in await editor.inline(uri, 0, 8)] == ['y"']


async def test_several_are_offered_where_one_asks_for_them(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "west"})})
    uri = editor.open("a = \n")
    params = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Invoked),
        types.TextDocumentIdentifier(uri),
        types.Position(0, 4),
    )
    answer = await editor.client.text_document_inline_completion_async(params)
    assert isinstance(answer, types.InlineCompletionList)
    texts = [item.insert_text for item in answer.items]
    assert "west" in texts
    assert 1 < len(set(texts)) == len(texts) <= 3


async def test_a_dead_end_is_explained_by_what_could_stand_there(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"b = 2": ""})})
    uri = editor.open("b = 2\n# a note\nc = \n", language_id="hcl")
    await editor.inline(uri, 0, 5)
    comment = await explained(editor, uri, 1, 5)
    assert (comment["reason"], comment["offered"]) == ("the cursor is in a comment", 0)
    value = await explained(editor, uri, 2, 4)
    assert {"`[`", "`{`", "an identifier"} <= set(value["expected"])


async def test_what_hinders_a_suggestion_from_being_made_at_all_is_told(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    unknown = editor.open("a", name="a.unknown", language_id="plaintext")
    assert "no language" in (await explained(editor, unknown, 0, 1))["reason"]
    uri = editor.open("a = \n")
    assert "loaded" in (await explained(editor, uri, 0, 4))["reason"]
    silent = await start(options={"completion": {"enabled": False}})
    uri = silent.open("a = \n")
    assert "turned off" in (await explained(silent, uri, 0, 4))["reason"]


async def test_a_question_without_a_place_is_answered_with_null(start: StartEditor) -> None:
    editor = await start()
    assert await editor.raw({"method": "holegram/explain", "params": {}}) is None
