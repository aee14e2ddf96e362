"""End to end: a port that several processes serve; what becomes of clients when one of them ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.server.conftest import PATIENCE
from tests.server.service import TOKEN, Running, certificate, go_without_descriptors, running
from tests.server.wire import Wire, message

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    folder = tmp_path_factory.mktemp("processes")
    script = folder / "script.json"
    script.write_text(json.dumps({"endings": {"b = ": "2"}}), "utf-8")
    cert, key = certificate(folder)
    given = ("--model", f"scripted:{script}", "--processes", 2, "--clients", 6)
    async with running("tcp", *given, "--tls-cert", cert, "--tls-key", key, directory=folder) as server:
        server.tls = ssl.create_default_context(cafile=str(cert))
        await server.until_written(event="ready", processes=2)
        yield server
        assert [line for line in server.journal if line["event"] == "error"] == []


def _behind(server: Running) -> list[int]:
    """The processes that serve."""
    number = server.process.pid
    return list(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))


def _connected(server: Running) -> list[int]:
    """The process of each client that has connected so far."""
    return [line["process"] for line in server.journal if line["event"] == "connected"]


async def _left(server: Running, wires: list[Wire]) -> None:
    ended = len([line for line in server.journal if line["event"] == "ended"]) + len(wires)
    for wire in wires:
        await wire.ask("shutdown")
        wire.tell("exit")
        assert await wire.closed()
        wire.writer.close()
    async with asyncio.timeout(PATIENCE):
        while len([line for line in server.journal if line["event"] == "ended"]) < ended:
            await asyncio.sleep(0.01)


async def test_clients_are_spread_evenly_and_the_numbers_are_of_all(served: Running) -> None:
    wires = [await served.client() for _ in range(4)]
    for wire in wires:
        assert await wire.ghost(wire.open("b = \n"), 0, 4) == ["2"]
    assert Counter(_connected(served)) == {1: 2, 2: 2}
    status, health = await served.get("/health")
    assert (status, json.loads(health)["processes"], json.loads(health)["clients"]) == (200, 2, 4)
    assert await served.number("documents") == 4
    assert await served.number('messages_total{method="textDocument/didOpen"}') == 4
    assert await served.number("ghost_text_seconds_count") == 4
    await _left(served, wires[:1])
    async with asyncio.timeout(PATIENCE):
        while await served.number("clients") != 3:
            await asyncio.sleep(0.01)
    again = await served.client()
    assert sorted(Counter(_connected(served)).values()) == [2, 3]
    assert _connected(served)[-1] == _connected(served)[0], "where there was room"
    await _left(served, [*wires[1:], again])


async def test_no_more_clients_than_are_allowed_are_let_in_by_all_together(served: Running) -> None:
    wires = [await served.client() for _ in range(6)]
    extra = await served.connect()
    number = extra.request("initialize", {"capabilities": {}, "initializationOptions": {"token": TOKEN}})
    assert (await extra.answer(number))["error"]["message"] == "there are too many clients"
    extra.writer.close()
    await _left(served, wires)


async def test_what_is_sent_is_encrypted_with_a_certificate(served: Running) -> None:
    plain = Wire(*await asyncio.open_connection("127.0.0.1", served.port))
    plain.send(message(id=1, method="initialize", params={}))
    assert await plain.closed()
    assert plain.heard == []
    plain.writer.close()


async def test_without_descriptors_it_goes_on_once_there_are_some(served: Running) -> None:
    await go_without_descriptors(served, served.health)
    await _left(served, [await served.client()])


async def test_one_that_ends_costs_only_its_own_clients_and_another_begins(served: Running) -> None:
    wires = [await served.client(), await served.client()]
    begun = len([line for line in served.journal if line["event"] == "ready"])
    first = _behind(served)
    os.kill(first[0], signal.SIGKILL)
    ended = await served.until_written(event="process ended", code=-signal.SIGKILL)
    assert (await served.get("/health"))[0] == 503
    lost, kept = (
        wires[place] for place in ((0, 1) if _connected(served)[-2] == ended["process"] else (1, 0))
    )
    assert await lost.closed()
    lost.writer.close()
    assert await kept.ghost(kept.open("b = \n"), 0, 4) == ["2"]
    async with asyncio.timeout(PATIENCE):
        while len([line for line in served.journal if line["event"] == "ready"]) == begun:
            await asyncio.sleep(0.01)
    assert len(_behind(served)) == 2
    assert first[0] not in _behind(served)
    assert (await served.get("/health"))[0] == 200
    again = await served.client()
    assert _connected(served)[-1] == ended["process"]
    await _left(served, [kept, again])


async def test_none_outlives_the_one_that_listens(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "lsp_server", "serve", "--tcp", "127.0.0.1:0", "--processes", "2")
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    while b"listening" not in await process.stderr.readline():
        pass
    process.kill()
    await process.wait()
    async with asyncio.timeout(PATIENCE):
        while await process.stderr.readline():  # they hold it as long as one of them is there
            pass


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param((), "these options are for a port (give --tcp or --ws", id="no port"),
        pytest.param(
            ("--tcp", "192.0.2.1:0", "--token-file", "{tokens}"),
            "cannot listen on 192.0.2.1:0",
            id="elsewhere",
        ),
    ],
)
async def test_what_cannot_be_is_told_in_a_line(where: tuple[str, ...], said: str, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(TOKEN, "utf-8")
    given = [one.format(tokens=tokens) for one in where]
    command = (sys.executable, "-m", "lsp_server", "serve", *given, "--processes", "2")
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, complaint = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    [*warnings, line] = complaint.decode().splitlines()
    assert said in line
    assert len(warnings) <= 1
