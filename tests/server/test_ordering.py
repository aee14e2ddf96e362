"""The model orders a list as long as somebody waits for it, and in the text in which it was asked for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.features.lists.entry import Entry, Listing, Origin
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.text import Snapshot, Span
from tests.server.suggesting import URI, typed

ENTRIES = tuple(Entry(word, Span(4, 4), Origin.KEYWORD) for word in ("one", "two"))
LISTING = Listing(ENTRIES, Span(4, 4))


class Endless(ScriptedModel):
    """Its first pass goes on until it is stopped; after that it says "two"."""

    def __init__(self) -> None:
        super().__init__({"a = ": "two"})
        self.running = threading.Semaphore(0)
        self.stopped = 0

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        self.running.release()
        for _ in range(0 if self.stopped else 20_000):
            try:
                cancellation.check(cancelled)
            except StoppedError:
                self.stopped += 1
                raise
            time.sleep(0.001)
        return super().next_logits(tokens, count, cancelled)

    async def started(self) -> None:
        await asyncio.to_thread(self.running.acquire)


@pytest.fixture
def model() -> Endless:
    return Endless()


@pytest.fixture
def suggestions(model: Endless) -> Iterator[Suggestions]:
    async def loaded() -> Endless:
        return model

    with ThreadPoolExecutor(1) as worker:
        yield Suggestions(loaded, worker, lambda document: (), lambda message: None)


@pytest.fixture
def document() -> Document:
    return Session(load_registry()).open(Snapshot(URI, "hcl", 1, "a = "), Path("a.tf"))


def ordering(suggestions: Suggestions, document: Document) -> asyncio.Task[Sequence[Entry]]:
    async def entering() -> Listing:
        return LISTING

    return asyncio.create_task(suggestions.ranked(document, 4, entering))


async def test_a_list_that_nobody_waits_for_stops_the_model(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    task = ordering(suggestions, document)
    await model.started()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ordering(suggestions, document) == ENTRIES[::-1]
    assert model.stopped == 1


async def test_an_edit_stops_the_model_and_leaves_the_list_as_it_is(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    task = ordering(suggestions, document)
    await model.started()
    typed(suggestions, document, 0, "b")
    assert await task == ENTRIES
    assert model.stopped == 1


async def test_the_next_list_stops_the_model_for_the_one_before(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    first = ordering(suggestions, document)
    await model.started()
    assert await ordering(suggestions, document) == ENTRIES[::-1]
    assert await first == ENTRIES
    assert model.stopped == 1


async def test_a_document_that_is_closed_stops_the_model(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    task = ordering(suggestions, document)
    await model.started()
    suggestions.forget(URI)
    assert await task == ENTRIES
    assert model.stopped == 1


async def test_the_model_orders_what_comes_after_it_was_asked(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    model.stopped = 1
    there = asyncio.Event()

    async def entering() -> Listing:
        await there.wait()
        return LISTING

    task = asyncio.create_task(suggestions.ranked(document, 4, entering))
    await model.started()
    assert not task.done()
    there.set()
    assert await task == ENTRIES[::-1]


async def test_a_model_is_asked_no_more_once_it_is_late(
    suggestions: Suggestions, model: Endless, document: Document
) -> None:
    model.stopped = 1

    async def entering() -> Listing:
        return LISTING

    found = await suggestions.ranked(document, 4, entering, late=lambda: True)
    assert set(found) == set(ENTRIES)
    assert model.calls == 1
