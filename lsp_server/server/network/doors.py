"""Sockets that listen, as event loops take connections from them: each is told of before TLS is agreed on.

An event loop that finds no descriptor left tries again after a pause, but asks on until then as often as it
would take connections. A door answers that there are none.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Sequence
from typing import Any

from lsp_server.server.network.port import listening_at

TELLS = os.name != "nt"
"""Whether connections are told of; on Windows event loops take them in another way."""

AT_ONCE = 8
"""So many connections are taken before what is to be closed is closed."""

_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def exhausted(error: OSError) -> bool:
    """Whether the system has no descriptor or no memory for a connection."""
    return error.errno in _EXHAUSTED


def failing(
    note: Callable[[str, BaseException], None],
) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """What an event loop is to call instead of printing errors, with words that may be a text's.

    Args:
        note: is told what was done and the error, but not of those that a door tells of.

    """

    def failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not (TELLS and "socket" in context):
            note("work in the background", context.get("exception") or RuntimeError())

    return failed


class Door(socket.socket):
    """A socket that listens.

    Args:
        fileno: the descriptor of one that does, which belongs to this one from now on.

    Attributes:
        met: is told of each connection.
        lacking: is called where the system has nothing left for one.

    """

    def __init__(self, fileno: int) -> None:
        super().__init__(fileno=fileno)
        self.met: Callable[[socket.socket], None] = lambda _: None
        self.lacking: Callable[[], None] = lambda: None
        self._pauses = False

    def listen(self, backlog: int = 0, /) -> None:
        """It does already."""

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection, and the address that it comes from.

        Raises:
            BlockingIOError: there is none now.
            OSError: it cannot be taken.

        """
        if self._pauses:
            self._pauses = False
            raise BlockingIOError
        try:
            connection, address = self.next()
        except OSError as error:
            if exhausted(error):
                self._pauses = True
                self.lacking()
            raise
        self.met(connection)
        return connection, address

    def next(self) -> tuple[socket.socket, Any]:
        """The next connection, of which nobody is told."""
        return super().accept()


def port_of(listeners: Sequence[Any]) -> int:
    """The port at which servers listen, whatever their address."""
    number: int = listeners[0].sockets[0].getsockname()[1]
    return number


def doors_at(host: str, port: int) -> list[Door]:
    """Doors at all addresses of a host.

    Raises:
        UsageError: it cannot be listened there.

    """
    return [Door(one.detach()) for one in listening_at(host, port)]
