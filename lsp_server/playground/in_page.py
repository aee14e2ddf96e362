"""The same server where there is none: in the page itself, in Pyodide, which `web/src/worker` starts.

Messages are those that go over a WebSocket else. It must not know what is in them, nor who shows it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

from lsp_server.playground.questions import equip
from lsp_server.server import Settings
from lsp_server.server.app import create_server
from lsp_server.server.client.talking import handle


class _PageWriter:
    """What pygls calls a writer: tells the page."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    def write(self, data: bytes) -> None:
        """Tell a message."""
        self._tell(data.decode())

    def close(self) -> None:
        """Is pygls' to call; the page is never closed from here."""


def answer(tell: Callable[[str], object]) -> Callable[[str], bool]:
    """Begin to serve the page; returns what each of its messages is to be given to.

    The page ticks by SIGINT: it is heeded only by a clock that is running.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = create_server(Settings())
    equip(server)
    server.protocol.set_writer(_PageWriter(tell), include_headers=False)
    return lambda message: handle(server.protocol, message.encode())
