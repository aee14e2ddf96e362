"""A storm of requests, edits and cancellations: all is answered, once, and nothing is left over from it.

`HOLEGRAM_STORM=200x30` makes it 200 requests a second for 30 seconds, and has another one after it, over a
file of 1,000 lines that is made of real ones, with the bundled model.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

import pytest
from pygls.io_ import run_async

from lsp_server.constraint import load_grammar
from lsp_server.lab.bench.joining import joined
from lsp_server.languages import load_registry
from lsp_server.server.app import create_server
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.process.memory import resident
from lsp_server.server.shared import THREADS
from lsp_server.text import LineIndex, read_text
from tests.conftest import Corpus
from tests.server.conftest import PATIENCE, Script

LONG = "HOLEGRAM_STORM" in os.environ
RATE, SECONDS = (int(number) for number in os.environ.get("HOLEGRAM_STORM", "200x2").split("x"))
"""Requests a second, and for how long."""

LINES = 1_000
MOST = 1.15
"""So many times the memory that is resident in the middle of a long storm may be at its end."""

FEW = 4
"""So many tasks more may be held after the storm than before: those that ended last."""

CANCELLED, REFUSED = -32800, -32803
ENDINGS = {"b = ": "2", "c = ": "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"}

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A document, cursors to ask about, and edits, of which each second one undoes the one before.

    `patience` is how many seconds an answer may take.
    """

    text: str
    places: Sequence[Position]
    edits: Sequence[tuple[Position, Position, str]]
    patience: float = PATIENCE


SMALL = Scene(
    "a = 1\nb = \nc = \nd = {\n  e = c\n}\n",
    ((1, 4), (2, 4), (3, 2), (4, 7), (0, 0)),
    (((1, 4), (1, 4), "2"), ((1, 4), (1, 5), ""), ((3, 5), (3, 5), "}"), ((3, 5), (3, 6), "")),
)


def large(text: str) -> Scene:
    """Cursors at the ends of lines all over a text, and letters that are typed there."""
    lines = LineIndex(text)
    ends = [(line, lines.end_of(line) - lines.start_of(line)) for line in range(lines.line_count)]
    places = Random(1).sample([end for end in ends if end[1]], 12)
    typed = [(place, (place[0], place[1] + 1)) for place in places]
    edits = [edit for start, end in typed for edit in ((start, start, "x"), (start, end, ""))]
    return Scene(text, places, edits, 30 * PATIENCE)


pytestmark = pytest.mark.asyncio(loop_scope="function")


