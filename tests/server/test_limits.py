"""What one client of many may take: so many documents, so many characters, and a small first message."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lsp_server.server.app import create_server
from lsp_server.server.configuration.limits import is_inside, team
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.network.port import Port
from lsp_server.server.network.service import Service
from lsp_server.server.network.vitals import Vitals, answer_watchers, vitals_of
from lsp_server.server.process.journal import Journal
from lsp_server.server.shared import Shared
from tests.server.wire import Wire

LIMITS = replace(team(0), documents=2, characters=30, longest=40)


class Heard:
    """Who is written to; `log` is what a person could read."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def write(self, data: bytes) -> None:
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if message.get("method") == "window/logMessage":
            self.log.append(message["params"]["message"])

    def close(self) -> None:
        """Nothing is left to be closed."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def server(heard: Heard) -> Any:
    shared = Shared(Settings(), LIMITS)
    made = create_server(Settings(), shared)
    made.protocol.set_writer(heard)
    await say(made, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    yield made
    made.close()
    shared.close()


async def say(server: HolegramServer, method: str, params: Any, **more: Any) -> None:
    server.protocol.handle_message({"jsonrpc": "2.0", "method": method, "params": params, **more})
    await asyncio.sleep(0)


async def open_one(server: HolegramServer, name: str, text: str) -> None:
    item = {"uri": f"file:///{name}", "languageId": "x", "version": 1, "text": text}
    await say(server, "textDocument/didOpen", {"textDocument": item})


def opened(server: HolegramServer) -> list[str]:
    return [document.snapshot.uri[-1] for document in server.session]


async def test_more_documents_are_not_followed_and_the_log_says_so(
    server: HolegramServer, heard: Heard
) -> None:
    for name in ("a", "b", "c", "a"):
        await open_one(server, name, "1")
    assert opened(server) == ["a", "b"]
    assert heard.log == ["file:///c: only 2 files are followed at a time; close and open the file again"]


async def test_what_grows_beyond_its_share_is_let_go(server: HolegramServer, heard: Heard) -> None:
    await open_one(server, "a", "1" * 20)
    await open_one(server, "b", "1" * 20)
    assert opened(server) == ["a"]
    for text in ("2" * 25, "3" * 40, "4"):
        document = {"uri": "file:///a", "version": 2}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        await say(server, "textDocument/didChange", change)
    assert opened(server) == []
    assert [line.partition(";")[0] for line in heard.log] == [
        "file:///b: only 30 characters are followed at a time",
        "file:///a: only 30 characters are followed at a time",
    ]


async def test_a_document_that_is_too_long_is_not_followed_nor_one_that_becomes_so(
    server: HolegramServer, heard: Heard
) -> None:
    await open_one(server, "a", "1" * 41)
    await open_one(server, "b", "1")
    change = {"textDocument": {"uri": "file:///b", "version": 2}, "contentChanges": [{"text": "2" * 41}]}
    await say(server, "textDocument/didChange", change)
    assert opened(server) == []
    assert [line.partition(";")[0] for line in heard.log] == [
        f"file:///{name}: only files of at most 40 characters are followed" for name in "ab"
    ]


async def end(shared: Shared, listener: Any, wire: Wire) -> None:
    """Wait until a service has let go of its only client, and end it."""
    wire.writer.close()
    shared.reloader.stop()
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0.001)
    listener.close()
    await listener.wait_closed()


@pytest.fixture
def shared() -> Iterator[Shared]:
    made = Shared(Settings(), LIMITS)
    yield made
    made.close()


async def test_who_has_not_said_who_it_is_may_not_send_much(shared: Shared) -> None:
    journal = io.StringIO()
    service = Service(Port("127.0.0.1", 0, web=False), shared, Journal(journal))
    [listener] = await service.listen()
    wire = Wire(*await asyncio.open_connection(*listener.sockets[0].getsockname()))
    wire.send(b"Content-Length: 1000001\r\n\r\n")
    assert "1000001 bytes" in (await wire.answer(None))["error"]["message"]
    assert await wire.closed()
    wire.writer.close()
    while len(asyncio.all_tasks()) > 1:  # the connection is let go of once it is closed on both sides
        await asyncio.sleep(0.001)
    listener.close()
    await listener.wait_closed()
    assert [json.loads(line)["why"] for line in journal.getvalue().splitlines()] == ["frame"]


async def test_a_client_that_says_nothing_for_too_long_is_let_go(shared: Shared) -> None:
    journal = io.StringIO()
    service = Service(Port("127.0.0.1", 0, web=False), shared, Journal(journal))
    [listener] = await service.listen()
    wire = Wire(*await asyncio.open_connection(*listener.sockets[0].getsockname()))
    await wire.initialize()
    service._port = replace(service._port, idle_s=0.001)
    wire.tell("$/setTrace", {"value": "off"})  # what is read next is read in so short a time
    assert await wire.closed()
    await end(shared, listener, wire)
    assert [json.loads(line).get("why") for line in journal.getvalue().splitlines()] == [None, "idle"]
    assert len(shared.connections) == 0


async def test_bodies_that_are_no_messages_are_answered_and_the_client_is_served_on(shared: Shared) -> None:
    service = Service(Port("127.0.0.1", 0, web=False), shared, Journal(io.StringIO()))
    [listener] = await service.listen()
    wire = Wire(*await asyncio.open_connection(*listener.sockets[0].getsockname()))
    for body, code in ((b"{{{{{", -32700), (b"[" * 100_000, -32700), (b"[]", -32600), (b"null", -32600)):
        wire.send(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert (await wire.answer(None))["error"]["code"] == code
    await wire.initialize()
    wire.tell("exit")
    assert await wire.closed()
    await end(shared, listener, wire)


@pytest.mark.parametrize(("model", "status"), [("scripted:", 200), ("/there/is/none", 503)])
async def test_who_watches_a_service_hears_that_its_model_cannot_be_loaded(
    tmp_path: Path, model: str, status: int
) -> None:
    script = tmp_path / "script.json"
    script.write_text('{"endings": {"": "a"}}')
    named = f"{model}{script}" if model == "scripted:" else model
    shared = Shared(Settings(model=named), LIMITS)

    async def told() -> Vitals:
        return vitals_of(shared)

    [watched] = await answer_watchers(told, "127.0.0.1", 0)
    await shared.models.get()
    reader, writer = await asyncio.open_connection(*watched.sockets[0].getsockname())
    writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    watched.close()
    await watched.wait_closed()
    shared.close()
    assert head.split()[1] == str(status)
    assert json.loads(body)["status"] == ("ok" if status == 200 else "failed")


def test_no_link_leads_out_of_the_folders_of_a_service(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours / "deep", theirs):
        folder.mkdir(parents=True)
    (ours / "link").symlink_to(theirs)
    (ours / "round").symlink_to(ours / "round")
    folders = (ours.resolve(),)
    assert [is_inside(path, folders) for path in (ours, ours / "deep", theirs / ".." / "ours")] == 3 * [True]
    for path in (theirs, tmp_path, ours / "link", ours / "..", ours / ".." / "theirs", tmp_path / "ours2"):
        assert not is_inside(path, folders)
    assert not is_inside(ours / "deep", ())
