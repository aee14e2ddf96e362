"""Who has not said who it is: so many at most, also while TLS is agreed on, and at the health port."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_server.errors import UsageError
from lsp_server.server.configuration.limits import team
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.network import front
from lsp_server.server.network.admission import AccessTokens, tls_of
from lsp_server.server.network.doors import Door, doors_at
from lsp_server.server.network.handing import HandedSocket
from lsp_server.server.network.port import Port
from lsp_server.server.network.service import STRANGERS, Service
from lsp_server.server.network.strangers import Strangers
from lsp_server.server.network.vitals import WATCHERS, Vitals, answer_watchers
from lsp_server.server.process.journal import Journal
from lsp_server.server.shared import Shared
from tests.server.conftest import PATIENCE
from tests.server.service import certificate

MORE = 20
"""So many more connect than may be there."""


@pytest.fixture
def shared() -> Iterator[Shared]:
    made = Shared(Settings(), team(0))
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Connections, each with its other side."""
    made = [socket.socketpair() for _ in range(4)]
    yield made
    for pair in made:
        for one in pair:
            one.close()


def gone(other: socket.socket) -> bool:
    other.setblocking(False)
    try:
        return other.recv(1) == b""
    except BlockingIOError:
        return False


def test_one_more_and_the_one_that_has_waited_longest_is_let_go(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    crowded: list[None] = []
    strangers = Strangers(2, lambda: crowded.append(None))
    for ours, _ in pairs[:3]:
        strangers.meet(ours)
    assert [gone(theirs) for _, theirs in pairs] == [True, False, False, False]
    assert len(crowded) == 1


def test_who_is_known_or_has_gone_does_not_count(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    strangers = Strangers(2)
    (known, _), (left, _), *others = pairs
    strangers.meet(known)
    strangers.know(known)
    strangers.meet(left)
    left.close()
    for ours, _ in others:
        strangers.meet(ours)
    assert not any(gone(theirs) for _, theirs in [pairs[0], *others])


async def ends_of_the_oldest(port: int, many: int) -> list[bool]:
    """Let some more connect than may be, who say nothing; which are there once the first are let go."""
    ends = [await asyncio.open_connection("127.0.0.1", port) for _ in range(many + MORE)]
    for reader, _ in ends[:MORE]:
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
    open_still = [not reader.at_eof() and reader.exception() is None for reader, _ in ends[MORE:]]
    for _, writer in ends:
        writer.transport.abort()
    return open_still


@contextlib.asynccontextmanager
async def closing(listeners: list[Any]) -> AsyncIterator[int]:
    """The port of what listens, which is closed at the end."""
    yield listeners[0].sockets[0].getsockname()[1]
    for listener in listeners:
        listener.close()
        await listener.wait_closed()
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("web", [False, True])
@pytest.mark.parametrize("encrypted", [False, True])
async def test_who_connects_and_says_nothing_is_bounded(
    shared: Shared, tmp_path: Path, web: bool, encrypted: bool
) -> None:
    tls = tls_of(*certificate(tmp_path)) if encrypted else None
    journal = io.StringIO()
    port = Port("127.0.0.1", 0, web=web, tls=tls, tokens=AccessTokens((b"none",)))
    service = Service(port, shared, Journal(journal))
    async with closing(await service.listen()) as number:
        assert await ends_of_the_oldest(number, STRANGERS) == [True] * STRANGERS
    assert shared.metrics.connections["crowd"] == MORE
    written = [json.loads(line) for line in journal.getvalue().splitlines()]
    assert {(line["event"], line["why"]) for line in written} <= {("refused", "crowd"), ("refused", "gone")}


async def test_who_watches_and_asks_nothing_is_bounded_and_another_is_answered() -> None:
    async def well() -> Vitals:
        return Vitals()

    async with closing(await answer_watchers(well, "127.0.0.1", 0)) as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(WATCHERS + MORE)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), PATIENCE)).startswith(b"HTTP/1.1 200")
        for _, one in (*idle, (reader, writer)):
            one.transport.abort()
        assert await ends_of_the_oldest(port, WATCHERS) == [True] * WATCHERS


