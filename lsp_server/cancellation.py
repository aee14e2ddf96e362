"""How work ends that is not wanted any more: it asks on the way, and whoever has begun it catches this."""

from __future__ import annotations

from collections.abc import Callable


class StoppedError(Exception):
    """What was begun is not wanted any more."""


def check(cancelled: Callable[[], bool]) -> None:
    """Go on, unless it was cancelled.

    Raises:
        StoppedError: it was.

    """
    if cancelled():
        raise StoppedError
