"""What a client is written to: never waits for it. One that does not read is let go.

Both are what pygls calls a writer.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

UNREAD = 8_000_000
"""Bytes that may wait for a client to read them; the largest answers have about one million."""


class StreamWriter:
    """Writes to a TCP connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.slow = False

    def write(self, data: bytes) -> None:
        """Send a message some time; nothing to one that is gone."""
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() + len(data) > UNREAD:
            self.slow = True
            transport.abort()
            return
        self._writer.write(data)

    def close(self) -> None:
        """Is pygls' to call; who has opened the connection closes it."""


class SocketWriter:
    """Writes to a WebSocket; what is to be sent waits in a queue."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._sending: asyncio.Task[None] | None = None
        self.slow = False

    def write(self, data: bytes) -> None:
        """Send a message some time; nothing to one that is gone."""
        if self.slow:
            return
        if self._size + len(data) > UNREAD:
            self.slow = True
            self._queue.clear()
            self._socket.transport.abort()
            return
        self._queue.append(data)
        self._size += len(data)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())

    def close(self) -> None:
        """Is pygls' to call; who has opened the connection closes it."""

    async def drain(self) -> None:
        """Wait until all was sent."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _send(self) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            while self._queue:
                data = self._queue.popleft()
                await self._socket.send(data, text=True)
                self._size -= len(data)
        except ConnectionClosed:
            self._queue.clear()
        finally:
            self._sending = None
