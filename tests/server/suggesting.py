"""Suggestions as they are tested without a model: what stands in for decoding, and how a text is edited."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lsp_server.features.completion import Completion, Suggestion
from lsp_server.features.recall import Wanted
from lsp_server.languages import Registry
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions import suggesting as module
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.text import Edit, Snapshot, Span

URI = "file:///a"


class Decoder:
    """Stands in for a decode: polls its flag between tokens of a millisecond each."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.running = threading.Semaphore(0)
        self.fails = False
        self.fails_after: int | None = None
        """The number of a decode that fails at its end."""
        self.text = "xyz"
        self.endless: int | None = None
        """The number of a decode, from 1, that goes on until it is stopped, or this is changed."""

    def __call__(
        self,
        document: Document,
        beside: Sequence[str],
        offset: int,
        wanted: Wanted,
        model: object,
        stop: threading.Event,
        limit_ms: float = 0.0,
        typed_away: frozenset[str] = frozenset(),
        names: object = None,
        store: object = None,
    ) -> Completion:
        self.tokens.append(0)
        self.running.release()
        if self.fails:
            raise RuntimeError("broken")
        number = len(self.tokens)
        while (number == self.endless or self.tokens[-1] < wanted.max_tokens) and not stop.is_set():
            time.sleep(0.001)
            self.tokens[-1] += 1
        if number == self.fails_after:
            raise RuntimeError("broken")
        reason = "cancelled" if stop.is_set() else None
        items = (Suggestion(self.text, offset, offset, 0.0, "end"),)
        return Completion("x", offset, items, {}, self.tokens[-1], reason, {})

    async def started(self) -> None:
        await asyncio.to_thread(self.running.acquire)


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Decoder:
    decoder = Decoder()
    monkeypatch.setattr(module, "complete", decoder)
    return decoder


@pytest.fixture
def suggestions() -> Iterator[Suggestions]:
    async def model() -> Any:
        return object()

    with ThreadPoolExecutor(1) as worker:
        yield Suggestions(model, worker, lambda document: (), lambda message: None)


@pytest.fixture
def document() -> Document:
    return Session(Registry(())).open(Snapshot(URI, "x", 1, "abc"), Path("a"))


def typed(suggestions: Suggestions, document: Document, offset: int, text: str, removed: int = 0) -> Document:
    edits = (Edit(Span(offset, offset + removed), text),)
    after = document.edited(edits, document.snapshot.version + 1)
    suggestions.edited(after)
    return after


def texts(completion: Completion | None) -> list[str]:
    return [] if completion is None else [item.text for item in completion.items]