async def test_who_watches_has_to_ask_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def well() -> Vitals:
        return Vitals()

    monkeypatch.setattr("lsp_server.server.network.vitals._REQUEST_S", 0.0)
    async with closing(await answer_watchers(well, "127.0.0.1", 0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        writer.close()


def test_a_host_is_listened_at_where_the_machine_has_its_addresses_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (four,) = socket.getaddrinfo("127.0.0.1", 0, type=socket.SOCK_STREAM)
    six = (socket.AF_INET6, *four[1:4], ("::1", 0, 0, 0))
    create = socket.create_server

    def create_server(address: Any, *, family: int, backlog: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "none")
        return create(address, family=family, backlog=backlog)

    monkeypatch.setattr(socket, "create_server", create_server)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [six, four, four])
    [door] = doors_at("localhost", 0)
    assert door.getsockname()[0] == "127.0.0.1"
    door.close()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [six])
    with pytest.raises(UsageError, match=r"cannot listen on localhost:1: Cannot assign"):
        doors_at("localhost", 1)


def without_descriptors(*_: Any) -> Any:
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


async def test_a_door_without_descriptors_says_so_once_and_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop asks a hundred times for connections, and tries again in an hour."""
    monkeypatch.setattr("asyncio.constants.ACCEPT_RETRY_DELAY", 3_600)
    monkeypatch.setattr(Door, "next", without_descriptors)
    lacking: list[None] = []
    failed: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failed.append(context.keys()))
    [door] = doors_at("127.0.0.1", 0)
    door.lacking = lambda: lacking.append(None)
    server = await asyncio.start_server(lambda *_: None, sock=door, backlog=100)
    _, writer = await asyncio.open_connection(*door.getsockname())
    for _ in range(50):
        await asyncio.sleep(0)
    assert (len(lacking), len(failed)) == (1, 1)
    assert "socket" in failed[0], "by which the service knows that the door has told"
    writer.close()
    server.close()


async def test_a_door_goes_on_once_there_are_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    [door] = doors_at("127.0.0.1", 0)
    met: list[socket.socket] = []
    door.met = met.append
    door.setblocking(False)
    with monkeypatch.context() as lacking:
        lacking.setattr(Door, "next", without_descriptors)
        with pytest.raises(OSError, match="Too many open files"):
            door.accept()
    with pytest.raises(BlockingIOError):
        door.accept()
    with door, socket.create_connection(door.getsockname()):
        connection, _ = door.accept()
        assert met == [connection]
        connection.close()


async def test_the_process_in_front_says_once_that_it_lacks_descriptors_and_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def sock_accept(listener: socket.socket) -> Any:
        return without_descriptors()

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_accept", sock_accept)
    monkeypatch.setattr(front, "_PAUSE_S", 3_600)
    written = io.StringIO()
    in_front = front._Front((), 1)
    in_front._journal = Journal(written)
    [door] = doors_at("127.0.0.1", 0)
    taking = asyncio.create_task(in_front._take(door))
    for _ in range(50):
        await asyncio.sleep(0)
    taking.cancel()
    door.close()
    [line] = written.getvalue().splitlines()
    assert json.loads(line)["why"] == "exhausted"


def test_a_connection_that_cannot_be_handed_on_for_want_of_descriptors_counts_as_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: Iterator[Any] = iter([(b"+", [], 0, None)])

    def recv_fds(*_: Any) -> Any:
        found = next(said, None)
        if found is None:
            raise BlockingIOError
        return found

    monkeypatch.setattr(socket, "recv_fds", recv_fds)
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(sys, "stdin", ours)
    lacking: list[None] = []
    with ours, theirs, HandedSocket() as handed:
        handed.lacking = lambda: lacking.append(None)
        with pytest.raises(BlockingIOError):
            handed.accept()
    assert json.loads(capsys.readouterr().out) == {"left": True}
    assert len(lacking) == 1
