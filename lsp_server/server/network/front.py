"""One port for several processes: this one takes each connection, and hands it to the one with the fewest.

A process of Python computes in one thread at a time, so that on several cores several serve more people. Each
has its own model, languages and threads. If one ends, its clients lose their connection, and another begins.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from lsp_server.errors import UsageError
from lsp_server.server.network.doors import exhausted, failing, port_of
from lsp_server.server.network.handing import POSSIBLE, ask, hand_on
from lsp_server.server.network.port import Port, listening_at
from lsp_server.server.network.vitals import Vitals, answer_watchers, vitals_from
from lsp_server.server.process.journal import Journal
from lsp_server.server.process.leaving import leave_on_signals

_PAUSE_S = 1.0
"""Seconds until another process begins where one has ended, or a connection could not be taken."""

_ANSWER_S = 5.0
"""Seconds in which a process has to tell its numbers."""

_REFUSED = 2
"""The exit code of who was started in a way that makes no sense."""


def serve_behind(port: Port, command: Sequence[str], many: int, health_at: tuple[str, int] | None) -> int:
    """Serve by so many processes until SIGINT or SIGTERM ends this one, and with it all.

    Args:
        port: where to listen.
        command: starts a process, once its number is put behind it.
        many: how many.
        health_at: where to answer who watches.

    Returns:
        The exit code: that of a process which would not start.

    Raises:
        UsageError: an address cannot be listened on, or the system cannot hand on connections.

    """
    if not POSSIBLE:
        raise UsageError("this system cannot hand on connections", remedy="leave out --processes")
    leave_on_signals(lambda: 0)
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    gc.enable()  # off since the start
    return asyncio.run(_Front(command, many).serve(port, health_at))


class _Front:
    """Belongs to the event loop."""

    def __init__(self, command: Sequence[str], many: int) -> None:
        self._journal = Journal()
        self._processes = [_Process(number, command) for number in range(1, many + 1)]
        self._ready = False

    async def serve(self, port: Port, health_at: tuple[str, int] | None) -> int:
        asyncio.get_running_loop().set_exception_handler(failing(self._journal.write_error))
        listeners = listening_at(port.host, port.port)
        health = None
        if health_at is not None:
            health = port_of(await answer_watchers(self._vitals, *health_at, self._note_lack))
        facts = port.facts(listeners[0].getsockname()[1], health)
        self._journal.write("listening", **facts, processes=len(self._processes))
        running = [asyncio.create_task(self._keep(process)) for process in self._processes]
        taking = [asyncio.create_task(self._take(listener)) for listener in listeners]
        done, _ = await asyncio.wait((*running, *taking), return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()

    async def _take(self, listener: socket.socket) -> int:
        """Hand on each connection."""
        while True:
            try:
                connection, _ = await asyncio.get_running_loop().sock_accept(listener)
            except OSError as error:
                if exhausted(error):
                    self._note_lack()
                await asyncio.sleep(_PAUSE_S)
                continue
            with connection:
                there = [one for one in self._processes if one.ready] or self._processes
                min(there, key=lambda process: process.connections).hand_on(connection)

    async def _keep(self, process: _Process) -> int:
        """Start a process whenever there is none; returns only where it would not start."""
        while True:
            code = await process.run(self._heard_ready)
            self._journal.write("process ended", process=process.number, code=code)
            was_ready, process.ready = process.ready, False
            if code == _REFUSED and not was_ready:
                return code
            await asyncio.sleep(_PAUSE_S)

    def _note_lack(self) -> None:
        self._journal.write("refused", why="exhausted")

    def _heard_ready(self) -> None:
        if not self._ready and all(process.ready for process in self._processes):
            self._ready = True
            self._journal.write("ready", processes=len(self._processes))

    async def _vitals(self) -> Vitals:
        """The numbers of all processes together."""
        return sum(await asyncio.gather(*(one.vitals() for one in self._processes)), Vitals())


class _Process:
    """One that serves; `line` leads to it while it is there."""

    def __init__(self, number: int, command: Sequence[str]) -> None:
        self.number = number
        self.connections = 0
        self.ready = False
        self.line: socket.socket | None = None
        self._command = (*command, str(number))
        self._asked: asyncio.Future[Vitals] | None = None

    async def run(self, heard_ready: Callable[[], None]) -> int:
        """Start it, and hear what it says to its end; returns its exit code."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.line, self.connections = ours, 0  # what is handed on now waits for it
        with ours:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=theirs.fileno(), stdout=asyncio.subprocess.PIPE
                )
            assert process.stdout is not None
            while line := await process.stdout.readline():
                self._hear(line)
                if self.ready:
                    heard_ready()
            self.line = None
        if self._asked is not None:
            self._asked.set_result(Vitals(silent=1))
            self._asked = None
        return await process.wait()

    def hand_on(self, connection: socket.socket) -> None:
        """Give it a connection, which ends if the process is gone or hears nothing."""
        with suppress(OSError):
            if self.line is not None:
                hand_on(self.line, connection)
                self.connections += 1

    async def vitals(self) -> Vitals:
        """Its numbers; of one that tells none only that it is silent."""
        with suppress(OSError, TimeoutError):
            if self.line is not None:
                if self._asked is None:
                    self._asked = asyncio.get_running_loop().create_future()
                    ask(self.line)
                async with asyncio.timeout(_ANSWER_S):
                    return await asyncio.shield(self._asked)
        return Vitals(silent=1)

    def _hear(self, line: bytes) -> None:
        with suppress(ValueError):
            said = json.loads(line)
            match said:
                case {"left": True}:
                    self.connections -= 1
                case {"ready": True}:
                    self.ready = True
                case {"vitals": numbers} if self._asked is not None:
                    self._asked.set_result(vitals_from(numbers))
                    self._asked = None


def command_of(arguments: Sequence[str]) -> tuple[str, ...]:
    """What starts a process with the same arguments as this one; its number comes behind."""
    return (sys.executable, "-m", "lsp_server", *arguments, "--handed")
