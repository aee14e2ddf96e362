"""Who computes a suggestion, and when it stops: one slot per document, the latest request wins.

Knows neither the protocol nor how a suggestion is made. All of it runs in the event loop but the model,
which has one thread of its own; a flag that the decode loop polls between tokens is how it is stopped.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lsp_server.server.session import Document

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion

_Key = tuple[int, int, int]


@dataclass(eq=False, slots=True)
class _Job:
    key: _Key
    stop: threading.Event
    task: asyncio.Task[Completion | None]
    waiters: int = 0


class Suggestions:
    """The running suggestion of each document.

    Args:
        model: gives the model, or none if there is none; called in the event loop.
        worker: the one thread in which models run.
        trace: is told about each suggestion, in one line.

    """

    def __init__(
        self,
        model: Callable[[], Awaitable[Model | None]],
        worker: ThreadPoolExecutor,
        trace: Callable[[str], None],
    ) -> None:
        self._model = model
        self._worker = worker
        self._trace = trace
        self._jobs: dict[str, _Job] = {}

    async def ask(self, document: Document, offset: int, max_tokens: int) -> Completion | None:
        """A suggestion for one place in one version of a document; none if it was overtaken.

        A request for the same place in the same version shares the work of the first, as an editor that
        shows ghost text and a list asks twice. When nobody waits any more, the work stops.
        """
        job = self._job(document, offset, max_tokens)
        job.waiters += 1
        try:
            return await asyncio.shield(job.task)
        finally:
            job.waiters -= 1
            if not job.waiters and not job.task.done():
                job.stop.set()

    def stop(self, uri: str) -> None:
        """Stop the work for a document: what it asked for is moot."""
        job = self._jobs.pop(uri, None)
        if job is not None:
            job.stop.set()

    def stop_all(self) -> None:
        """Stop all work."""
        for uri in tuple(self._jobs):
            self.stop(uri)

    def _job(self, document: Document, offset: int, max_tokens: int) -> _Job:
        uri, key = document.snapshot.uri, (document.revision, offset, max_tokens)
        job = self._jobs.get(uri)
        if job is not None and job.key == key and not job.stop.is_set() and not _failed(job.task):
            return job
        self.stop(uri)
        stop = threading.Event()
        task = asyncio.create_task(self._run(document, offset, max_tokens, stop))
        self._jobs[uri] = job = _Job(key, stop, task)
        return job

    async def _run(
        self, document: Document, offset: int, max_tokens: int, stop: threading.Event
    ) -> Completion | None:
        model = await self._model()
        if model is None or stop.is_set():
            return None
        work = partial(_complete, document, offset, max_tokens, model, stop)
        completion = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        if completion is not None:
            outcome = completion.reason or f"{len(completion.items)} offered"
            total = completion.timings_ms.get("total", 0.0)
            self._trace(f"suggestion: {completion.tokens} tokens in {total:.0f} ms, {outcome}")
        return None if stop.is_set() else completion


def _failed(task: asyncio.Task[Completion | None]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _complete(
    document: Document, offset: int, max_tokens: int, model: Model, stop: threading.Event
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
        max_tokens=max_tokens,
    )
    return complete(request, model, stop.is_set)
