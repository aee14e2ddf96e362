"""End to end: a server on a port, for many clients at once; who may use it, and what it costs the others."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.server.conftest import PATIENCE
from tests.server.service import TOKEN, Running, go_without_descriptors, running
from tests.server.wire import Wire, message

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "https://page.example"
SCRIPT = {"b = ": "2", "c = ": "3", "secret = ": "4"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the machine that clients may have read, one that they may not, and a model."""
    folder = tmp_path_factory.mktemp("service").resolve()
    for name in ("ours", "theirs"):
        (folder / name).mkdir()
        (folder / name / "a.tf").write_text(f'resource "{name}" "thing_of_{name}" {{}}\n', "utf-8")
    (folder / "script.json").write_text(json.dumps({"endings": SCRIPT, "delay": 0.0}), "utf-8")
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(folder: Path) -> AsyncIterator[Running]:
    arguments = ("--model", f"scripted:{folder / 'script.json'}", "--clients", 6, "--folder", folder / "ours")
    async with running("tcp", *arguments, directory=folder) as server:
        yield server
        assert [line for line in server.journal if line["event"] == "error"] == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def web(folder: Path) -> AsyncIterator[Running]:
    async with running("ws", "--origin", PAGE, "--processes", 2, directory=folder) as server:
        yield server


async def leave(*wires: Wire) -> None:
    for wire in wires:
        await wire.ask("shutdown")
        wire.tell("exit")
        assert await wire.closed()
        wire.writer.close()


async def test_clients_have_their_own_documents_and_settings_and_leave_one_another_alone(
    server: Running,
) -> None:
    one, other = await server.client(), await server.client({"completion": {"enabled": False}})
    mine, theirs = one.open("b = \n"), other.open("b = {\n")
    assert (await other.until("textDocument/publishDiagnostics"))["diagnostics"]
    assert (await one.until("textDocument/publishDiagnostics"))["diagnostics"]
    assert await one.ghost(mine, 0, 4) == ["2"]
    assert await other.ghost(theirs, 0, 4) == []
    await leave(other)
    assert await one.ghost(one.open("c = \n", "file:///files/c.tf"), 0, 4) == ["3"]
    await leave(one)
    assert server.process.returncode is None


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(None, id="none"),
        pytest.param({}, id="without"),
        pytest.param({"token": TOKEN[:-1]}, id="wrong"),
        pytest.param({"token": f"{TOKEN}x"}, id="longer"),
        pytest.param({"token": ["x"]}, id="no text"),
        pytest.param({"token": "# ours"}, id="a comment"),
    ],
)
async def test_without_a_token_nothing_is_done(server: Running, options: Any) -> None:
    wire = await server.connect()
    number = wire.request("initialize", {"capabilities": {}, "initializationOptions": options})
    wire.open("b = {\n")
    error = (await wire.answer(number))["error"]
    assert "'token' in the start-up options" in error["message"]
    assert await wire.closed()
    assert len(wire.heard) == 1
    wire.writer.close()


async def test_the_token_counts_in_the_first_message_only(server: Running) -> None:
    wire = await server.connect()
    wire.tell("textDocument/didOpen", {"token": TOKEN})
    assert await wire.closed()
    assert [one["error"]["code"] for one in wire.heard] == [-32803]
    wire.writer.close()


async def test_web_page_cannot_drive_a_tcp_server(server: Running) -> None:
    wire = await server.connect()
    options = {"capabilities": {}, "initializationOptions": {"token": TOKEN}}
    wire.send(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + message(id=1, method="initialize", params=options))
    assert await wire.closed()
    assert wire.heard == []
    wire.writer.close()


async def test_a_header_that_cannot_be_read_closes_that_connection_only(server: Running) -> None:
    wire, other = await server.client(), await server.client()
    wire.send(b"X: " + b"x" * 200_000 + b"\r\n\r\n")
    assert "header line" in (await wire.answer(None))["error"]["message"]
    assert await wire.closed()
    wire.writer.close()
    assert await other.ghost(other.open("b = \n"), 0, 4) == ["2"]
    await leave(other)


async def test_no_more_clients_than_are_allowed_and_silent_ones_lock_nobody_out(server: Running) -> None:
    silent = [await server.connect() for _ in range(80)]
    wires = [await server.client() for _ in range(6)]
    extra = await server.connect()
    number = extra.request("initialize", {"capabilities": {}, "initializationOptions": {"token": TOKEN}})
    assert (await extra.answer(number))["error"]["message"] == "there are too many clients"
    assert await extra.closed()
    await leave(*wires)
    for wire in (*silent, extra):
        wire.writer.close()
    last = await server.client()
    await leave(last)
    assert await server.number('connections_total{result="crowd"}') >= 16


async def test_one_that_does_not_read_is_let_go_and_costs_others_nothing(server: Running) -> None:
    deaf, other = await server.client(), await server.client()
    reader: Any = deaf._reader
    reader._transport.pause_reading()
    for _ in range(60):
        deaf.send(message(id="x" * 250_000, method="textDocument/hover", params={}))
        await asyncio.sleep(0)
    await server.until_written(event="ended", why="slow")
    assert await other.ghost(other.open("b = \n"), 0, 4) == ["2"]
    reader._transport.abort()
    await leave(other)


