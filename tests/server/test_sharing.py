"""The model is shared with other clients: what comes too late is given up, what was asked for is not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from lsp_server.features.recall import Wanted
from lsp_server.server.documents.session import Document
from lsp_server.server.scheduling.turns import Turns
from lsp_server.server.suggestions.slots import Sharing, Suggestions
from tests.server.suggesting import Decoder, texts

AUTOMATIC, ASKED = Wanted(3, automatic=True), Wanted(3)


@dataclass
class Busy:
    """A client whose model's thread works for another one until it is let go."""

    suggestions: Suggestions
    go: threading.Event
    counted: list[str] = field(default_factory=list)


@pytest.fixture
async def busy() -> AsyncIterator[Busy]:
    async def model() -> Any:
        return object()

    turns, go, counted = Turns("busy"), threading.Event(), list[str]()
    turns.lane().submit(go.wait)
    sharing = Sharing(late_ms=0.0, spare=lambda: not turns.waiting, count=counted.append)
    made = Suggestions(model, turns.lane(), lambda _: (), lambda _: None, sharing=sharing)
    yield Busy(made, go, counted)
    go.set()
    turns.close()


async def test_what_nobody_asked_for_is_given_up_where_its_turn_comes_too_late(
    busy: Busy, decoder: Decoder, document: Document
) -> None:
    assert await busy.suggestions.ask(document, 2, AUTOMATIC) is None
    assert busy.counted == ["late"]
    busy.go.set()
    assert decoder.tokens == []


async def test_what_was_asked_for_waits_for_its_turn(
    busy: Busy, decoder: Decoder, document: Document
) -> None:
    asking = asyncio.create_task(busy.suggestions.ask(document, 2, ASKED))
    await asyncio.sleep(0)
    busy.go.set()
    assert texts(await asking)
    assert busy.counted == ["model"]


async def test_what_was_given_up_is_made_when_it_is_asked_for_again(
    busy: Busy, decoder: Decoder, document: Document
) -> None:
    assert await busy.suggestions.ask(document, 2, AUTOMATIC) is None
    asking = asyncio.create_task(busy.suggestions.ask(document, 2, ASKED))
    await asyncio.sleep(0)
    busy.go.set()
    assert texts(await asking)
    again = await busy.suggestions.ask(document, 2, ASKED)
    assert texts(again)
    assert busy.counted == ["late", "model", "memory"]
