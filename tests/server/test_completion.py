"""End to end: suggestions as ghost text and as lists, and when they stop."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from tests.counts import tries
from tests.server.conftest import Editor, Script, StartEditor, encodings

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG, HALF = " + " + "1" * 400, 100
"""A text that takes 200 tokens at most, and half of them."""

NOTING = """
import os
from lsp_server.cli import main
from lsp_server.features.lists import expecting
from lsp_server.server.suggestions import suggesting

def note(room, name):
    work = getattr(room, name)
    def noted(*given, **named):
        with open(os.environ["NOTES"], "a") as notes:
            notes.write(name + " ")
        return work(*given, **named)
    setattr(room, name, noted)

note(suggesting, "expected")
note(suggesting, "complete")
note(expecting.Expected, "ranked")
main()
"""
"""A server that notes down what its model is asked for."""


def cancelled(editor: Editor) -> list[int]:
    """How many tokens each suggestion had when it was cancelled."""
    return [
        int(trace.split()[1])
        for trace in editor.traces
        if trace.startswith("suggestion:") and trace.endswith("cancelled")
    ]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 15), ("utf-16", 13), ("utf-32", 12)])
async def test_ghost_text_stands_at_the_cursor(
    start: StartEditor, script: Script, encoding: str, column: int
) -> None:
    editor = await start(capabilities=encodings(encoding), options={"model": script({'"𝒳" = ': "1 }"})})
    uri = editor.open('m = { "𝒳" = \n')
    [item] = await editor.inline(uri, 0, column)
    assert item.insert_text == "1 }"
    assert item.range == types.Range(types.Position(0, column), types.Position(0, column))


async def test_list_holds_the_suggestion_and_the_letters_typed(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"= var.re": "gion"})})
    uri = editor.open('m = { "𝒳" = var.re }\n')
    await editor.inline(uri, 0, 19)  # the model is loaded
    answer = await editor.complete(uri, 0, 19)
    assert answer is not None
    [item] = [item for item in answer.items if item.label == "region"]
    assert item.filter_text == "region"
    assert item.text_edit == types.TextEdit(
        types.Range(types.Position(0, 17), types.Position(0, 19)), "region"
    )


async def test_a_closing_that_the_model_did_not_mean_is_shown_only_if_it_is_asked_for(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({"a = [7": "x y"})})
    uri = editor.open("a = [7\nb = 1\n")
    assert not await editor.inline(uri, 0, 6)
    assert "]" in [item.insert_text for item in await editor.inline(uri, 0, 6, asked=True)]
    assert not await editor.inline(uri, 0, 6)


async def test_suggestion_follows_the_edits(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "1", "b = ": "2"})})
    uri = editor.open("a = \n")
    assert [item.insert_text for item in await editor.inline(uri, 0, 4)] == ["1"]
    editor.change(uri, ((0, 0), (0, 1), "b"))
    assert [item.insert_text for item in await editor.inline(uri, 0, 4)] == ["2"]


async def test_ghost_text_and_list_for_one_keystroke_are_decoded_once(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({"a = ": '"west"', "b = ": "1"}, delay=0.005)})
    uri = editor.open("a = \nb = \n")
    await editor.inline(uri, 1, 4)  # a list does not wait for the model to be loaded
    editor.traces.clear()
    [ghost], entries = await asyncio.gather(editor.inline(uri, 0, 4), editor.complete(uri, 0, 4))
    assert entries is not None
    assert ghost.insert_text == '"west"'
    assert '"west"' in [item.filter_text for item in entries.items]
    told = [trace for trace in editor.traces if trace.startswith("suggestion:")]
    decoded = [int(trace.split()[1]) for trace in told if "from memory" not in trace]
    # On a busy machine what follows it has been made ahead by now, which is no more than an end.
    assert sum(tokens >= len('"west"') for tokens in decoded) == 1


async def test_a_list_does_not_wait_for_a_slow_suggestion_which_is_there_when_it_is_asked_for_again(
    start: StartEditor, script: Script
) -> None:
    slow = script({"}\n\nt": "ype B { b: Int }"}, delay=0.4)
    editor = await start(options={"model": slow, "completion": {"timeoutMs": 60_000}})
    uri = editor.open("type A { a: Int }\n\nt", "a.graphql", "graphql")
    await editor.complete(uri, 0, 0)  # the model is loaded, and the grammar read
    await editor.until(lambda: any(trace.startswith("suggestion:") for trace in editor.traces))
    editor.traces.clear()
    first = await editor.complete(uri, 2, 1)
    assert first is not None
    assert first.is_incomplete
    assert "suggested line" not in {item.detail for item in first.items}
    assert "type" in {item.label for item in first.items}
    await editor.until(lambda: any(trace.startswith("suggestion:") for trace in editor.traces))
    again = await editor.complete(uri, 2, 1)
    assert again is not None
    assert not again.is_incomplete
    assert "suggested line" in {item.detail for item in again.items}


async def test_the_model_is_asked_for_the_order_of_a_list_before_the_line_in_it(
    start: StartEditor, script: Script, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    editor = await start(
        program=(sys.executable, "-c", NOTING),
        environment={"NOTES": str(notes)},
        options={"model": script({"a = ": '"west"'}), "completion": {"timeoutMs": 0}},
    )
    uri = editor.open("b = 1\na = \n")
    await editor.complete(uri, 0, 0)  # the model is loaded
    await editor.until(lambda: any(trace.startswith("suggestion:") for trace in editor.traces))
    notes.write_text("", encoding="utf-8")
    entries = await editor.complete(uri, 1, 4)
    assert entries is not None
    assert "suggested line" in {item.detail for item in entries.items}
    assert notes.read_text(encoding="utf-8").split()[:3] == ["expected", "ranked", "complete"]


async def test_list_of_a_client_with_ghost_text_leaves_the_suggestion_to_that(
    start: StartEditor, script: Script
) -> None:
    shows = types.TextDocumentClientCapabilities(inline_completion=types.InlineCompletionClientCapabilities())
    editor = await start(
        capabilities=types.ClientCapabilities(text_document=shows),
        options={"model": script({"Int }\n": "type B { b: Int }"})},
    )
    uri = editor.open("type A { a: Int }\n\n", "a.graphql", "graphql")
    [ghost] = await editor.inline(uri, 1, 0)
    assert ghost.insert_text == "type B { b: Int }"
    listed = await editor.complete(uri, 1, 0)
    assert listed is not None
    assert "suggested line" not in {item.detail for item in listed.items}


async def test_a_keyword_of_a_list_is_explained_when_it_is_asked_for(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("\n", "a.graphql", "graphql")
    listed = await editor.complete(uri, 0, 0)
    assert listed is not None
    [keyword] = [item for item in listed.items if (item.label, item.detail) == ("interface", "keyword")]
    assert keyword.documentation is None
    told = (await editor.client.completion_item_resolve_async(keyword)).documentation
    assert isinstance(told, str)
    assert "interface" in told


async def test_a_name_of_a_list_has_a_kind_and_is_explained_as_a_hover_has_it(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({})})
    uri = editor.open("# Books.\ntype Book { a: Int }\ntype B { b: Bo }\n", "a.graphql", "graphql")
    listed = await editor.complete(uri, 2, 14)
    assert listed is not None
    [name] = [item for item in listed.items if item.label == "Book"]
    assert (name.kind, name.documentation) == (types.CompletionItemKind.Class, None)
    shown = "type Book { a: Int }\n\nBooks."
    assert (await editor.client.completion_item_resolve_async(name)).documentation == shown
    editor.change(uri, ((0, 0), (0, 0), "scalar Book2\n\n"))
    assert (await editor.client.completion_item_resolve_async(name)).documentation == shown
    editor.close(uri)
    assert (await editor.client.completion_item_resolve_async(name)).documentation is None


async def slow(start: StartEditor, script: Script) -> tuple[Editor, str]:
    """An editor whose model has taken its time once, so that it is loaded: 50 ms for each of many tokens."""
    model = script({"a = 1": LONG, "b = 2": " + 3"}, delay=0.05)
    editor = await start(options={"model": model, "maxTokens": 200})
    uri = editor.open("a = 1\nb = 2\n")
    await editor.inline(uri, 1, 5)
    editor.forget()
    return editor, uri


async def test_cancelled_request_stops_decoding(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    request, answer = editor.start_inline(uri, 0, 5)
    await asyncio.sleep(0.5)
    editor.cancel(request)
    with pytest.raises(Exception, match="cancel"):
        await answer
    await editor.until(lambda: cancelled(editor))
    assert cancelled(editor)[0] < HALF
    assert [item.insert_text for item in await editor.inline(uri, 1, 5)] == [" + 3"]


async def test_later_request_wins(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    _, first = editor.start_inline(uri, 0, 5)
    await asyncio.sleep(0.3)
    assert [item.insert_text for item in await editor.inline(uri, 1, 5)] == [" + 3"]
    assert await first is None
    assert cancelled(editor)[0] < HALF


async def test_change_makes_a_running_suggestion_moot(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    _, answer = editor.start_inline(uri, 0, 5)
    await asyncio.sleep(0.3)
    editor.change(uri, ((1, 0), (1, 0), "# note\n"))
    assert await answer is None
    assert cancelled(editor)[0] < HALF


async def test_closing_makes_a_running_suggestion_moot(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    _, answer = editor.start_inline(uri, 0, 5)
    await asyncio.sleep(0.3)
    editor.close(uri)
    assert await answer is None
    assert cancelled(editor)[0] < HALF


async def test_storm_of_requests_ends_with_the_right_answer(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    answers = []
    for number in range(100):
        request, answer = editor.start_inline(uri, 0, 5 if number % 2 else 0)
        answers.append(answer)
        if number % 3 == 0:
            editor.cancel(request)
        if number % 10 == 0:
            editor.change(uri, ((1, 0), (1, 0), "# note\n"))
    assert [item.insert_text for item in await editor.inline(uri, 11, 5)] == [" + 3"]
    await asyncio.gather(*answers, return_exceptions=True)
    assert editor.shown() == []


async def test_decoding_does_not_hold_up_diagnostics(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    _, answer = editor.start_inline(uri, 0, 5)
    other = editor.open("a = {\n")
    await editor.broken(other)
    assert not answer.done()
    editor.change(uri, "")
    assert await answer is None


async def test_server_ends_in_the_middle_of_a_suggestion(start: StartEditor, script: Script) -> None:
    editor, uri = await slow(start, script)
    _, answer = editor.start_inline(uri, 0, 5)
    await asyncio.sleep(0.2)
    await editor.client.shutdown_session()
    suggested = (await asyncio.gather(answer, return_exceptions=True))[0]
    assert not suggested or isinstance(suggested, BaseException)
    assert editor.client._server is not None
    assert editor.client._server.returncode == 0


async def test_server_ends_while_the_model_is_being_loaded(start: StartEditor, tmp_path: Path) -> None:
    # A folder makes the server import what a model needs, which takes seconds, before it finds it empty.
    editor = await start(options={"model": str(tmp_path)})
    _, answer = editor.start_inline(editor.open("a = \n"), 0, 4)
    await asyncio.sleep(0.3)
    await editor.client.shutdown_session()
    await asyncio.gather(answer, return_exceptions=True)
    assert editor.client._server is not None
    assert editor.client._server.returncode == 0


@pytest.mark.parametrize("position", [(5, 0), (2, 0), (1_000_000, 9)])
async def test_cursor_outside_of_the_text_has_no_suggestion(
    start: StartEditor, script: Script, position: tuple[int, int]
) -> None:
    editor = await start(options={"model": script({"a = ": "1"})})
    uri = editor.open("a = \n")
    assert await editor.inline(uri, *position) == []
    assert await editor.complete(uri, *position) is None


async def test_column_beyond_the_line_is_its_end(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "1"})})
    uri = editor.open("a = \r\nb = 2\r\n")
    [item] = await editor.inline(uri, 0, 999)
    assert item.range == types.Range(types.Position(0, 4), types.Position(0, 4))


async def test_no_suggestions_where_they_are_switched_off(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "1"}), "completion": {"enabled": False}})
    uri = editor.open("a = \n")
    assert await editor.inline(uri, 0, 4) == []
    assert await editor.complete(uri, 0, 4) is None


async def test_suggestion_in_a_large_file(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"a = ": "1"})})
    line = 'resource "kind" "name" {\n  value = "some text here"\n}\n'
    count = tries(500_000, 5_000_000) // len(line)
    uri = editor.open(line * count + "a = \n", "big.tf")
    assert [item.insert_text for item in await editor.inline(uri, 3 * count, 4)] == ["1"]


async def test_missing_model_is_told_once_and_diagnostics_go_on(start: StartEditor, tmp_path: Path) -> None:
    editor = await start(options={"model": str(tmp_path / "no-model")})
    uri = editor.open("a = \n")
    for _ in range(3):
        assert await editor.inline(uri, 0, 4) == []
        listed = await editor.complete(uri, 0, 4)
        assert listed is None or "suggested line" not in {item.detail for item in listed.items}
    [message] = editor.shown("no-model")
    assert message.type is types.MessageType.Warning
    assert "\n" not in message.message
    await editor.broken(uri)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such file"),
        ("[]", "not a script for the scripted model"),
        ('{"endings": {"a": 1}}', "not a script"),
    ],
)
async def test_script_that_cannot_be_used_is_one_line(
    start: StartEditor, tmp_path: Path, content: str | None, complaint: str
) -> None:
    path = tmp_path / "script.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    editor = await start(options={"model": f"scripted:{path}"})
    assert await editor.inline(editor.open("a = \n"), 0, 4) == []
    [message] = editor.shown(str(path))
    assert complaint in message.message


async def test_loading_is_announced_to_a_client_that_shows_it(start: StartEditor, script: Script) -> None:
    progress = types.ClientCapabilities(window=types.WindowClientCapabilities(work_done_progress=True))
    editor = await start(capabilities=progress, options={"model": script({"a = ": "1"})})
    uri = editor.open("a = \n")
    await editor.inline(uri, 0, 4)
    await editor.until(lambda: len(editor.client.progress_reports) == 1)
    await editor.inline(uri, 0, 0)
    assert len(editor.client.progress_reports) == 1


async def test_diagnostics_import_no_torch(start: StartEditor) -> None:
    editor = await start(program=(sys.executable, "-m", "lsp_server"))
    uri = editor.open("a = {\n")
    await editor.broken(uri)
    assert editor.client._server is not None
    maps = Path(f"/proc/{editor.client._server.pid}/maps")
    if not maps.exists():
        pytest.skip("this system does not say what a process has loaded")
    loaded = maps.read_text()
    assert "tree_sitter" in loaded
    assert "torch" not in loaded
    assert "llguidance" not in loaded


async def test_keywords_are_listed_while_the_model_is_being_loaded(
    start: StartEditor, tmp_path: Path
) -> None:
    # A folder makes the server import what a model needs, which takes seconds, before it finds it empty.
    editor = await start(options={"model": str(tmp_path)})
    uri = editor.open("type A { a: Int }\nsc\n", "a.graphql", "graphql")
    listed = await editor.complete(uri, 1, 2)
    assert listed is not None
    assert editor.shown() == []
    scalar = next(item for item in listed.items if item.label == "scalar")
    assert scalar.kind == types.CompletionItemKind.Keyword
    span = types.Range(types.Position(1, 0), types.Position(1, 2))
    assert scalar.text_edit == types.TextEdit(span, "scalar")


@pytest.mark.parametrize("typed", ["", "di"])
async def test_a_mistake_farther_down_leaves_the_list_as_it_is(
    start: StartEditor, script: Script, typed: str
) -> None:
    editor = await start(options={"model": script({})})
    sound, lists = "SELECT ?a\n{ ?a ?b ?c }\nLIMIT 10\n", []
    for name, text in (("a.rq", sound), ("b.rq", f"{sound}OFFSET (\nOFFSET 3\n")):
        uri = editor.open(text, name, "sparql")
        if typed:
            await editor.pulled(uri)
            editor.change(uri, ((0, 7), (0, 7), typed))
        listed = await editor.complete(uri, 0, 7 + len(typed))
        assert listed is not None
        lists.append({item.label for item in listed.items if item.detail == "keyword"})
    assert "DISTINCT" in lists[0]
    assert lists[0] == lists[1]


async def test_what_the_model_says_comes_before_keywords(start: StartEditor, script: Script) -> None:
    editor = await start(options={"model": script({"Int }\n": "type B { b: Int }"})})
    uri = editor.open("type A { a: Int }\n\n", "a.graphql", "graphql")
    await editor.inline(uri, 1, 0)
    listed = await editor.complete(uri, 1, 0)
    assert listed is not None
    ordered = sorted(listed.items, key=lambda item: str(item.sort_text))
    assert (ordered[0].detail, ordered[0].label) == ("suggested line", "type B { b: Int }")
    assert "scalar" in [item.label for item in ordered[1:]]


@pytest.mark.parametrize("ghost", [False, True])
async def test_what_the_model_expects_comes_first_among_what_the_grammar_has(
    start: StartEditor, script: Script, ghost: bool
) -> None:
    shows = types.InlineCompletionClientCapabilities() if ghost else None
    able = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(inline_completion=shows)
    )
    wanted = {"Int }\n": "input I { b: Int }", "id }\n": "directive @d on FIELD"}
    options = {"model": script(wanted), "completion": {"timeoutMs": 0}}
    editor = await start(capabilities=able, options=options)
    first = []
    for number, text in enumerate(("type A { a: Int }\n\n", "query Q { id }\n\n")):
        uri = editor.open(text, f"{number}.graphql", "graphql")
        await editor.inline(uri, 1, 0)  # the model is loaded
        listed = await editor.complete(uri, 1, 0)
        assert listed is not None
        ordered = sorted(listed.items, key=lambda item: str(item.sort_text))
        first.append(next(item.label for item in ordered if item.detail != "suggested line"))
    assert first == ["input", "directive"]