async def test_what_others_share_is_not_for_a_client_to_set(server: Running, folder: Path) -> None:
    (folder / "bundle").mkdir()
    options = {
        "bundles": [str(folder / "bundle")],
        "model": str(folder),
        "adapters": {"*": "other"},
        "threads": 64,
        "maxMemoryMb": 1,
    }
    wire = await server.client(options)
    log: list[str] = [
        one["params"]["message"] for one in wire.heard if one.get("method") == "window/logMessage"
    ]
    assert len(log) == len(options)
    assert {line.partition("'")[2].partition("'")[0] for line in log} == options.keys()
    assert await wire.ghost(wire.open("b = \n"), 0, 4) == ["2"]
    wire.tell("workspace/didChangeConfiguration", {"settings": {"holegram": {"model": "other"}}})
    assert "'model' is that of the server" in (await wire.until("window/logMessage"))["message"]
    await leave(wire)


async def test_only_folders_that_the_server_names_are_read(server: Running, folder: Path) -> None:
    (folder / "ours" / "out").symlink_to(folder / "theirs")
    roots = [folder / "ours", folder / "theirs", folder / "ours" / "out", folder / "ours" / ".." / "theirs"]
    folders = [{"uri": f"file://{path}", "name": path.name} for path in roots]
    wire = await server.client(workspaceFolders=folders)
    wire.open("", f"file://{folder}/theirs/b.tf")
    found = await wire.ask("workspace/symbol", {"query": "thing"})
    assert [symbol["name"] for symbol in found] == ["thing_of_ours"]
    await leave(wire)


async def test_requests_without_an_answer_are_limited(server: Running) -> None:
    wire = await server.client()
    document = wire.open("b = \n" * 2_000)
    numbers = [wire.request("textDocument/foldingRange", document) for _ in range(300)]
    answers = [await wire.hear() for _ in range(1)]
    while len(answers) < 300 or not {one.get("id") for one in answers} >= set(numbers):
        answers.append(await wire.hear())
    refused = [one for one in answers if one.get("error", {}).get("code") == -32802]
    assert refused
    assert len(refused) < 300
    await leave(wire)


async def test_journal_and_metrics_have_no_text_path_or_token(server: Running) -> None:
    wire = await server.client()
    document = wire.open("secret = \n", "file:///files/hidden.tf")
    assert await wire.ghost(document, 0, 9) == ["4"]
    wire.tell("$/invented-hidden", {})
    await leave(wire)
    await server.until_written(event="ended", why="left")
    status, health = await server.get("/health")
    assert (status, json.loads(health)["status"], json.loads(health)["model"]) == (200, "ok", "ready")
    _, metrics = await server.get("/metrics")
    for text in ("".join(server.lines), metrics, health):
        assert not [word for word in ("secret", "hidden", TOKEN) if word in text]
    assert await server.number('messages_total{method="textDocument/inlineCompletion"}') >= 1
    assert await server.number('suggestions_total{source="model"}') >= 1
    assert await server.number("ghost_text_seconds_count") >= 1
    assert (await server.get("/other"))[0] == 404


async def test_what_a_client_had_is_let_go_when_it_is_gone(server: Running) -> None:
    for _ in range(3):
        wire = await server.client()
        wire.open("b = {\n")
        wire.writer.close()
    async with asyncio.timeout(PATIENCE):
        while await server.number("clients") or await server.number("documents"):
            await asyncio.sleep(0.02)


HELLO = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})


@pytest.mark.parametrize(
    ("origin", "token", "status"),
    [
        ("https://example.org", TOKEN, 403),
        ("http://localhost:3000", TOKEN, 403),
        (f"{PAGE}.example.org", TOKEN, 403),
        ("null", TOKEN, 403),
        (PAGE, TOKEN[1:], 401),
        (PAGE, None, 401),
        (None, None, 401),
        (None, "", 401),
    ],
)
async def test_without_a_token_and_a_known_origin_no_socket_is_opened(
    web: Running, origin: str | None, token: str | None, status: int
) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    given = None if origin is None else Origin(origin)
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{web.port}", origin=given, additional_headers=headers)
    assert refused.value.response.status_code == status


@pytest.mark.parametrize("page", [True, False])
async def test_a_socket_with_a_token_is_served(web: Running, page: bool) -> None:
    how: Any = {"additional_headers": {"Authorization": f"Bearer {TOKEN}"}}
    if page:  # which cannot set that header
        names = [Subprotocol("holegram"), Subprotocol(f"holegram.token.{TOKEN}")]
        how = {"origin": Origin(PAGE), "subprotocols": names}
    async with connect(f"ws://127.0.0.1:{web.port}", **how) as socket:
        assert socket.subprotocol == ("holegram" if page else None)
        await socket.send(HELLO)
        while "id" not in (found := json.loads(await socket.recv())):
            pass
        assert found["result"]["serverInfo"]["name"] == "holegram"
        await socket.send(json.dumps({"jsonrpc": "2.0", "method": "exit"}))
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), PATIENCE)


async def test_without_descriptors_it_goes_on_once_there_are_some(server: Running) -> None:
    await go_without_descriptors(server, server.port)
    await leave(await server.client())


@pytest.mark.parametrize("kind", ["tcp", "health"])
async def test_port_that_is_taken_is_one_line(kind: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        tcp, health = (port, 0) if kind == "tcp" else (0, port)
        where = ("--tcp", f"127.0.0.1:{tcp}", "--health", f"127.0.0.1:{health}")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "lsp_server", "serve", *where), stderr=asyncio.subprocess.PIPE
        )
        _, complaint = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    [line] = complaint.decode().splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in line
