"""How long one may work on a suggestion: until nobody wants it any more, or until its time is up."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from time import perf_counter

OVERTIME = 1.2
"""After so many times its time all work is stopped.

In a text full of mistakes it may take tenths of a second to judge one text, and many are tried for an end.
"""


class Limit:
    """A limit of so many milliseconds, which begin when it is made, for work that may be `cancelled`.

    Both are polled. What was cancelled comes to nothing; where the time is up, what was found till then will
    do. That may have to be brought to an end first, for which there is a little more time.

    Attributes:
        exists: whether there is one.
        timed_out: whether anybody was told that the time is up, and so has left something untried.

    """

    def __init__(self, ms: float, cancelled: Callable[[], bool]) -> None:
        self.cancelled = cancelled
        self.exists = isfinite(ms)
        self.timed_out = False
        began = perf_counter()
        self._end, self._last = began + ms / 1000, began + OVERTIME * ms / 1000

    def late(self) -> bool:
        """Whether the time is up."""
        self.timed_out = self.timed_out or perf_counter() >= self._end
        return self.timed_out

    def stopped(self) -> bool:
        """Whether nothing is to go on, not even what was begun in time."""
        return self.cancelled() or (perf_counter() >= self._last and self.late())