class Wire:
    """Both ends of a connection to a server in this process: what it was sent, and what it said."""

    def __init__(self, patience: float) -> None:
        self.reader = asyncio.StreamReader()
        self.answers: Counter[int] = Counter()
        self.errors: list[dict[str, Any]] = []
        self.notes: list[Any] = []
        self._patience = patience
        self._sent = 0
        self._wanted: dict[int, dict[str, Any]] = {}

    def write(self, data: bytes) -> None:
        """Take what the server writes, which is one message at a time."""
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if "id" in message:
            self.answers[message["id"]] += 1
        if "error" in message:
            self.errors.append(message["error"])
        if message.get("method", "").startswith("window/"):
            self.notes.append(message["params"])
        if message.get("id") in self._wanted:
            self._wanted[message["id"]] = message

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
        self._wanted[self._sent + 1] = {}
        request = self.request(method, params)
        await self.until(lambda: self.answers[request] > 0)
        answer = self._wanted.pop(request)
        assert "error" not in answer, answer
        return answer["result"]

    async def all_answered(self) -> None:
        await self.until(lambda: len(self.answers) == self._sent)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(self._patience):
            while not condition():
                await asyncio.sleep(0.01)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.reader.feed_data(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


@asynccontextmanager
async def served(settings: Settings, scene: Scene) -> AsyncIterator[Wire]:
    """A wire to a server that knows one document, and has been asked of it what `known` asks."""
    wire = Wire(scene.patience)
    server = create_server(settings)
    server.protocol.set_writer(wire)
    serving = asyncio.create_task(
        run_async(threading.Event(), wire.reader, server.protocol, None, server.report_server_error)
    )
    await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    wire.tell("initialized", {})
    item = {"uri": "file:///a.tf", "languageId": "hcl", "version": 1, "text": scene.text}
    wire.tell("textDocument/didOpen", {"textDocument": item})
    await known(wire)
    await wire.ask("textDocument/inlineCompletion", at(*scene.places[0]))
    yield wire
    await wire.ask("shutdown", None)
    wire.reader.feed_eof()
    await serving


async def known(wire: Wire) -> tuple[Any, Any]:
    """The errors of the document, and its outline."""
    report = await wire.ask("textDocument/diagnostic", DOCUMENT)
    return report["items"], await wire.ask("textDocument/documentSymbol", DOCUMENT)


async def answers_are_right(wire: Wire) -> None:
    """The document is as it was opened, and everything asked about it comes out as it should."""
    for line, column, text in ((1, 4, "2"), (2, 4, ENDINGS["c = "])):
        ghost = await wire.ask("textDocument/inlineCompletion", at(line, column))
        assert [item["insertText"] for item in ghost["items"]] == [text]
    errors, symbols = await known(wire)
    assert [item["range"]["start"]["line"] for item in errors] == [1, 2]
    assert [symbol["name"] for symbol in symbols] == ["a", "b"]


DOCUMENT = {"textDocument": {"uri": "file:///a.tf"}}


def at(line: int, column: int) -> dict[str, Any]:
    return {**DOCUMENT, "position": {"line": line, "character": column}, "context": {"triggerKind": 2}}


async def test_everything_is_answered_once_and_nothing_is_left(script: Script) -> None:
    async with served(Settings(model=script(ENDINGS, delay=0.001)), SMALL) as wire:
        await answers_are_right(wire)
        await storm(wire, SMALL)
        await answers_are_right(wire)


@pytest.mark.skipif(not LONG, reason="takes long: say how long with HOLEGRAM_STORM")
async def test_nothing_is_left_of_a_long_one_over_a_long_document(corpus: Corpus) -> None:
    program = joined(
        load_grammar(load_registry().by_id("hcl")), [read_text(path) for path in corpus("hcl", "dev")]
    )
    assert program is not None
    scene = large(program.grown(LINES)[0].text)
    async with served(Settings(), scene) as wire:
        before = await known(wire)
        middle, end = await storm(wire, scene)
        assert await known(wire) == before
        assert middle is None or end is None or end <= MOST * middle, f"{middle} MiB, and {end} at the end"


async def storm(wire: Wire, scene: Scene) -> tuple[int | None, int | None]:
    """Ask, edit and cancel, and see what is left; resident memory in the middle and at the end, in MiB."""
    random = Random(1)
    tasks, threads, kept = await at_rest(wire), running(), kept_tasks()
    version, middle = 1, None
    for request in range(RATE * SECONDS):
        due = perf_counter() + 1 / RATE
        method = random.choice(
            ("inlineCompletion",) * 4 + ("completion", "diagnostic", "documentSymbol", "hover")
        )
        number = wire.request(f"textDocument/{method}", at(*random.choice(scene.places)))
        if random.random() < 0.5:
            wire.tell("$/cancelRequest", {"id": number - random.choice((0, 0, 1, 7))})
        if request % 3 == 0:
            version += 1
            edit = scene.edits[version % len(scene.edits)]
            wire.tell("textDocument/didChange", change(version, *edit))
        if request == RATE * SECONDS // 2:
            middle = resident()
        await asyncio.sleep(max(0.0, due - perf_counter()))
    await wire.all_answered()
    assert max(wire.answers.values()) == 1
    assert {error["code"] for error in wire.errors} <= {CANCELLED, REFUSED}, wire.errors
    version += 1
    wire.tell("textDocument/didChange", {**change(version), "contentChanges": [{"text": scene.text}]})
    await known(wire)
    assert await at_rest(wire) == tasks
    assert running() == threads
    assert kept_tasks() <= kept + FEW
    assert wire.notes == []
    return middle, resident()


def change(version: int, start: Position = (0, 0), end: Position = (0, 0), text: str = "") -> dict[str, Any]:
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
