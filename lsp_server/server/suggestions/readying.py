"""Makes a place ready before anything is asked for there: in the thread of the model, while nobody waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model

_RESTING = 0.1
"""Seconds that a cursor rests at a place before it is made ready for typing."""

CursorRest = tuple[str, int, int]
"""A document by its URI and revision, and an offset in it."""

ReadyingWork = Callable[["Model", threading.Event], object]
"""Is done in the model's thread, unless it is stopped."""


class Readying:
    """One place at a time: the last at which a cursor came to rest.

    Args:
        model: gives the model, or none if there is none; called in the event loop.
        run: does work in the model's thread.
        trace: is told what became of it, in one line.

    """

    def __init__(
        self,
        model: Callable[[], Awaitable[Model | None]],
        run: Callable[[Callable[[], object]], Awaitable[object]],
        trace: Callable[[str], None],
    ) -> None:
        self._model = model
        self._run = run
        self._trace = trace
        self._timer: asyncio.TimerHandle | None = None
        self._working: tuple[threading.Event, asyncio.Task[None]] | None = None
        self._place: CursorRest | None = None

    def rest_at(self, place: CursorRest, work: ReadyingWork, *, spare: bool) -> None:
        """A cursor has come to a place: if it rests there, and the model is to spare, the work is done."""
        if place == self._place:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._place = place
        if spare:
            self._timer = asyncio.get_running_loop().call_later(_RESTING, self.start, work)

    def start(self, work: ReadyingWork) -> None:
        """Begin some work at once, instead of what was begun before."""
        stop = threading.Event()
        self._timer = None
        if self._working is not None:
            self._working[0].set()
        self._working = (stop, asyncio.create_task(self._make_ready(work, stop)))

    def leave(self) -> None:
        """Let go of the place where the cursor rested: something is wanted, or the text has changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self._place = None
        if self._working is not None:
            self._working[0].set()
            self._working = None

    async def _make_ready(self, work: ReadyingWork, stop: threading.Event) -> None:
        try:
            model = await self._model()
            if model is not None:
                await self._run(partial(work, model, stop))
                self._trace("place made ready" if not stop.is_set() else "place left before it was ready")
        except Exception as error:  # nobody has asked for it, so nobody is told
            self._trace(f"place not made ready: {error}")
