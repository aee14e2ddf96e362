"""When objects that refer to each other in a circle are looked for: while nobody waits.

Python looks at all objects there are whenever a quarter of them is new, which takes a tenth of a second
where a long file is open, and comes just after a key was hit. Here that is left for a pause. What is made and
let go within moments is looked for as ever; most objects are in no circle, and go without any of this.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

_YOUNG = (10_000, 20, 1_000)
"""After so many new objects the young ones are looked at, after so many times of that those that are somewhat
older; all of them, where there is no pause at all, after 200 million."""

_PAUSE = 2.0
"""Seconds without a message that count as a pause."""

_SELDOM = 60.0
"""Seconds from one look at everything to the next, at least."""


class Collector:
    """Looks for garbage in pauses, once it was begun; belongs to the event loop.

    Args:
        collect: looks at everything.
        clock: tells the time in seconds.

    """

    def __init__(
        self, collect: Callable[[], object] = gc.collect, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._collect = collect
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None
        self._begun = False
        self._heard = 0.0
        self._due = 0.0

    def begin(self) -> None:
        """Leave no look at everything to chance, in all of this process."""
        gc.set_threshold(*_YOUNG)
        gc.enable()
        self._begun = True

    def touch(self) -> None:
        """Note that there was a message."""
        self._heard = self._clock()
        if self._begun and self._timer is None and self._heard >= self._due:
            self._wait(_PAUSE)

    def close(self) -> None:
        """Look no more."""
        self._begun = False
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._rest)

    def _rest(self) -> None:
        quiet = self._clock() - self._heard
        if quiet < _PAUSE:
            self._wait(_PAUSE - quiet)
            return
        self._timer = None
        self._collect()
        self._due = self._clock() + _SELDOM
