"""Who has connected and not said yet who it is: so many at most, counted from when they are taken.

They count while TLS is agreed on, which is before anything of them is read. Knows no protocol.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Taken(Protocol):
    """A connection: a socket, or what asyncio shows of one."""

    def fileno(self) -> int:
        """Its number; negative once it is closed."""

    def shutdown(self, how: int, /) -> None:
        """End it; who reads it closes it then."""


class Strangers:
    """Belongs to the event loop.

    Args:
        most: so many may be there; one more, and the one that has waited longest is let go.
        crowded: is called for each that is.

    """

    def __init__(self, most: int, crowded: Callable[[], None] = lambda: None) -> None:
        self._most = most
        self._crowded = crowded
        self._there: dict[int, Taken] = {}

    def meet(self, connection: Taken) -> None:
        """One more is there."""
        self._there = {number: one for number, one in self._there.items() if one.fileno() == number}
        if len(self._there) >= self._most:
            oldest = self._there.pop(next(iter(self._there)))
            self._crowded()
            with suppress(OSError):  # it has gone already
                oldest.shutdown(socket.SHUT_RDWR)
        self._there[connection.fileno()] = connection

    def know(self, connection: Taken) -> None:
        """One has said who it is."""
        self._there.pop(connection.fileno(), None)
