"""End to end, for every bundle: one document from opening to closing, and a request that is cancelled."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from lsp_server.languages import Language
from lsp_server.text import Encoding, LineIndex
from tests.server.conftest import ENCODED, Script, StartEditor, encodings
from tests.server.situations import endless_at, situation_of

DELAY = 0.005
"""Seconds that a scripted token takes."""

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("language", "encoding"), ENCODED)
async def test_document_is_followed_from_opening_to_closing(
    start: StartEditor, script: Script, language: Language, encoding: Encoding
) -> None:
    told = situation_of(language)
    options = {"model": script(told.script), "completion": {"eagerness": "eager"}}
    editor = await start(capabilities=encodings(encoding.value), options=options)
    assert editor.capabilities.position_encoding == encoding.value

    def at(text: str, offset: int) -> tuple[int, int]:
        return LineIndex(text).units_at(offset, encoding)

    uri = editor.open(told.text, f"a{language.extensions[0]}", language.id)
    await editor.clean(uri)

    here = at(told.text, told.place)
    editor.change(uri, (here, here, told.wrong))
    await editor.until(lambda: editor.errors(uri) == [problem.message for problem in told.problems])
    broken = told.text[: told.place] + told.wrong + told.text[told.place :]
    [first, *_] = editor.client.diagnostics[uri]
    assert (first.range.start.line, first.range.start.character) == at(broken, told.problems[0].span.start)
    editor.change(uri, (here, at(broken, told.place + len(told.wrong)), ""))
    await editor.clean(uri)

    # What somebody has just deleted is not suggested again: so the file is opened without it.
    editor.close(uri)
    uri = editor.open(
        told.text[: told.start] + told.text[told.end :], f"a{language.extensions[0]}", language.id
    )
    cursor = at(told.text, told.start)
    ghost, *_ = await editor.inline(uri, *cursor, asked=True)
    assert ghost.insert_text == told.removed
    assert ghost.range == types.Range(types.Position(*cursor), types.Position(*cursor))
    listed = await editor.complete(uri, *cursor)
    assert listed is not None
    edits = [entry.text_edit for entry in listed.items]
    texts = [edit.new_text for edit in edits if isinstance(edit, types.TextEdit)]
    assert any(told.removed.startswith(text) for text in texts)
    editor.change(uri, (cursor, cursor, str(ghost.insert_text)))
    errors = (one for one in await editor.pulled(uri) if one.severity is types.DiagnosticSeverity.Error)
    assert list(errors) == []

    editor.change(uri, (here, here, told.wrong))
    await editor.broken(uri)
    editor.close(uri)
    await editor.clean(uri)
    assert editor.shown() == []
    await editor.client.shutdown_session()
    assert editor.client._server is not None
    assert editor.client._server.returncode == 0


async def test_cancelled_request_stops_decoding(
    start: StartEditor, script: Script, language: Language
) -> None:
    told = situation_of(language)
    offset, endless = endless_at(language, told.text)
    model = script({**told.script, **endless}, delay=DELAY)
    editor = await start(options={"model": model, "maxTokens": 400})
    gap = told.text[: told.start] + told.text[told.end :]
    uri = editor.open(gap, f"a{language.extensions[0]}", language.id)
    hole = LineIndex(gap).units_at(told.start, Encoding.UTF16)
    other = editor.open(told.text, f"b{language.extensions[0]}", language.id)
    assert told.removed in [item.insert_text for item in await editor.inline(uri, *hole, asked=True)]

    def stopped_after() -> list[int]:
        return [
            int(trace.split()[1]) for trace in editor.traces if trace.endswith(", the request was cancelled")
        ]

    def stopped_once_more() -> bool:
        return len(stopped_after()) > before

    # How long it is until the first token depends on how busy the machine is.
    for wait in (0.5, 2, 8):
        before = len(stopped_after())
        place = LineIndex(told.text).units_at(offset, Encoding.UTF16)
        request, answer = editor.start_inline(other, *place, asked=True)
        await asyncio.sleep(wait)
        editor.cancel(request)
        with pytest.raises(Exception, match="cancel"):
            await answer
        await editor.until(stopped_once_more)
        if stopped_after()[-1]:
            break
    assert 1 <= stopped_after()[-1] <= 100 + wait / DELAY
    assert told.removed in [item.insert_text for item in await editor.inline(uri, *hole, asked=True)]
