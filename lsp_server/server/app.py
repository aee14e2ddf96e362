"""Starts a server on standard input and output, for the editor that started it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import BinaryIO

from pygls.io_ import StdoutWriter

from lsp_server.server.client.frames import Frames
from lsp_server.server.client.talking import CHUNK, converse, framed
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.handlers import register
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.process.leaving import leave, leave_on_signals
from lsp_server.server.scheduling.workers import take_short_turns
from lsp_server.server.shared import THREADS, Shared

_PATIENCE = 1.0
"""Seconds until a thread that does not stop is left alone."""


def create_server(settings: Settings, shared: Shared | None = None) -> HolegramServer:
    """A server for one client with all its handlers, not yet connected to anything."""
    # pygls also writes to standard error, with a traceback, what it reports to `report_server_error`.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = HolegramServer(settings, shared)
    register(server)
    return server


def serve_stdio(settings: Settings | None = None) -> int:
    """Serve on standard input and output until the client says `exit` or goes away.

    Whatever else writes to standard output, a library's native code included, goes to standard error.

    Returns:
        The exit code: 0 if the client said `shutdown` first.

    """
    server = create_server(settings or Settings())
    leave_on_signals(lambda: server.exit_code)
    take_short_turns()
    gc.enable()  # off since the start
    output = sys.stdout.fileno()
    answers = os.fdopen(os.dup(output), "wb")
    os.dup2(sys.stderr.fileno(), output)
    with contextlib.suppress(BrokenPipeError), answers:
        asyncio.run(_talk(server, sys.stdin.buffer, answers))
    return end(server)


async def _talk(server: HolegramServer, questions: BinaryIO, answers: BinaryIO) -> None:
    # A thread of its own, since nobody can stop it where it waits: the process ends without it.
    reader = ThreadPoolExecutor(1, "standard input")
    read = partial(asyncio.get_running_loop().run_in_executor, reader, questions.read1, CHUNK)  # type: ignore[attr-defined]
    server.protocol.set_writer(StdoutWriter(answers))
    await converse(server.protocol, framed(read, Frames()))


def end(server: HolegramServer) -> int:
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
