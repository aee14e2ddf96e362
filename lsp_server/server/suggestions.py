"""Who computes a suggestion, and when it stops: one slot per document, the latest request wins.

What was suggested already is answered from memory as long as the typing agrees with it. When nothing else
is asked for, what would be suggested next is worked out ahead. Knows neither the protocol nor how a
suggestion is made. All of it runs in the event loop but the model, which has one thread of its own; a flag
that the decode loop polls between tokens is how it is stopped.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from lsp_server.features.extent import opens_block
from lsp_server.features.recall import Recall, Wanted
from lsp_server.server.session import Document
from lsp_server.text import Edit, Span

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion

_PAUSE = 0.3
"""Seconds in which nothing is asked, after which the next suggestion is made ahead."""

_RESTING = 0.1
"""Seconds that a cursor rests at a place before it is made ready for typing."""

_SETTLING = 0.04
"""Seconds that a request waits, for a later one to overtake it, where the last one was overtaken."""

_Key = tuple[int, int, Wanted]


@dataclass(eq=False, slots=True)
class _Job:
    key: _Key
    stop: threading.Event
    task: asyncio.Task[Completion | None]
    waiters: int = 0


class Suggestions:
    """The running suggestion of each document, and those made before.

    Args:
        model: gives the model, or none if there is none; called in the event loop.
        worker: the one thread in which models run.
        beside: the texts near a document, those first that count most.
        trace: is told about each suggestion, in one line.
        limit_ms: the milliseconds that a suggestion may take.
        made: is given each suggestion that was made, also one that was cancelled.

    """

    def __init__(
        self,
        model: Callable[[], Awaitable[Model | None]],
        worker: ThreadPoolExecutor,
        beside: Callable[[Document], Sequence[str]],
        trace: Callable[[str], None],
        *,
        limit_ms: Callable[[Wanted], float] = lambda wanted: math.inf,
        made: Callable[[Document, int, Completion], None] = lambda document, offset, completion: None,
    ) -> None:
        self._model = model
        self._worker = worker
        self._beside = beside
        self._trace = trace
        self._limit_ms = limit_ms
        self._made = made
        self._jobs: dict[str, _Job] = {}
        self._recalls: dict[str, tuple[int, Recall]] = {}
        self._ahead: tuple[threading.Event, asyncio.Task[None]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._readying: tuple[threading.Event, asyncio.Task[None]] | None = None
        self._ready: tuple[str, int, int] | None = None
        self._hasty = False

    async def ask(self, document: Document, offset: int, wanted: Wanted) -> Completion | None:
        """A suggestion for one place in one version of a document; none if it was overtaken.

        A request for the same place in the same version shares the work of the first, as an editor that
        shows ghost text and a list asks twice. When nobody waits any more, the work stops.
        """
        self._rest()
        known = self._recall(document).at(offset, wanted)
        if known is not None:
            self.stop(document.snapshot.uri)
            self._trace(f"suggestion: {_outcome(known)}, from memory")
            self._look_ahead(document, known, wanted)
            return known
        job = self._job(document, offset, wanted)
        job.waiters += 1
        try:
            return await asyncio.shield(job.task)
        finally:
            job.waiters -= 1
            if not job.waiters and not job.task.done():
                job.stop.set()

    async def idle(self, uri: str) -> None:
        """Wait until nothing that was asked for in a document is being made: to ask then stops nothing."""
        while (job := self._jobs.get(uri)) is not None and not job.task.done():
            await asyncio.wait([job.task])

    def rest_at(self, document: Document, offset: int) -> None:
        """A cursor has come to a place: if it rests there, the place is made ready for the first letter.

        Where a suggestion was asked for it is ready already.
        """
        uri, place = document.snapshot.uri, (document.snapshot.uri, document.revision, offset)
        job = self._jobs.get(uri)
        if place == self._ready or (job is not None and job.key[:2] == place[1:]):
            return
        if self._resting is not None:
            self._resting.cancel()
        self._ready = place
        loop = asyncio.get_running_loop()
        self._resting = loop.call_later(_RESTING, self._start_readying, document, offset)

    def edited(self, before: Document, edits: Sequence[Edit], after: Document) -> None:
        """Follow a document: the work for its last version is moot, and so is what no longer fits it."""
        uri = after.snapshot.uri
        self._rest()
        self.stop(uri)
        self._recalls[uri] = (after.revision, self._recall(before).after(edits))

    def stop(self, uri: str) -> None:
        """Stop the work for a document: what it asked for is moot."""
        job = self._jobs.pop(uri, None)
        if job is not None:
            self._hasty = not job.task.done()
            job.stop.set()

    def forget(self, uri: str) -> None:
        """Stop the work for a document that is not followed any more, and let go of what was suggested."""
        self._rest()
        self.stop(uri)
        self._recalls.pop(uri, None)

    def stop_all(self) -> None:
        """Stop all work."""
        self._rest()
        for uri in tuple(self._jobs):
            self.stop(uri)

    def _recall(self, document: Document) -> Recall:
        revision, recall = self._recalls.get(document.snapshot.uri, (0, Recall()))
        return recall if revision == document.revision else Recall()

    def _keep(self, document: Document, completion: Completion, wanted: Wanted, typed: str = "") -> None:
        """Remember a completion for a version of a document, if that is still the last one asked about."""
        uri, recall = document.snapshot.uri, self._recall(document).having(completion, wanted, typed)
        if self._recalls.get(uri, (0,))[0] <= document.revision:
            self._recalls[uri] = (document.revision, recall)

    def _job(self, document: Document, offset: int, wanted: Wanted) -> _Job:
        uri, key = document.snapshot.uri, (document.revision, offset, wanted)
        job = self._jobs.get(uri)
        if job is not None and job.key == key and not job.stop.is_set() and not _failed(job.task):
            return job
        self.stop(uri)
        stop = threading.Event()
        task = asyncio.create_task(self._run(document, offset, wanted, stop))
        self._jobs[uri] = job = _Job(key, stop, task)
        return job

    async def _run(
        self, document: Document, offset: int, wanted: Wanted, stop: threading.Event
    ) -> Completion | None:
        if self._hasty:
            await asyncio.sleep(_SETTLING)
        completion = await self._make(document, offset, wanted, stop)
        if completion is None or stop.is_set():
            return None
        if completion.items or not completion.timed_out:  # Another time there may be time for more.
            self._keep(document, completion, wanted)
        self._look_ahead(document, completion, wanted)
        return completion

    async def _make(
        self, document: Document, offset: int, wanted: Wanted, stop: threading.Event
    ) -> Completion | None:
        model = await self._model()
        if model is None or stop.is_set():
            return None
        limit = self._limit_ms(wanted)
        work = partial(_complete, document, self._beside(document), offset, wanted, model, stop, limit)
        completion = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        if completion is not None:
            total = completion.timings_ms.get("total", 0.0)
            self._trace(f"suggestion: {completion.tokens} tokens in {total:.0f} ms, {_outcome(completion)}")
            self._made(document, offset, completion)
        return completion

    def _look_ahead(self, document: Document, completion: Completion, wanted: Wanted) -> None:
        """After a pause, make the suggestion for after this one is accepted."""
        self._rest()
        if completion.items:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_PAUSE, self._start_ahead, document, completion, wanted)

    def _start_ahead(self, document: Document, completion: Completion, wanted: Wanted) -> None:
        stop = threading.Event()
        self._ahead = (stop, asyncio.create_task(self._make_ahead(document, completion, wanted, stop)))

    async def _make_ahead(
        self, document: Document, completion: Completion, wanted: Wanted, stop: threading.Event
    ) -> None:
        item = completion.items[0]
        offset = item.start + len(item.text)
        accepted = document.edited((Edit(Span(item.start, item.end), item.text),), document.snapshot.version)
        try:
            made = await self._make(accepted, offset, wanted_at(accepted, offset, wanted), stop)
        except Exception as error:  # nobody has asked for it, so nobody is told
            self._trace(f"suggestion made ahead: {error}")
            return
        if made is not None and not stop.is_set():
            self._keep(document, made, wanted_at(accepted, offset, wanted), item.text)

    def _start_readying(self, document: Document, offset: int) -> None:
        stop = threading.Event()
        self._resting = None
        self._readying = (stop, asyncio.create_task(self._make_ready(document, offset, stop)))

    async def _make_ready(self, document: Document, offset: int, stop: threading.Event) -> None:
        try:
            model = await self._model()
            if model is not None:
                loop, work = asyncio.get_running_loop(), partial(_prepare, document, offset, model, stop)
                await loop.run_in_executor(self._worker, work)
                self._trace("place made ready" if not stop.is_set() else "place left before it was ready")
        except Exception as error:  # nobody has asked for it, so nobody is told
            self._trace(f"place not made ready: {error}")

    def _rest(self) -> None:
        """Let go of what is made ahead: something else is wanted, or the text has changed."""
        if self._resting is not None:
            self._resting.cancel()
            self._resting = self._ready = None
        if self._readying is not None:
            self._readying[0].set()
            self._readying = None
        if self._timer is not None:
            self._timer.cancel()
        if self._ahead is not None:
            self._ahead[0].set()
        self._timer = self._ahead = None


def wanted_at(document: Document, offset: int, wanted: Wanted) -> Wanted:
    """What is wanted at a cursor: a line, or several where it opens a block."""
    language, text = document.language, document.snapshot.text
    return replace(wanted, multiline=language is not None and opens_block(language, text, offset))


def _outcome(completion: Completion) -> str:
    return completion.reason or f"{len(completion.items)} offered"


def _failed(task: asyncio.Task[Completion | None]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _prepare(document: Document, offset: int, model: Model, stop: threading.Event) -> None:
    # Imported here for the same reason as below.
    from lsp_server.features.preparing import settle

    landmarks, prefix = document.landmarks(), document.prefix()
    if not stop.is_set() and landmarks is not None and prefix is not None:
        settle(landmarks, prefix, offset, model)


def _complete(
    document: Document,
    beside: Sequence[str],
    offset: int,
    wanted: Wanted,
    model: Model,
    stop: threading.Event,
    limit_ms: float = math.inf,
) -> Completion | None:
    # Imported here because it brings the mask engine, which diagnostics and a quick start do without.
    from lsp_server.features.completion import CompletionRequest, complete

    language, landmarks = document.language, document.landmarks()
    if stop.is_set() or language is None or landmarks is None:
        return None
    request = CompletionRequest(
        text=document.snapshot.text,
        offset=offset,
        language=language,
        landmarks=landmarks,
        prefix=document.prefix(),
        max_tokens=wanted.max_tokens,
        candidates=wanted.candidates,
        multiline=wanted.multiline,
        beside=beside,
        least=wanted.least,
        unasked=wanted.unasked,
        limit_ms=limit_ms,
    )
    return complete(request, model, stop.is_set)
