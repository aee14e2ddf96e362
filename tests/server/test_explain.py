"""End to end: why there is a suggestion or none, and what is answered from memory."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.features.reasons import (
    IN_COMMENT,
    LOADING,
    NO_PLACE,
    NOT_MEANT,
    NOTHING_TO_ADD,
    OFF,
    ONLY_ASKED,
    OVERTAKEN,
    PENDING,
    UNLOADED,
    UNWANTED,
    Filter,
    filtered,
)
from tests.server.conftest import PATIENCE, Editor, Script, StartEditor

STAGES = {"prefix", "hole", "compile", "model", "mask", "oracle", "total"}
LONG = " + 1 - b * 23 / c + d % 4 - e"

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def explained(editor: Editor, uri: str, line: int, column: int) -> dict[str, Any]:
    params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
    answer: dict[str, Any] = _plain(await editor.raw({"method": "holegram/explain", "params": params}))
    for timings in (answer["timingsMs"], (answer["last"] or {}).get("timingsMs", {})):
        assert all(ms >= 0 for ms in timings.values())
    assert "total" in answer["timingsMs"]
    assert (
        answer["last"] is None
        or answer["last"]["reason"] == PENDING
        or ("answer" in answer["last"]["timingsMs"])
    )
    return answer


def _plain(value: Any) -> Any:
    """JSON as dictionaries, where the client makes objects of it."""
    if hasattr(value, "_fields"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


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


async def test_in_a_comment_that_is_the_reason(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"b = 2": ""})})
    uri = editor.open("b = 2\n# a note\nc = \n")
    assert not await editor.inline(uri, 0, 5)
    told = await explained(editor, uri, 1, 5)
    assert (told["reason"], told["offered"], told["expected"]) == (IN_COMMENT, 0, [])
    assert set(told["timingsMs"]) == STAGES
    assert (await explained(editor, uri, 0, 5))["reason"] == NOTHING_TO_ADD


async def test_a_dead_end_is_explained_by_what_could_stand_there(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"{ a(b: ": "}"})})
    uri = editor.open("{ a(b: ) }\n", "a.graphql", "graphql")
    assert not await editor.inline(uri, 0, 7)
    told = await explained(editor, uri, 0, 7)
    assert (told["reason"], told["offered"], told["expectedAt"]) == (NOT_MEANT, 0, None)
    assert {"`[`", "`{`", "a name"} <= set(told["expected"])
    assert (told["last"]["reason"], told["last"]["offered"]) == (NOT_MEANT, 0)
    assert {*STAGES, "answer"} == set(told["last"]["timingsMs"])


async def test_an_error_before_the_cursor_is_told_with_its_place_and_what_was_expected_there(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({"that = ": "1"})})
    uri = editor.open("type A {\n  of = = = = = = = = things that = \n}\n", "a.graphql", "graphql")
    assert not await editor.inline(uri, 1, 35)
    told = await explained(editor, uri, 1, 35)
    assert told["reason"].startswith("syntax error before the cursor, at 2:")
    assert told["expectedAt"] == {"line": 1, "character": 5}
    assert told["expected"] == ["`:`", "`(`"]
    assert "## What was expected at line 2, column 6\n\n- signs: `:`, `(`\n" in told["page"]
    assert (told["last"]["reason"], set(told["last"]["timingsMs"])) == (told["reason"], {*STAGES, "answer"})
    await editor.broken(uri)
    assert editor.errors(uri) == ["unexpected `=`; expected `:` or `(`"]


async def test_that_suggestions_come_only_with_the_key_or_are_off_is_told(
    start: StartEditor, script: Script
) -> None:
    model = script({"a = ": "west"})
    editor = await start(options={"model": model, "completion": {"eagerness": "subtle"}})
    uri = editor.open("a = \n")
    assert not await editor.inline(uri, 0, 4)
    assert (await explained(editor, uri, 0, 4))["reason"] == ONLY_ASKED
    assert await editor.inline(uri, 0, 4, asked=True)
    off = await start(options={"model": model, "completion": {"off": ["hcl"]}})
    uri = off.open("a = \n")
    assert not await off.inline(uri, 0, 4, asked=True)
    assert (await explained(off, uri, 0, 4))["reason"] == OFF


async def test_a_filter_is_named(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = 1": "e3"})})
    uri = editor.open("a = 1\n")
    assert not await editor.inline(uri, 0, 5)
    told = await explained(editor, uri, 0, 5)
    assert (told["reason"], told["last"]["reason"]) == (filtered([Filter.TREE]),) * 2
    assert "\n- 1 text: the syntax tree would have a new error\n" in told["page"]
    assert "line 1, column 6*" in told["page"]
    assert set(told["last"]["timingsMs"]) == {*STAGES, "answer"}


async def test_what_takes_too_long_is_timed_out_and_tried_again_when_asked_again(
    start: StartEditor, script: Script
) -> None:
    """Each token takes longer than all may, and none of the first two can be shown."""
    model = script({"a = ": "   [1]"}, delay=0.05)
    editor = await start(options={"model": model, "completion": {"timeoutMs": 1}})
    uri = editor.open("a = \n")
    assert not await editor.inline(uri, 0, 4)
    told = await explained(editor, uri, 0, 4)
    for reason in (told["reason"], told["last"]["reason"]):
        assert reason.startswith("time ran out: no text that fits was found in ")
    assert (told["recalled"], set(told["timingsMs"])) == (False, STAGES)
    assert told["timingsMs"]["total"] >= 1


HELD = """
import os
from lsp_server.cli import main
from lsp_server.models import loading

