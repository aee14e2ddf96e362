"""Who does what is handed in: threads, or where there are none, as in a browser, the event loop itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TURN_S = 0.0001
"""Seconds that a thread of Python has before another one may go on.

A pass of the model gives its turn away some fifty times, and waits that long for it each time while others
work: with Python's own 0.005, a suggestion took seconds as long as a large file was looked through.
"""


def take_short_turns() -> None:
    """Have the threads of this process wait less for each other."""
    sys.setswitchinterval(_TURN_S)


def workers(most: int, name: str) -> Executor:
    """So many threads at most, whose names begin so."""
    return LoopWorker() if sys.platform == "emscripten" else ThreadPoolExecutor(most, name)


def settle(future: Future[Any], work: Callable[[], Any]) -> None:
    """Do some work now, and give a future what comes of it."""
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)


class LoopWorker(Executor):
    """Does what is handed in one after the other, between what else the event loop does."""

    def __init__(self) -> None:
        self._closed = False

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Do something soon; what was not begun when this is shut down is not done."""
        future: Future[_T] = Future()
        asyncio.get_running_loop().call_soon(self._do, future, lambda: work(*args, **kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Begin nothing more."""
        self._closed = True

    def _do(self, future: Future[Any], work: Callable[[], Any]) -> None:
        if self._closed:
            future.cancel()
        if future.set_running_or_notify_cancel():
            settle(future, work)
