"""Threads that many clients share: each has a lane, and the lanes take turns.

Work of one lane is done in order. Who has much to do waits behind who has little: after each piece of work
the next lane that has some comes, so that nobody is passed over and nobody gains by asking more often.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Turns:
    """Some threads, and the lanes that wait for them.

    Args:
        name: how the names of the threads begin.
        threads: how many there are.

    """

    def __init__(self, name: str, threads: int = 1) -> None:
        self._pool = ThreadPoolExecutor(threads, name)
        self._lock = threading.Lock()
        self._waiting: deque[Lane] = deque()
        """The lanes with work, each once, in the order in which they come. One that lets go of its work keeps
        its place, so that who asks anew all the time has a turn as well."""

    def lane(self) -> Lane:
        """A lane of its own."""
        return Lane(self)

    @property
    def waiting(self) -> int:
        """How many lanes wait."""
        return len(self._waiting)

    def close(self) -> None:
        """Begin nothing more; the threads end with what they do."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def add(self, lane: Lane, job: _Job) -> None:
        """Take in a piece of work."""
        with self._lock:
            lane.jobs.append(job)
            if lane not in self._waiting:
                self._waiting.append(lane)
        self._pool.submit(self._next)

    def clear(self, lane: Lane) -> None:
        """Let go of the work of a lane."""
        with self._lock:
            jobs = list(lane.jobs)
            lane.jobs.clear()
        for job in jobs:
            job.future.cancel()

    def _next(self) -> None:
        """Do one piece of work; there may be none, where some was let go of."""
        while True:
            with self._lock:
                if not self._waiting:
                    return
                lane = self._waiting.popleft()
                if not lane.jobs:
                    continue
                job = lane.jobs.popleft()
                if lane.jobs:
                    self._waiting.append(lane)
            if job.future.set_running_or_notify_cancel():
                job.run()
                return


@dataclass(frozen=True, eq=False, slots=True)
class _Job:
    work: Callable[[], Any]
    future: Future[Any]

    def run(self) -> None:
        try:
            self.future.set_result(self.work())
        except BaseException as error:
            self.future.set_exception(error)


class Lane(Executor):
    """What one client has done by shared threads."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._closed = False
        self.jobs: deque[_Job] = deque()

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Do something when its turn comes.

        Raises:
            RuntimeError: the lane is closed, as an `Executor` says it.

        """
        if self._closed:
            raise RuntimeError("this client is gone")
        future: Future[_T] = Future()
        self._turns.add(self, _Job(partial(work, *args, **kwargs), future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of what was not begun; the threads are not the lane's."""
        self._closed = True
        self._turns.clear(self)
