"""A storm of requests, edits and cancellations: all is answered, once, and nothing is left over from it.

`HOLEGRAM_STORM=200x30` makes it 200 requests a second for 30 seconds.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio
from pygls.io_ import run_async

from lsp_server.server.app import create_server
from lsp_server.server.language_server import THREADS
from lsp_server.server.settings import Settings
from tests.server.conftest import PATIENCE, Script

RATE, SECONDS = (int(number) for number in os.environ.get("HOLEGRAM_STORM", "200x2").split("x"))
"""Requests a second, and for how long."""

FEW = 4
"""So many tasks more may be held after the storm than before: those that ended last."""

CANCELLED, REFUSED = -32800, -32803
ENDINGS = {"b = ": "2", "c = ": "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"}
TEXT = "a = 1\nb = \nc = \nd = {\n  e = c\n}\n"
PLACES = ((1, 4), (2, 4), (3, 2), (4, 7), (0, 0))

pytestmark = pytest.mark.asyncio(loop_scope="function")


class Wire:
    """Both ends of a connection to a server in this process: what it was sent, and what it said."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()
        self.said: list[dict[str, Any]] = []
        self._sent = 0

    def write(self, data: bytes) -> None:
        """Take what the server writes, which is one message at a time."""
        self.said.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """Nothing is left to be closed."""

    def tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> int:
        self._sent += 1
        self._send({"id": self._sent, "method": method, "params": params})
        return self._sent

    async def ask(self, method: str, params: Any) -> Any:
        """The result of a request."""
        request = self.request(method, params)
        await self.until(lambda: self.answers()[request] > 0)
        [answer] = [message for message in self.said if message.get("id") == request]
        assert "error" not in answer, answer
        return answer["result"]

    def answers(self) -> Counter[int]:
        """How often each request was answered."""
        return Counter(message["id"] for message in self.said if "id" in message)

    async def all_answered(self) -> None:
        await self.until(lambda: len(self.answers()) == self._sent)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.reader.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


@pytest_asyncio.fixture
async def wire(script: Script) -> AsyncIterator[Wire]:
    """A wire to a server that knows one document, has its model, and has nothing to do."""
    wire = Wire()
    server = create_server(Settings(model=script(ENDINGS, delay=0.001)))
    server.protocol.set_writer(wire)
    serving = asyncio.create_task(
        run_async(threading.Event(), wire.reader, server.protocol, None, server.report_server_error)
    )
    await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    wire.tell("initialized", {})
    item = {"uri": "file:///a.tf", "languageId": "hcl", "version": 1, "text": TEXT}
    wire.tell("textDocument/didOpen", {"textDocument": item})
    await answers_are_right(wire)
    yield wire
    await wire.ask("shutdown", None)
    wire.reader.feed_eof()
    await serving


async def answers_are_right(wire: Wire) -> None:
    """The document is as it was opened, and everything asked about it comes out as it should."""
    for line, column, text in ((1, 4, "2"), (2, 4, ENDINGS["c = "])):
        ghost = await wire.ask("textDocument/inlineCompletion", at(line, column))
        assert [item["insertText"] for item in ghost["items"]] == [text]
    report = await wire.ask("textDocument/diagnostic", DOCUMENT)
    assert [item["range"]["start"]["line"] for item in report["items"]] == [1, 2]
    symbols = await wire.ask("textDocument/documentSymbol", DOCUMENT)
    assert [symbol["name"] for symbol in symbols] == ["a", "b"]


DOCUMENT = {"textDocument": {"uri": "file:///a.tf"}}


def at(line: int, column: int) -> dict[str, Any]:
    return {**DOCUMENT, "position": {"line": line, "character": column}, "context": {"triggerKind": 2}}


async def test_everything_is_answered_once_and_nothing_is_left(wire: Wire) -> None:
    random = Random(1)
    tasks, threads, kept = await at_rest(wire), running(), kept_tasks()
    version = 1
    for request in range(RATE * SECONDS):
        due = perf_counter() + 1 / RATE
        method = random.choice(
            ("inlineCompletion",) * 4 + ("completion", "diagnostic", "documentSymbol", "hover")
        )
        number = wire.request(f"textDocument/{method}", at(*random.choice(PLACES)))
        if random.random() < 0.5:
            wire.tell("$/cancelRequest", {"id": number - random.choice((0, 0, 1, 7))})
        if request % 3 == 0:
            version += 1
            wire.tell("textDocument/didChange", change(version, *EDITS[version % len(EDITS)]))
        await asyncio.sleep(max(0.0, due - perf_counter()))
    await wire.all_answered()
    assert max(wire.answers().values()) == 1
    errors = [message["error"] for message in wire.said if "error" in message]
    assert {error["code"] for error in errors} <= {CANCELLED, REFUSED}, errors
    version += 1
    wire.tell("textDocument/didChange", {**change(version), "contentChanges": [{"text": TEXT}]})
    await answers_are_right(wire)
    assert await at_rest(wire) == tasks
    assert running() == threads
    assert kept_tasks() <= kept + FEW
    notes = [message["params"] for message in wire.said if message.get("method", "").startswith("window/")]
    assert notes == []


EDITS = (((1, 4), (1, 4), "2"), ((1, 4), (1, 5), ""), ((3, 5), (3, 5), "}"), ((3, 5), (3, 6), ""))
"""Each second one takes back what the one before it did."""


def change(
    version: int, start: tuple[int, int] = (0, 0), end: tuple[int, int] = (0, 0), text: str = ""
) -> dict[str, Any]:
    ends = [{"line": line, "character": column} for line, column in (start, end)]
    return {
        "textDocument": {"uri": "file:///a.tf", "version": version},
        "contentChanges": [{"range": {"start": ends[0], "end": ends[1]}, "text": text}],
    }


async def at_rest(wire: Wire) -> int:
    """How many tasks there are when nothing has happened for a while."""
    counts = [-1, -2]
    async with asyncio.timeout(PATIENCE):
        while len(set(counts[-3:])) > 1:
            await asyncio.sleep(0.4)
            counts.append(len(asyncio.all_tasks()))
    return counts[-1]


def kept_tasks() -> int:
    """How many tasks are still held by something, those that have ended too."""
    gc.collect()
    return sum(type(held) is asyncio.Task for held in gc.get_objects())


def running() -> int:
    """How many threads of servers there are."""
    return sum(thread.name.startswith(THREADS) for thread in threading.enumerate())
