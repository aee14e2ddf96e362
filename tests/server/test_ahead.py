"""What comes after a suggestion is made ahead, and who accepts that before it is done waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from lsp_server.features.recall import Wanted
from lsp_server.server.documents.session import Document
from lsp_server.server.suggestions import slots as module
from lsp_server.server.suggestions.slots import Suggestions
from tests.server.suggesting import Decoder, texts, typed

Pause = Callable[[], Awaitable[None]]


@pytest.fixture
def pause(
    suggestions: Suggestions, decoder: Decoder, document: Document, monkeypatch: pytest.MonkeyPatch
) -> Pause:
    """`await pause()` asks, and waits until what comes after that is being made ahead, without an end."""

    async def run() -> None:
        monkeypatch.setattr(module, "_PAUSE", 0.0)
        decoder.endless = 2
        await suggestions.ask(document, 1, Wanted(3, automatic=True))
        await decoder.started()
        await decoder.started()
        monkeypatch.setattr(module, "_PAUSE", 60.0)

    return run


async def test_after_a_pause_the_next_suggestion_is_there(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause
) -> None:
    await pause()
    assert suggestions._ahead is not None
    decoder.endless = None
    await suggestions._ahead.task
    document = typed(suggestions, document, 1, "xyz")
    assert texts(await suggestions.ask(document, 4, Wanted(3, automatic=True))) == ["xyz"]
    assert len(decoder.tokens) == 2


async def test_an_edit_stops_what_is_made_ahead(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause
) -> None:
    await pause()
    decoder.text = "q"
    document = typed(suggestions, document, 0, "q")
    assert texts(await suggestions.ask(document, 2, Wanted(3, automatic=True))) == ["q"]
    assert decoder.tokens[1] < 1000


@pytest.mark.parametrize("parts", [["xyz"], ["x", "yz"], ["x", "y", "z"]])
async def test_who_accepts_a_suggestion_waits_for_what_is_made_ahead(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause, parts: list[str]
) -> None:
    await pause()
    offset, asked = 1, Wanted(3, automatic=True)
    for part in parts[:-1]:
        document = typed(suggestions, document, offset, part)
        offset += len(part)
        assert texts(await suggestions.ask(document, offset, asked)) == ["xyz"[offset - 1 :]]
    document = typed(suggestions, document, offset, parts[-1])
    answer = asyncio.create_task(suggestions.ask(document, 4, asked))
    await asyncio.sleep(0)
    decoder.endless = None
    assert texts(await answer) == ["xyz"]
    assert len(decoder.tokens) == 2


async def test_who_waits_for_what_is_made_ahead_can_leave(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause
) -> None:
    await pause()
    document = typed(suggestions, document, 1, "xyz")
    answers = [asyncio.create_task(suggestions.ask(document, 4, Wanted(3, automatic=True))) for _ in range(2)]
    await asyncio.sleep(0)
    answers[0].cancel()
    await asyncio.sleep(0)
    assert not answers[1].done()
    answers[1].cancel()
    await asyncio.gather(*answers, return_exceptions=True)
    assert texts(await suggestions.ask(document, 4, Wanted(3, automatic=True))) == ["xyz"]
    assert (len(decoder.tokens), decoder.tokens[1] < 1000) == (3, True)


@pytest.mark.parametrize("wanted", [Wanted(3, candidates=3), Wanted(4, automatic=True)])
async def test_something_else_wanted_there_stops_what_is_made_ahead(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause, wanted: Wanted
) -> None:
    await pause()
    document = typed(suggestions, document, 1, "xyz")
    assert texts(await suggestions.ask(document, 4, wanted)) == ["xyz"]
    assert decoder.tokens[1] < 1000


async def test_who_waits_for_what_is_made_ahead_is_told_of_its_failure(
    suggestions: Suggestions, decoder: Decoder, document: Document, pause: Pause
) -> None:
    decoder.fails_after = 2
    await pause()
    document = typed(suggestions, document, 1, "xyz")
    answer = asyncio.create_task(suggestions.ask(document, 4, Wanted(3, automatic=True)))
    await asyncio.sleep(0)
    decoder.endless = None
    with pytest.raises(RuntimeError):
        await answer
    decoder.fails_after = None
    assert texts(await suggestions.ask(document, 4, Wanted(3, automatic=True))) == ["xyz"]
