"""Work that somebody waits for goes first: other work rests meanwhile.

One thread of Python works at a time: a suggestion takes twice as long beside other work, which in a large
file goes on for twenty seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

_LONGEST = 1.0
"""Seconds for which work rests at a time, and then goes on all the same."""

_BETWEEN = 0.1
"""Seconds for which it goes on then."""


class Rank(IntEnum):
    """What work is, in order of precedence."""

    ASKED = 0
    """A person has asked for it, or types: a suggestion, a list."""
    SHOWN = 1
    """It is shown when it is done: errors."""
    KEPT = 2
    """Others need it later: names."""


class Precedence:
    """Knows what is being done for a client; any thread may ask.

    Args:
        clock: tells the time in seconds.

    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._working = dict.fromkeys(Rank, 0)
        self._changed = threading.Condition()
        self._rested = dict.fromkeys(Rank, -_BETWEEN)

    @contextmanager
    def at(self, rank: Rank) -> Iterator[None]:
        """What is done within has a rank."""
        with self._changed:
            self._working[rank] += 1
        try:
            yield
        finally:
            with self._changed:
                self._working[rank] -= 1
                self._changed.notify_all()

    def rest(self, rank: Rank) -> None:
        """Wait as long as something is done that goes before a rank, and not too long."""
        if self._is_free(rank) or self._clock() - self._rested[rank] < _BETWEEN:
            return
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free(rank), _LONGEST):
                self._rested[rank] = self._clock()

    def _is_free(self, rank: Rank) -> bool:
        return not any(self._working[before] for before in Rank if before < rank)
