"""Connections that another process has accepted: what `front` says to the processes behind it, and hears.

To a process it sends single bytes over the socket that is its standard input: one that a connection comes
with, as a descriptor (`sendmsg`, SCM_RIGHTS), and one that asks for numbers. It hears lines of JSON on the
process' standard output.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from lsp_server.errors import UsageError
from lsp_server.server.network.doors import Door
from lsp_server.server.process.leaving import leave

_CONNECTION = b"+"
_QUESTION = b"?"

POSSIBLE = hasattr(socket, "send_fds")
"""Whether the system lets a process hand on a connection."""


def hand_on(line: socket.socket, connection: socket.socket) -> None:
    """Give a connection to the process at the other end, which has it alone once it is closed here.

    Raises:
        OSError: the process is gone, or hears nothing.

    """
    socket.send_fds(line, [_CONNECTION], [connection.fileno()])


def ask(line: socket.socket) -> None:
    """Ask the process at the other end for its numbers.

    Raises:
        OSError: it is gone, or hears nothing.

    """
    line.send(_QUESTION)


class HandedSocket(Door):
    """What connections come from, as from a socket that listens; once nobody hands on more, the process ends.

    Args:
        asked: is called when numbers are asked for; they are told by `tell`.

    Raises:
        UsageError: nobody hands on anything.

    """

    def __init__(self, asked: Callable[[], None] = lambda: None) -> None:
        try:
            super().__init__(os.dup(sys.stdin.fileno()))
        except OSError:
            raise UsageError("no other process hands on connections", remedy="leave out --handed") from None
        self.asked = asked

    def next(self) -> tuple[socket.socket, Any]:
        """The next connection that was handed on; one for which there is no descriptor left is gone."""
        while True:
            said, descriptors, _, _ = socket.recv_fds(self, 1, 1)
            if not said:
                leave(0)
            if said == _QUESTION:
                self.asked()
            elif not descriptors:
                self.lacking()
                tell(left=True)
            for descriptor in descriptors:
                connection = _Handed(fileno=descriptor)
                try:
                    return connection, connection.getpeername()
                except OSError:  # it has gone meanwhile
                    connection.close()


class _Handed(socket.socket):
    """A connection whose end is told."""

    def close(self) -> None:
        """Close it, once."""
        if self.fileno() >= 0:
            tell(left=True)
        super().close()


def tell(**facts: Any) -> None:
    """Tell `front` something."""
    print(json.dumps(facts), flush=True)
