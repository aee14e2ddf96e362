"""Threads that many clients share: each has a lane, and who has waited longest comes first.

The work of one lane is done in order. How long a lane has waited counts from when its next piece of work was
handed in, or from when the last one was done if that was later: who has much to do gets no more than who has
little, and nobody gains by asking more often. Work that was let go of does not count.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from lsp_server.server.scheduling.workers import settle, workers

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Turns:
    """Some threads, and the lanes that wait for them.

    Args:
        name: how the names of the threads begin.
        threads: how many there are.
        clock: tells the time in seconds.

    """

    def __init__(self, name: str, threads: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = workers(threads, name)
        self._lock = threading.Lock()
        self._lanes: set[Lane] = set()
        """Those with work."""
        self._clock = clock

    def lane(self, during: Callable[[], AbstractContextManager[None]] = nullcontext) -> Lane:
        """A lane of its own; `during` is entered for each piece of work."""
        return Lane(self, during)

    @property
    def waiting(self) -> int:
        """How many lanes wait."""
        return len(self._lanes)

    def close(self) -> None:
        """Begin nothing more; the threads end with what they do."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def add(self, lane: Lane, work: Callable[[], Any], future: Future[Any]) -> None:
        """Take in a piece of work."""
        with self._lock:
            lane.jobs.append(_TurnJob(work, future, self._clock()))
            self._lanes.add(lane)
        self._pool.submit(self._next)

    def clear(self, lane: Lane) -> None:
        """Let go of the work of a lane."""
        with self._lock:
            jobs = list(lane.jobs)
            lane.jobs.clear()
            self._lanes.discard(lane)
        for job in jobs:
            job.future.cancel()

    def _next(self) -> None:
        """Do one piece of work; there may be none, where some was let go of."""
        while (taken := self._take()) is not None:
            lane, job = taken
            if job.future.set_running_or_notify_cancel():
                settle(job.future, job.work)
                lane.served = self._clock()
                return

    def _take(self) -> tuple[Lane, _TurnJob] | None:
        """The work that comes next."""
        with self._lock:
            for lane in tuple(self._lanes):
                while lane.jobs and lane.jobs[0].future.cancelled():
                    lane.jobs.popleft()
                if not lane.jobs:
                    self._lanes.remove(lane)
            if not self._lanes:
                return None
            first = min(self._lanes, key=lambda lane: max(lane.jobs[0].since, lane.served))
            job = first.jobs.popleft()
            if not first.jobs:
                self._lanes.remove(first)
            return first, job


@dataclass(frozen=True, eq=False, slots=True)
class _TurnJob:
    work: Callable[[], Any]
    future: Future[Any]
    since: float


class Lane(Executor):
    """What one client has done by shared threads."""

    def __init__(self, turns: Turns, during: Callable[[], AbstractContextManager[None]]) -> None:
        self._turns = turns
        self._during = during
        self._closed = False
        self.jobs: deque[_TurnJob] = deque()
        self.served = -math.inf

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Do something when its turn comes; what comes after the client is gone is cancelled at once."""
        future: Future[_T] = Future()
        if self._closed:
            future.cancel()
        else:
            self._turns.add(self, partial(self._do, work, *args, **kwargs), future)
        return future

    def _do(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        with self._during():
            return work(*args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of what was not begun; the threads are not the lane's."""
        self._closed = True
        self._turns.clear(self)