read_script = loading.read_script

def held(path):
    with open(os.environ["GATE"]) as gate:
        gate.read()
    return read_script(path)

loading.read_script = held
main()
"""
"""A server whose model is loaded once somebody has opened a named pipe and closed it."""


async def test_while_the_model_is_loading_that_is_the_reason(
    start: StartEditor, script: Script, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    editor = await start(
        program=(sys.executable, "-c", HELD),
        environment={"GATE": str(gate)},
        options={"model": script({"a = ": "west"})},
    )
    uri = editor.open("a = \n")
    _, answer = editor.start_inline(uri, 0, 4)
    async with asyncio.timeout(PATIENCE):
        while (told := await explained(editor, uri, 0, 4))["reason"] == UNLOADED:
            pass
    assert told["reason"] == LOADING
    assert set(told["timingsMs"]) == {"total", "loading"}
    await asyncio.to_thread(gate.write_text, "")
    assert [item.insert_text for item in (await answer).items] == ["west"]
    assert (await explained(editor, uri, 0, 4))["offered"] == 1


async def slow(start: StartEditor, script: Script, maximum: int) -> tuple[Editor, str]:
    """An editor whose model is loaded, and takes 50 ms for each of many tokens."""
    model = script({"a = 1": LONG, "b = 2": " + 3"}, delay=0.05)
    editor = await start(options={"model": model, "maxTokens": maximum})
    uri = editor.open("a = 1\nb = 2\nc = 3\n")
    await editor.inline(uri, 1, 5)
    return editor, uri


async def test_what_became_of_a_request_that_was_cancelled_is_remembered(
    start: StartEditor, script: Script
) -> None:
    editor, uri = await slow(start, script, 24)
    request, answer = editor.start_inline(uri, 0, 5)
    await explained(
        editor, "file:///of-no-document", 0, 0
    )  # answered at once: what was asked before has begun
    editor.cancel(request)
    with pytest.raises(Exception, match="cancel"):
        await answer
    told = await explained(editor, uri, 0, 5)
    assert (told["last"]["reason"], told["last"]["offered"]) == (UNWANTED, 0)
    assert told["offered"] == 1
    assert (await explained(editor, uri, 2, 5))["last"] is None
    editor.change(uri, ((2, 5), (2, 5), " "))
    assert (await explained(editor, uri, 0, 5))["last"] is None


async def test_an_explanation_stops_no_suggestion_for_another_place(
    start: StartEditor, script: Script
) -> None:
    editor, uri = await slow(start, script, 24)
    _, answer = editor.start_inline(uri, 0, 5)
    told = await explained(editor, uri, 1, 5)
    (item,) = (await answer).items
    assert item.insert_text.startswith(" + 1 - b")
    assert (told["offered"], told["last"]) == (1, None)


async def test_a_suggestion_for_another_place_comes_before_an_explanation(
    start: StartEditor, script: Script
) -> None:
    editor, uri = await slow(start, script, 400)
    asking = asyncio.create_task(explained(editor, uri, 0, 5))
    await asyncio.sleep(0)
    assert [item.insert_text for item in await editor.inline(uri, 1, 5)] == [" + 3"]
    told = await asking
    assert (told["reason"], told["offered"], told["last"]) == (OVERTAKEN, 0, None)


async def test_a_place_beyond_the_document_is_none(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("a = 1\n")
    told = await explained(editor, uri, 9, 0)
    assert (told["reason"], told["offered"], told["last"]) == (NO_PLACE, 0, None)


async def test_what_hinders_a_suggestion_from_being_made_at_all_is_told(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    unknown = editor.open("a", name="a.unknown", language_id="plaintext")
    assert "does not know its language" in (await explained(editor, unknown, 0, 1))["reason"]
    uri = editor.open("a = \n")
    assert (await explained(editor, uri, 0, 4))["reason"] in (UNLOADED, LOADING)
    silent = await start(options={"completion": {"enabled": False}})
    uri = silent.open("a = \n")
    assert "turned off" in (await explained(silent, uri, 0, 4))["reason"]


async def test_a_question_without_a_place_is_answered_with_null(start: StartEditor) -> None:
    editor = await start()
    assert await editor.raw({"method": "holegram/explain", "params": {}}) is None
