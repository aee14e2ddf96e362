"""Starts a server on standard input and output, on a TCP port, or on a WebSocket port.

Each serves one client and then ends. The ports are for the machine itself: a web page must not be able
to drive the server, for a client names directories whose parsers are native code.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, NoReturn

from pygls.io_ import run_async, run_websocket

from lsp_server.errors import UsageError
from lsp_server.server.handlers import register
from lsp_server.server.language_server import THREADS, HolegramServer
from lsp_server.server.settings import Settings

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

_PATIENCE = 1.0
"""Seconds until a thread that does not stop is left alone."""

_LOCAL_PAGE = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
_HTTP_REQUEST = re.compile(rb"HTTP/\d(\.\d)?\s*$")


def create_server(settings: Settings) -> HolegramServer:
    """A server with all its handlers, not yet connected to anything."""
    # pygls also writes to standard error, with a traceback, what it reports to `report_server_error`.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = HolegramServer(settings)
    register(server)
    return server


def serve_stdio(settings: Settings | None = None) -> int:
    """Serve on standard input and output until the client says `exit` or goes away.

    Whatever else writes to standard output, a library's native code included, goes to standard error.

    Returns:
        The exit code: 0 if the client said `shutdown` first.

    """
    server = create_server(settings or Settings())
    server.collector.begin()
    output = sys.stdout.fileno()
    answers = os.fdopen(os.dup(output), "wb")
    os.dup2(sys.stderr.fileno(), output)
    with contextlib.suppress(BrokenPipeError), answers:
        server.start_io(sys.stdin.buffer, answers)
    return _end(server)


def serve_tcp(host: str, port: int, settings: Settings | None = None) -> int:
    """Serve the first client that connects to a TCP port.

    Returns:
        The exit code: 0 if the client said `shutdown` first.

    Raises:
        UsageError: the address cannot be listened on.

    """
    server = create_server(settings or Settings())
    return _run(server, _tcp(server, host, port))


def serve_ws(host: str, port: int, settings: Settings | None = None) -> int:
    """Serve the first client that connects to a WebSocket port; a web page only if it is a local one.

    Returns:
        The exit code: 0 if the client said `shutdown` first.

    Raises:
        UsageError: the address cannot be listened on.

    """
    server = create_server(settings or Settings())
    return _run(server, _ws(server, host, port))


def _run(server: HolegramServer, serving: Coroutine[None, None, None]) -> int:
    server.collector.begin()
    # pygls ends the process on `exit` by SystemExit, with a code of its own.
    with contextlib.suppress(SystemExit):
        asyncio.run(serving)
    return _end(server)


def _end(server: HolegramServer) -> int:
    """The exit code, once all threads have stopped; if one does not, the process ends here.

    A decode stops within a token, but a model that is being loaded cannot be interrupted. Nothing is
    written to disk, so nothing is lost.
    """
    server.close()
    patience = time.monotonic() + _PATIENCE
    for thread in threading.enumerate():
        if thread.name.startswith(THREADS):
            thread.join(max(0.0, patience - time.monotonic()))
            if thread.is_alive():
                leave(server.exit_code)
    return server.exit_code


def leave(code: int) -> NoReturn:
    """End the process with an exit code, and at once.

    Nothing is left to be written. What Python takes down before it ends is much in a server that was used
    for long, seconds of it, and a client may wait for the end before it starts the next.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


class _NoWebPage:
    """Reads messages, and nothing at all once a line shows that a browser is speaking HTTP."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        line = await self._reader.readline()
        return b"" if _HTTP_REQUEST.search(line) else line

    async def readexactly(self, count: int) -> bytes:
        return await self._reader.readexactly(count)


async def _tcp(server: HolegramServer, host: str, port: int) -> None:
    first = asyncio.get_running_loop().create_future()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first.done():
            writer.close()
        else:
            first.set_result((reader, writer))

    try:
        listener = await asyncio.start_server(connected, host, port)
    except OSError as error:
        raise _not_there(host, port, error) from None
    reader, writer = await first
    listener.close()
    server.protocol.set_writer(writer)
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        await run_async(
            threading.Event(), _NoWebPage(reader), server.protocol, None, server.report_server_error
        )
    writer.close()


async def _ws(server: HolegramServer, host: str, port: int) -> None:
    # Imported here because no other way of serving needs it.
    from websockets.asyncio.server import serve

    done = asyncio.Event()
    busy = False

    async def connected(socket: ServerConnection) -> None:
        nonlocal busy
        if not busy:
            busy = True
            await run_websocket(socket, threading.Event(), server.protocol, None, server.report_server_error)
            done.set()

    try:
        listener = await serve(connected, host, port, origins=[None, _LOCAL_PAGE], max_size=None)
    except OSError as error:
        raise _not_there(host, port, error) from None
    async with listener:
        await done.wait()


def _not_there(host: str, port: int, error: OSError) -> UsageError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return UsageError(f"cannot listen on {host}:{port}: {reason}", remedy="choose another address")
