"""End to end: the ways to reach a server other than standard input and output, and who may not use them."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import LanguageClient
from pytest_lsp.client import make_test_lsp_client
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.server.conftest import PATIENCE, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

Process = asyncio.subprocess.Process
Serve = Callable[..., Any]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest_asyncio.fixture(loop_scope="session")
async def serve() -> AsyncIterator[Serve]:
    """`serve(kind)` starts a server that listens; gives its process and port."""
    processes: list[Process] = []

    async def start(kind: str) -> tuple[Process, int]:
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lsp_server",
            "serve",
            f"--{kind}",
            f"127.0.0.1:{port}",
            stderr=asyncio.subprocess.PIPE,
        )
        processes.append(process)
        async with asyncio.timeout(PATIENCE):
            while not listening(port):
                await asyncio.sleep(0.05)
        return process, port

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        _, said = await process.communicate()
        assert b"Traceback" not in said


def listening(port: int) -> bool:
    """Whether somebody has the port, found out without connecting: a server serves its first caller only."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


@pytest.mark.parametrize("kind", ["tcp", "ws"])
async def test_server_does_its_job_on_a_port(serve: Serve, kind: str) -> None:
    process, port = await serve(kind)
    client = make_test_lsp_client()
    assert isinstance(client, LanguageClient)
    await (client.start_tcp if kind == "tcp" else client.start_ws)("127.0.0.1", port)
    params = types.InitializeParams(types.ClientCapabilities(), trace=types.TraceValue.Off)
    editor = Editor(client)
    editor.capabilities = (await client.initialize_session(params)).capabilities
    lines = 100_000
    uri = editor.open("key = 1 # one\n" * lines + "a = {\n")
    await editor.broken(uri)
    editor.change(uri, ((lines, 5), (lines, 5), "}"))
    await editor.clean(uri)
    await client.shutdown_async(None)
    client.exit(None)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    client._stop_event.set()
    if kind == "tcp":
        writer: Any = client.protocol.writer
        writer.close()
        await writer.wait_closed()


async def test_server_ends_when_its_caller_hangs_up(serve: Serve) -> None:
    process, port = await serve("tcp")
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1


async def test_second_caller_is_turned_away(serve: Serve) -> None:
    process, port = await serve("tcp")
    _, first = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENCE):
            while await answers(port):
                await asyncio.sleep(0.02)
        assert process.returncode is None
    finally:
        first.close()


async def answers(port: int) -> bool:
    """Whether a port still takes callers."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    writer.close()
    return True


INITIALIZE = json.dumps(
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
).encode()


async def test_web_page_cannot_drive_a_tcp_server(serve: Serve) -> None:
    process, port = await serve("tcp")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(INITIALIZE), INITIALIZE)
    )
    assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
    writer.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1


@pytest.mark.parametrize("origin", ["https://example.org", "http://localhost.example.org", "null"])
async def test_foreign_web_page_cannot_drive_a_websocket_server(serve: Serve, origin: str) -> None:
    _, port = await serve("ws")
    with pytest.raises(InvalidStatus):
        await connect(f"ws://127.0.0.1:{port}", origin=origin)  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", [None, "http://localhost:3000"])
async def test_local_page_can_use_a_websocket_server(serve: Serve, origin: str | None) -> None:
    process, port = await serve("ws")
    async with connect(f"ws://127.0.0.1:{port}", origin=origin) as page:  # type: ignore[arg-type]
        await page.send(INITIALIZE)
        while "id" not in (message := json.loads(await page.recv())):
            pass
        assert message["result"]["serverInfo"]["name"] == "holegram"
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1


@pytest.mark.parametrize("kind", ["tcp", "ws"])
async def test_port_that_is_taken_is_one_line(serve: Serve, kind: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "lsp_server",
            "serve",
            f"--{kind}",
            f"127.0.0.1:{port}",
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaint = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    [line] = complaint.decode().splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in line
