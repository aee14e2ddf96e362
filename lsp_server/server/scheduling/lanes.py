"""Threads for the work of documents: that of one is done in order, and waits for that of no other.

A document that takes long has a thread to itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lsp_server.server.scheduling.workers import settle, workers

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class _LaneJob:
    work: Callable[[], Any]
    result: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        if self.result.set_running_or_notify_cancel():
            settle(self.result, self.work)


class Lanes:
    """One lane for each document, in which one piece of work follows the other.

    Args:
        name: how the names of the threads begin.
        most: so many documents are worked on at once; a thread that has nothing to do costs nothing.
        during: is entered for each piece of work.

    """

    def __init__(
        self, name: str, most: int = 32, during: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._threads = workers(most, name)
        self._lanes: dict[str, deque[_LaneJob]] = {}
        self._lock = threading.Lock()
        self._during = during
        self._closed = False

    async def run(self, uri: str, work: Callable[[], _T]) -> _T:
        """The result of work for a document; what is cancelled before its turn is not begun.

        Raises:
            CancelledError: nothing more is begun.

        """
        job = _LaneJob(work)
        with self._lock:
            if self._closed:
                raise asyncio.CancelledError
            lane = self._lanes.get(uri)
            if lane is None:
                self._lanes[uri] = deque([job])
                self._threads.submit(self._follow, uri)
            else:
                lane.append(job)
        result: _T = await asyncio.wrap_future(job.result)
        return result

    async def settled(self, seconds: float) -> None:
        """Wait until all that was to be done by now is done, so long at most."""
        with self._lock:
            busy = tuple(self._lanes)
        if not busy:
            return
        turns = [asyncio.ensure_future(self.run(uri, _nothing)) for uri in busy]
        _, waiting = await asyncio.wait(turns, timeout=seconds)
        for turn in waiting:
            turn.cancel()

    def shutdown(self) -> None:
        """Begin nothing more."""
        with self._lock:
            self._closed = True
            waiting = [job for lane in self._lanes.values() for job in lane]
        for job in waiting:
            job.result.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _follow(self, uri: str) -> None:
        """Do what is to be done for a document, until nothing is left."""
        with self._lock:
            lane = self._lanes[uri]
        while True:
            with self._during():
                lane[0].run()
            with self._lock:
                lane.popleft()
                if not lane:
                    del self._lanes[uri]
                    return


def _nothing() -> None:
    """What is waited for where only the turn counts."""
