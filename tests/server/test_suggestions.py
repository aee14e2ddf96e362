"""One slot per document: the latest request wins, and what nobody waits for stops."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lsp_server.features.recall import Wanted
from lsp_server.languages import Registry
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions import readying, suggesting
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.text import Edit, Snapshot, Span
from tests.server.suggesting import URI, Decoder, texts, typed


async def test_request_is_answered(suggestions: Suggestions, decoder: Decoder, document: Document) -> None:
    completion = await suggestions.ask(document, 2, Wanted(3))
    assert completion is not None
    assert completion.offset == 2


async def test_later_request_stops_the_earlier(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    first = asyncio.create_task(suggestions.ask(document, 1, Wanted(10_000)))
    await decoder.started()
    second = await suggestions.ask(document, 2, Wanted(3))
    assert await first is None
    assert second is not None
    assert second.offset == 2
    assert decoder.tokens[0] < 1000


async def test_request_that_was_overtaken_before_its_turn_is_never_decoded(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    tasks = [asyncio.create_task(suggestions.ask(document, offset, Wanted(3))) for offset in (0, 1, 2, 3)]
    answers = await asyncio.gather(*tasks)
    assert [answer is None for answer in answers] == [True, True, True, False]
    assert len(decoder.tokens) == 1


async def test_what_was_deleted_by_hand_is_told_to_who_makes_the_next_suggestion(
    suggestions: Suggestions, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Wanted] = []
    complete = suggesting.complete

    def noted(document: Document, beside: Any, offset: int, wanted: Wanted, *rest: Any) -> Any:
        asked.append(wanted)
        return complete(document, beside, offset, wanted, *rest)

    monkeypatch.setattr(suggesting, "complete", noted)
    shorter = document.edited((Edit(Span(1, 2), ""),), 2)
    for wanted in (Wanted(3, automatic=True), Wanted(3)):
        await suggestions.ask(shorter, 1, wanted)
    assert [wanted.deleted for wanted in asked] == [document.snapshot.text[1:2], ""]


async def test_documents_do_not_disturb_each_other(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    other = Session(Registry(())).open(Snapshot("file:///b", "x", 1, "abc"), Path("b"))
    answers = await asyncio.gather(
        suggestions.ask(document, 1, Wanted(3)), suggestions.ask(other, 1, Wanted(3))
    )
    assert None not in answers


async def test_cancelled_request_stops_within_a_token(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    task = asyncio.create_task(suggestions.ask(document, 1, Wanted(10_000)))
    await decoder.started()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = await suggestions.ask(document, 2, Wanted(1))
    assert after is not None
    assert decoder.tokens[0] < 1000


async def test_two_requests_for_one_place_share_the_work(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    first = asyncio.create_task(suggestions.ask(document, 1, Wanted(300)))
    second = asyncio.create_task(suggestions.ask(document, 1, Wanted(300)))
    await decoder.started()
    first.cancel()
    completion = await second
    assert completion is not None
    assert decoder.tokens == [300]
    assert texts(await suggestions.ask(document, 1, Wanted(300))) == texts(completion)
    assert decoder.tokens == [300]


async def test_shared_work_stops_when_the_last_one_waiting_leaves(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    tasks = [asyncio.create_task(suggestions.ask(document, 1, Wanted(10_000))) for _ in range(2)]
    await decoder.started()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await suggestions.ask(document, 2, Wanted(1))
    assert decoder.tokens[0] < 1000


async def test_change_stops_the_work_for_its_document(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    task = asyncio.create_task(suggestions.ask(document, 1, Wanted(10_000)))
    await decoder.started()
    suggestions.stop(URI)
    assert await task is None
    assert decoder.tokens[0] < 1000


async def test_failure_is_not_kept(suggestions: Suggestions, decoder: Decoder, document: Document) -> None:
    decoder.fails = True
    with pytest.raises(RuntimeError):
        await suggestions.ask(document, 1, Wanted(3))
    decoder.fails = False
    assert await suggestions.ask(document, 1, Wanted(3)) is not None


async def test_without_a_model_there_is_no_suggestion(decoder: Decoder, document: Document) -> None:
    async def model() -> None:
        return None

    with ThreadPoolExecutor(1) as worker:
        suggestions = Suggestions(model, worker, lambda document: (), lambda message: None)
        assert await suggestions.ask(document, 1, Wanted(3)) is None
    assert decoder.tokens == []


async def test_what_is_typed_of_a_suggestion_and_taken_back_asks_no_model(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    assert texts(await suggestions.ask(document, 1, Wanted(3))) == ["xyz"]
    document = typed(suggestions, document, 1, "x")
    assert texts(await suggestions.ask(document, 2, Wanted(3))) == ["yz"]
    document = typed(suggestions, document, 2, "y")
    assert texts(await suggestions.ask(document, 3, Wanted(3))) == ["z"]
    document = typed(suggestions, document, 1, "", removed=2)
    assert texts(await suggestions.ask(document, 1, Wanted(3))) == ["xyz"]
    assert len(decoder.tokens) == 1


async def test_typing_something_else_asks_the_model(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    await suggestions.ask(document, 1, Wanted(3))
    document = typed(suggestions, document, 1, "q")
    await suggestions.ask(document, 2, Wanted(3))
    document = typed(suggestions, document, 0, "q")
    await suggestions.ask(document, 3, Wanted(3))
    assert len(decoder.tokens) == 3


async def test_typing_something_else_and_taking_it_back_asks_no_model(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    await suggestions.ask(document, 1, Wanted(3))
    document = typed(suggestions, document, 0, "q")
    document = typed(suggestions, document, 0, "", removed=1)
    assert texts(await suggestions.ask(document, 1, Wanted(3))) == ["xyz"]
    document = typed(suggestions, document, 0, document.snapshot.text, removed=3)
    assert texts(await suggestions.ask(document, 1, Wanted(3))) == ["xyz"]
    assert len(decoder.tokens) == 1


async def test_what_is_typed_of_what_was_asked_for_asks_no_model(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    await suggestions.ask(document, 1, Wanted(3, candidates=3))
    document = typed(suggestions, document, 1, "x")
    assert texts(await suggestions.ask(document, 2, Wanted(3, automatic=True))) == ["yz"]
    assert len(decoder.tokens) == 1
    await suggestions.ask(document, 1, Wanted(3, automatic=True))
    await suggestions.ask(document, 1, Wanted(3, candidates=3))
    assert len(decoder.tokens) == 3


async def test_a_closed_document_is_forgotten(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    await suggestions.ask(document, 1, Wanted(3))
    suggestions.forget(URI)
    await suggestions.ask(document, 1, Wanted(3))
    assert len(decoder.tokens) == 2


@pytest.fixture
def readied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The offsets of places that were made ready, at once where a cursor rests."""
    found: list[int] = []

    def prepare(document: Document, offset: int, model: object, stop: threading.Event) -> None:
        if not stop.is_set():
            found.append(offset)

    monkeypatch.setattr(suggesting, "prepare", prepare)
    monkeypatch.setattr(readying, "_RESTING", 0.0)
    return found


