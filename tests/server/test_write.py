"""End to end: `holegram/write`, and the action that does what a comment says: what is written parses."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

from lsp_server.constraint import load_grammar
from lsp_server.lalr import check
from lsp_server.languages import load_registry
from tests.server.conftest import Editor, Script, StartEditor
from tests.server.test_code_action import actions, capable

HCL = load_registry().by_id("hcl")

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def written(editor: Editor, uri: str, **params: Any) -> Any:
    place = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 0}}
    return await editor.raw({"method": "holegram/write", "params": {**place, **params}})


def parses(text: str) -> bool:
    return check(load_grammar(HCL), text) is None


async def test_what_is_asked_for_in_words_is_written_at_the_cursor_and_in_place_of_a_range(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("a = 1\nb = 2\nc = 3\n")
    answer = await written(editor, uri, instruction="a variable for a number")
    assert (answer.range.start.line, answer.range.end.line) == (1, 1)
    assert parses(f"a = 1\n{answer.text}\nb = 2\nc = 3\n")
    changed = await written(
        editor, uri, instruction="a variable for a number", end={"line": 1, "character": 5}
    )
    assert changed.range.end.character == 5
    assert 'variable "' in changed.text
    assert parses(f"a = 1\n{changed.text}\nc = 3\n")


async def test_what_was_written_is_the_suggestion_at_its_place(start: StartEditor, script: Script) -> None:
    """So an editor shows it as ghost text, and nothing changes before a person takes it."""
    editor = await start(options={"model": script({})})
    uri = editor.open("a = 1\n\nc = 3\n")
    answer = await written(editor, uri, instruction="a variable for a number")
    assert answer.suggested
    for asked in (True, False):
        assert [item.insert_text for item in await editor.inline(uri, 1, 0, asked=asked)] == [answer.text]
    editor.change(uri, "a = 1\nvari\nc = 3\n")
    assert [f"vari{item.insert_text}" for item in await editor.inline(uri, 1, 4)] == [answer.text]
    editor.change(uri, "a = 1\nd = \nc = 3\n")
    assert not await editor.inline(uri, 1, 4)


async def test_what_replaces_something_or_stands_where_nothing_is_suggested_is_no_suggestion(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("a = 1\nb = 2\nc = 3\n")
    end = {"line": 1, "character": 5}
    answer = await written(editor, uri, instruction="a variable for a number", end=end)
    assert not answer.suggested
    assert not await editor.inline(uri, 1, 0)
    options = {"model": script({}), "completion": {"off": ["hcl"]}}
    silent = await start(options=options)
    answer = await written(silent, silent.open("a = 1\n\n"), instruction="a variable for a number")
    assert answer.text
    assert not answer.suggested


async def test_what_is_written_in_a_block_is_indented_as_its_line(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("group {\n  \n}\n")
    position = {"line": 1, "character": 2}
    answer = await written(editor, uri, position=position, instruction="a variable for a number")
    first, *middle, last = answer.text.splitlines()
    assert first.startswith("variable ")
    assert all(line.startswith("    ") for line in middle)
    assert last == "  }"


async def test_a_request_without_words_is_answered_with_an_error(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("a = 1\n\n")
    for instruction in ("", "x" * 100_001, 3):
        answer = await written(editor, uri, instruction=instruction)
        assert answer is None or getattr(answer, "reason", None) or isinstance(answer, types.ResponseError)


async def test_a_comment_can_be_written_from(start: StartEditor, script: Script) -> None:
    editor = await start(capabilities=capable(resolves=True), options={"model": script({})})
    uri = editor.open("# Queue for messages\n")
    found = {action.title: action for action in await actions(editor, uri, (1, 0))}
    chosen = await editor.client.code_action_resolve_async(found["Write from this comment"])
    assert chosen.edit is not None
    assert chosen.edit.changes is not None
    [edit] = chosen.edit.changes[uri]
    assert "aws_sqs_queue" in edit.new_text
    assert parses(f"# Queue for messages\n{edit.new_text}")
    other = editor.open("a = 1\n")
    assert "Write from this comment" not in {one.title for one in await actions(editor, other, (0, 3))}
