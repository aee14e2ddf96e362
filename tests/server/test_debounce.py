"""A request waits to be overtaken only where the last one for its document was, and not long ago."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lsp_server.features.recall import Wanted
from lsp_server.languages import Registry
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions import slots as module
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.text import Snapshot
from tests.server.suggesting import Decoder, texts


class Waits:
    """Stands in for time: tells which delays there were, and takes none."""

    def __init__(self) -> None:
        self.now = 0.0
        self.delays: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.delays.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def timed(waits: Waits) -> Iterator[Suggestions]:
    async def model() -> Any:
        return object()

    with ThreadPoolExecutor(1) as worker:
        yield Suggestions(
            model, worker, lambda document: (), lambda message: None, lambda: waits.now, waits.sleep
        )


async def overtaken(suggestions: Suggestions, decoder: Decoder, document: Document) -> None:
    """Ask for something, and edit before it is there."""
    task = asyncio.create_task(suggestions.ask(document, 1, Wanted(10_000)))
    await decoder.started()
    suggestions.edited(document)
    assert await task is None


async def test_the_first_request_waits_for_nothing(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    for offset in (1, 2, 3):
        assert await timed.ask(document, offset, Wanted(3)) is not None
    assert waits.delays == []


async def test_one_after_an_overtaken_one_waits_to_be_overtaken_too(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    await overtaken(timed, decoder, document)
    assert await timed.ask(document, 2, Wanted(3)) is not None
    assert waits.delays == [module._SETTLING]
    assert await timed.ask(document, 3, Wanted(3)) is not None
    assert waits.delays == [module._SETTLING]


async def test_one_after_a_cancelled_one_waits_too(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    task = asyncio.create_task(timed.ask(document, 1, Wanted(10_000)))
    await decoder.started()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await timed.ask(document, 2, Wanted(3)) is not None
    assert waits.delays == [module._SETTLING]


async def test_after_a_pause_nothing_is_waited_for(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    await overtaken(timed, decoder, document)
    waits.now += module._HASTE
    assert await timed.ask(document, 2, Wanted(3)) is not None
    assert waits.delays == []


async def test_in_another_document_nothing_is_waited_for(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    other = Session(Registry(())).open(Snapshot("file:///b", "x", 1, "abc"), Path("b"))
    await overtaken(timed, decoder, document)
    assert await timed.ask(other, 2, Wanted(3)) is not None
    assert waits.delays == []


async def test_an_answer_from_memory_waits_for_nothing(
    timed: Suggestions, waits: Waits, decoder: Decoder, document: Document
) -> None:
    assert texts(await timed.ask(document, 2, Wanted(3))) == ["xyz"]
    await overtaken(timed, decoder, document)
    made = len(decoder.tokens)
    assert texts(await timed.ask(document, 2, Wanted(3))) == ["xyz"]
    assert waits.delays == []
    assert len(decoder.tokens) == made
