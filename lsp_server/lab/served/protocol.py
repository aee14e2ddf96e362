"""pygls' side of a conversation with a server, over plain JSON; the only part of the lab that knows pygls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import IO, Any

from cattrs import Converter
from pygls.client import JsonRPCClient
from pygls.io_ import run, run_async
from pygls.protocol import JsonRPCProtocol


@dataclass(frozen=True, slots=True)
class Response:
    """What a request came to, and when it was read (`time.perf_counter`)."""

    result: Any
    error: dict[str, Any] | None
    at: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification of the server, and when it was read."""

    method: str
    params: Any
    at: float


class PlainProtocol(JsonRPCProtocol):
    """Messages as JSON has them: to make objects of them would take a part of the times.

    Attributes:
        read_at: when the last message was there, whatever it takes to read it.
        heard: is given each notification.
        strays: ids of answers that nobody waited for: to no request, or a second one.

    """

    read_at = 0.0
    heard: Callable[[Notice], None] = staticmethod(lambda notice: None)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.strays: list[Any] = []

    def structure_message(self, data: Any) -> Any:
        """Leave a message as it is."""
        return data

    def handle_message(self, message: Any) -> None:
        """Keep an answer for who waits for it, and answer what the server asks with nothing."""
        number, at = message.get("id"), self.read_at or perf_counter()
        if "method" in message and number is not None:
            items = (message.get("params") or {}).get("items", ())
            result = [None for _ in items] if message["method"] == "workspace/configuration" else None
            self._send_data({"jsonrpc": self.VERSION, "id": number, "result": result})
        elif "method" in message:
            self.heard(Notice(message["method"], message.get("params"), at))
        elif (waiting := self._request_futures.pop(number, None)) is None:
            self.strays.append(number)
        elif not waiting.cancelled():
            waiting.set_result(Response(message.get("result"), message.get("error"), at))

    def end(self) -> None:
        """The server is gone: nobody waits for it any more."""
        for waiting in tuple(self._request_futures.values()):
            waiting.cancel()


class _Stamped:
    """A pipe that notes when each message was there."""

    def __init__(self, pipe: IO[bytes], protocol: PlainProtocol) -> None:
        self._protocol = protocol
        self._read = pipe.read
        self.readline = pipe.readline

    def read(self, length: int) -> bytes:
        """The body of a message."""
        body = self._read(length)
        self._protocol.read_at = perf_counter()
        return body


def plain_protocol() -> PlainProtocol:
    """The protocol of one client that is not connected yet."""
    protocol = JsonRPCClient(PlainProtocol, Converter).protocol
    assert isinstance(protocol, PlainProtocol)
    return protocol


def listen(protocol: PlainProtocol, pipe: IO[bytes]) -> None:
    """Read what a server says, to its end."""
    run(Event(), _Stamped(pipe, protocol), protocol)


async def listen_async(protocol: PlainProtocol, reader: asyncio.StreamReader) -> None:
    """Read what a server says over a connection, to its end."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        await run_async(Event(), reader, protocol)
    protocol.end()
