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
"""Seconds for which work rests at a time, and then goes on all the same.

Most suggestions in a file of 2 MB take less.
"""

_BETWEEN = 0.1
"""Seconds for which it goes on then: so it is done at last, and costs what goes first a tenth of the time."""


class Rank(IntEnum):
    """What work is, in order of precedence."""

    ASKED = 0
    """A person has asked for it, or types: a suggestion, a list."""
    SHOWN = 1
    """It is shown when it is done: errors."""
    WHOLE = 2
    """It is about all of a long text: names, folds, colours, the outline."""


def go_on() -> None:
    """What work calls on its way that is soon done: it need not rest."""


class Precedence:
    """Knows what is being done for a client; any thread may ask."""

    def __init__(self) -> None:
        self._working = dict.fromkeys(Rank, 0)
        self._changed = threading.Condition()

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

    def rests(self, rank: Rank, clock: Callable[[], float] = time.monotonic) -> Callable[[], None]:
        """What a piece of work of a rank, which takes long, is to call on its way.

        It waits as long as something is done that goes before the rank, and not too long; `clock` tells the
        time in seconds.
        """
        rested = -_BETWEEN

        def rest() -> None:
            nonlocal rested
            if self._is_free(rank) or clock() - rested < _BETWEEN:
                return
            with self._changed:
                if not self._changed.wait_for(lambda: self._is_free(rank), _LONGEST):
                    rested = clock()

        return rest

    def _is_free(self, rank: Rank) -> bool:
        return not any(self._working[before] for before in Rank if before < rank)