async def _until_ready(suggestions: Suggestions) -> None:
    about = suggestions._readying
    while about._timer is not None:
        await asyncio.sleep(0.001)
    if about._working is not None:
        await about._working[1]


async def test_a_place_where_the_cursor_rests_is_made_ready_once(
    suggestions: Suggestions, readied: list[int], document: Document
) -> None:
    for offset in (1, 2, 2):
        suggestions.rest_at(document, offset)
    await _until_ready(suggestions)
    suggestions.rest_at(document, 2)
    await _until_ready(suggestions)
    assert readied == [2]


async def test_an_edit_moves_on_from_a_place_before_it_is_made_ready(
    suggestions: Suggestions, readied: list[int], document: Document
) -> None:
    suggestions.rest_at(document, 1)
    typed(suggestions, document, 1, "q")
    await _until_ready(suggestions)
    assert not readied


async def test_where_a_suggestion_was_asked_for_nothing_is_made_ready(
    suggestions: Suggestions, decoder: Decoder, readied: list[int], document: Document
) -> None:
    await suggestions.ask(document, 1, Wanted(3))
    suggestions.rest_at(document, 1)
    await _until_ready(suggestions)
    assert not readied
    suggestions.rest_at(document, 2)
    await _until_ready(suggestions)
    assert readied == [2]


async def test_a_suggestion_that_nobody_sees_is_short_and_not_remembered(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    suggestions.rehearse(document)
    await _until_ready(suggestions)
    assert decoder.tokens == [1]
    assert await suggestions.ask(document, 3, Wanted(1, automatic=True)) is not None
    assert decoder.tokens == [1, 1]


async def test_who_asks_stops_what_nobody_sees(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    decoder.endless = 1
    suggestions.rehearse(document)
    await decoder.started()
    assert await suggestions.ask(document, 3, Wanted(3)) is not None
    assert decoder.tokens[0] < 1000


async def test_where_a_suggestion_was_asked_for_none_is_made_that_nobody_sees(
    suggestions: Suggestions, decoder: Decoder, document: Document
) -> None:
    await suggestions.ask(document, 3, Wanted(3))
    suggestions.rehearse(document)
    await _until_ready(suggestions)
    assert len(decoder.tokens) == 1


async def test_what_goes_wrong_where_a_cursor_rests_is_only_traced(
    decoder: Decoder, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def model() -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(readying, "_RESTING", 0.0)
    told: list[str] = []
    with ThreadPoolExecutor(1) as worker:
        suggestions = Suggestions(model, worker, lambda document: (), told.append)
        suggestions.rest_at(document, 1)
        await _until_ready(suggestions)
    assert told == ["place not made ready: broken"]
