"""Many clients at once, on a TCP or a WebSocket port: each has its own session over what is `shared`.

A client that is slow, silent or gone costs the others nothing: until it has said who it is it has little time
and may send little, what it does not read is bounded, and so is how long it is silent. Over TCP the token is
in the options of `initialize`, since that is what every editor can send; nothing is done before it is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any

from lsp_server.server.app import create_server
from lsp_server.server.client.frames import BadFrame, Frames
from lsp_server.server.client.talking import CHUNK, converse, framed
from lsp_server.server.network.admission import PROTOCOL, token_in
from lsp_server.server.network.channels import SocketWriter, StreamWriter
from lsp_server.server.network.doors import AT_ONCE, TELLS, doors_at, failing, port_of
from lsp_server.server.network.handing import HandedSocket, tell
from lsp_server.server.network.port import Port
from lsp_server.server.network.site import Site
from lsp_server.server.network.strangers import Strangers
from lsp_server.server.network.vitals import Vitals, answer_watchers, told_of, vitals_of
from lsp_server.server.process.journal import Journal
from lsp_server.server.process.leaving import leave_on_signals
from lsp_server.server.scheduling.workers import take_short_turns
from lsp_server.server.shared import Shared

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

HELLO_S = 10.0
"""Seconds in which a client has to say who it is."""

_PARTING_S = 1.0
"""Seconds for which what a client still sends is read and thrown away, after the last word to it."""

_HELLO_BYTES = 1_000_000
"""Bytes of its first message at most: what an editor can do, and its folders."""

_MESSAGE_BYTES = 16_000_000
"""Bytes of any other at most."""

STRANGERS = 64
"""So many may be about to say who they are."""

_SELDOM = 1.0
"""Seconds in which connections that are refused for one reason are written down once."""

_WRONG = -32803
"""The code of the answer to who has no token (LSP 3.17, `RequestFailed`)."""

_Bodies = AsyncIterator[bytes | BadFrame]


class Service:
    """Takes connections; belongs to the event loop.

    Args:
        port: where and for whom.
        shared: what all clients have in common.
        journal: where it writes down what happens.
        site: the pages that it shows too, if there are some; then only these may connect.
        handed: where connections come from that another process takes at the port, if one does.

    """

    def __init__(
        self,
        port: Port,
        shared: Shared,
        journal: Journal,
        site: Site | None = None,
        handed: HandedSocket | None = None,
    ) -> None:
        self._site = site
        self._handed = handed
        self._port = port
        self._shared = shared
        self._journal = journal
        self._numbers = count(1)
        self._strangers = Strangers(STRANGERS, partial(self.refused, "crowd"))
        self._clients = 0
        self._written: dict[str, float] = {}

    async def listen(self) -> list[Any]:
        """Begin to listen, at each address of the host.

        Raises:
            UsageError: the address cannot be listened on.

        """
        at = self._port
        doors = doors_at(at.host, at.port) if self._handed is None else [self._handed]
        listeners = []
        for door in doors:
            door.met, door.lacking = self._strangers.meet, partial(self.refused, "exhausted")
            how: dict[str, Any] = {"sock": door, "backlog": AT_ONCE}
            if at.tls is not None:
                how |= {"ssl": at.tls, "ssl_handshake_timeout": HELLO_S}
            listening = self._listen_ws(how) if at.web else asyncio.start_server(self._take, **how)
            listeners.append(await listening)
        return listeners

    async def _listen_ws(self, how: dict[str, Any]) -> Any:
        from websockets.asyncio.server import ServerConnection, serve

        service = self

        class AnnouncedConnection(ServerConnection):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                service._meet(transport)

        return await serve(
            self._take_socket,
            **how,
            create_connection=AnnouncedConnection,
            origins=[None, *self._port.origins] if self._site is None else None,  # type: ignore[list-item]
            process_request=self._judge,
            select_subprotocol=lambda _, offered: next((one for one in offered if one == PROTOCOL), None),
            max_size=_MESSAGE_BYTES,
            max_queue=4,
            open_timeout=HELLO_S,
            compression=None,
        )

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse who has no token, before anything else is spoken."""
        if self._site is not None and (answer := self._site.answer(connection, request)) is not None:
            return answer
        if self._clients >= self._port.clients:
            self.refused("full")
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many clients.\n")
        given = request.headers.get_all("Authorization")
        offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(",")
        if self._port.tokens.place_of(token_in(given[0] if len(given) == 1 else None, offered)) is None:
            self.refused("token")
            return connection.respond(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.\n")
        self._know(connection.transport)
        return None

    async def _take_socket(self, connection: ServerConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        async def bodies() -> _Bodies:
            with contextlib.suppress(ConnectionClosed):
                while True:
                    async with asyncio.timeout(self._port.idle_s):
                        body = await connection.recv(decode=False)
                    yield body
                    await asyncio.sleep(0)

        writer = SocketWriter(connection)
        await self._serve(bodies(), writer, headers=False)
        await writer.drain()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection over TCP from its first message to its end."""
        self._meet(writer.transport)
        _keep_alive(writer.get_extra_info("socket"))
        frames, out = Frames(_HELLO_BYTES), StreamWriter(writer)
        bodies = framed(self._reading(reader), frames)
        try:
            async with aclosing(bodies):  # type: ignore[type-var]
                async with asyncio.timeout(HELLO_S):
                    first = await anext(bodies, None)
                frames.most = _MESSAGE_BYTES
                refusal = self._judge_message(first)
                if refusal is not None:
                    out.write(refusal)
                    return
                assert isinstance(first, bytes)
                self._know(writer.transport)
                await self._serve(_with_first(first, bodies), out, headers=True)
        except TimeoutError:
            self.refused("silent")
        except (ConnectionError, ssl.SSLError):
            self.refused("gone")
        finally:
            await _part(reader, writer)

    def _reading(self, reader: asyncio.StreamReader) -> Callable[[], Awaitable[bytes]]:
        async def read() -> bytes:
            async with asyncio.timeout(self._port.idle_s):
                return await reader.read(CHUNK)

        return read

    def _judge_message(self, first: bytes | BadFrame | None) -> bytes | None:
        """The answer to a first message after which nothing more is heard; None if all is well."""
        if first is None:
            return b""
        if isinstance(first, BadFrame):
            self.refused("page" if first.web else "frame")
            return b"" if first.web else _refusal(None, first.reason)
        number, method, token = _read_hello(first)
        if self._port.tokens and (
            method != "initialize" or not token or self._port.tokens.place_of(token) is None
        ):
            self.refused("token")
            return _refusal(number, "the token is missing or wrong (set 'token' in the start-up options)")
        if self._clients >= self._port.clients:
            self.refused("full")
            return _refusal(number, "there are too many clients")
        return None

    async def _serve(self, bodies: _Bodies, writer: StreamWriter | SocketWriter, *, headers: bool) -> None:
        """Serve a client that may come in, until it or the time is over."""
        shared, number, began = self._shared, next(self._numbers), time.monotonic()
        server = create_server(shared.settings, shared)
        server.protocol.set_writer(writer, include_headers=headers)
        if self._site is not None:
            self._site.equip(server)
        self._clients += 1
        shared.metrics.connections["accepted"] += 1
        self._journal.write("connected", client=number, clients=self._clients)
        why = "left"
        try:
            await converse(server.protocol, bodies, lenient=False)
        except TimeoutError:
            why = "idle"
        except ConnectionError:
            why = "gone"
        except Exception as error:
            why = "error"
            shared.note_error("a conversation", error)
        finally:
            why = "slow" if writer.slow else why
            self._clients -= 1
            server.close()
            server.leave_nothing()
            seconds = round(time.monotonic() - began, 1)
            self._journal.write("ended", client=number, why=why, seconds=seconds, clients=self._clients)

    def _meet(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there of whom no door could tell."""
        if not TELLS:
            self._strangers.meet(transport.get_extra_info("socket"))

    def _know(self, transport: asyncio.BaseTransport) -> None:
        """Somebody may come in."""
        self._strangers.know(transport.get_extra_info("socket"))

    def refused(self, why: str) -> None:
        """Count a connection that is not served, and write down why, once for many."""
        metrics, now = self._shared.metrics, time.monotonic()
        metrics.connections[why] += 1
        if now - self._written.get(why, -_SELDOM) >= _SELDOM:
            self._written[why] = now
            self._journal.write("refused", why=why, so_far=metrics.connections[why])


async def _with_first(first: bytes, bodies: _Bodies) -> _Bodies:
    yield first
    async for body in bodies:
        yield body


def _read_hello(body: bytes) -> tuple[Any, Any, str]:
    """Id, method and token of a first message, as far as it has them."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None, None, ""
    message = message if isinstance(message, dict) else {}
    params = message.get("params")
    options = params.get("initializationOptions") if isinstance(params, dict) else None
    token = options.get("token") if isinstance(options, dict) else None
    return message.get("id"), message.get("method"), token if isinstance(token, str) else ""


def _refusal(number: Any, reason: str) -> bytes:
    number = number if isinstance(number, int | str) else None
    error = {"code": _WRONG, "message": reason}
    body = json.dumps({"jsonrpc": "2.0", "id": number, "error": error}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def _part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close a connection so that what was said last is heard: one closed with bytes unread is reset."""
    with contextlib.suppress(OSError, RuntimeError, TimeoutError):
        if writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()
            async with asyncio.timeout(_PARTING_S):
                while await reader.read(CHUNK):
                    pass
    writer.close()


def _keep_alive(connection: socket.socket | None) -> None:
    """Let the system find out whether the other side is still there."""
    if connection is None:
        return
    options = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in options:
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def serve_site(port: Port, shared: Shared, site: Site, journal: Journal) -> int:
    """Serve pages, and those who open them, until SIGINT or SIGTERM ends the process.

    Raises:
        UsageError: the address cannot be listened on.

    """
    return _run(_serve_all(port, shared, journal, site=site))


def serve_many(port: Port, shared: Shared, health_at: tuple[str, int] | None = None) -> int:
    """Serve until SIGINT or SIGTERM ends the process.

    Raises:
        UsageError: an address cannot be listened on.

    """
    return _run(_serve_all(port, shared, Journal(), health_at))


def serve_handed(port: Port, shared: Shared, number: int) -> int:
    """Serve whoever `front` hands on, until it ends; the number is that of this process."""
    return _run(_serve_all(port, shared, Journal(process=number), handed=HandedSocket()))


def _run(serving: Coroutine[Any, Any, None]) -> int:
    leave_on_signals(lambda: 0)
    take_short_turns()
    for name in ("pygls", "websockets"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(serving)
    return 0


async def _serve_all(
    port: Port,
    shared: Shared,
    journal: Journal,
    health_at: tuple[str, int] | None = None,
    site: Site | None = None,
    handed: HandedSocket | None = None,
) -> None:
    shared.journal = journal

    async def told() -> Vitals:
        return vitals_of(shared)

    asyncio.get_running_loop().set_exception_handler(failing(shared.note_error))
    service = Service(port, shared, journal, site, handed)
    listeners = await service.listen()
    watched = []
    if health_at is not None:
        watched = await answer_watchers(told, *health_at, partial(service.refused, "exhausted"))
    gc.enable()  # off since the start
    for problem in shared.reloader.begin(shared.settings.bundles, shared.settings.parsers).problems:
        journal.write("bundle", problem=str(problem))
    if handed is not None:
        handed.asked = lambda: tell(vitals=told_of(vitals_of(shared)))
    else:
        journal.write("listening", **port.facts(port_of(listeners), port_of(watched) if watched else None))
        if site is not None:
            site.listening(port_of(listeners))
    model = await shared.models.begin()
    state = shared.models.status
    if site is None:
        await shared.learn_languages()
    journal.write("ready", model=model is not None, problem=state.message)
    if handed is not None:
        tell(ready=True)
    await asyncio.gather(*(listener.serve_forever() for listener in (*listeners, *watched)))
