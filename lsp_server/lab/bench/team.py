"""Many editors on one server: each types real lines as a person does, and asks for ghost text as editors do.

The server is a process of its own that listens on a port, and the editors are connections to it. Each takes
some lines out of a file and types them again in an empty line that is left there, six keys a second, with a
look at what is suggested after each few words. It asks for ghost text a moment after each key, and takes that
back when the next key comes first. What is asked for last before a look is always waited for: those times are
of all answers, those while typing only of answers that came before the next key.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from lsp_server.errors import UsageError
from lsp_server.lab.bench.serving import server_of
from lsp_server.lab.figures import Figure, figure, slope
from lsp_server.lab.served.client import PATIENCE, family, held, worked
from lsp_server.lab.served.opened import GHOST
from lsp_server.lab.served.protocol import Response, listen_async, plain_protocol
from lsp_server.languages import Language

_KEY = 1 / 6
"""Seconds from key to key; each is up to half as long again, or shorter."""

_DEBOUNCE = 0.05
"""Seconds after a key that an editor waits before it asks."""

_BURST = (8, 24)
"""So many keys are typed between two looks."""

_LOOK = 1.0
"""Seconds of a look, from the last key."""

_LINES = 6
"""So many lines are typed again at a time, at most."""

_Position = dict[str, int]

_CANCELLED = (-32800, -32802)

_CAN = {
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"relatedInformation": True},
        "inlineCompletion": {},
        "completion": {},
    }
}


@dataclass(frozen=True, slots=True)
class TeamText:
    """A text that is edited, in a language."""

    language: Language
    text: str = field(repr=False)


@dataclass(slots=True)
class EditorTally:
    """What one editor saw; times in milliseconds from key to answer.

    Attributes:
        keys: that were typed.
        asked: requests for ghost text.
        shown: answers with a text; `silent` ones without.
        overtaken: requests that the next key came before the answer of.
        typing: times of answers that came before the next key.
        looking: times of those that were asked for last before a look.
        errors: answers that are errors, and connections that ended.

    """

    keys: int = 0
    asked: int = 0
    shown: int = 0
    silent: int = 0
    overtaken: int = 0
    typing: list[float] = field(default_factory=list)
    looking: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TeamReport:
    """What so many editors saw in so many seconds, and what the server took for it.

    `best` and `worst` are the p95 in looks of the editor that waited least and of the one that waited most,
    `fewest` and `most` the shares of requests that were not overtaken, likewise. `sources` says where the
    server's answers came from, `late` if they were given up. `memory` is what its processes hold after each
    minute, in MiB, the first at the start, and rises by `slope` in an hour; `worked` are the seconds that
    processors worked for it.
    """

    editors: int
    processes: int
    seconds: float
    keys: int
    asked: int
    shown: int
    silent: int
    overtaken: int
    typing: Figure
    looking: Figure
    best: float
    worst: float
    fewest: float
    most: float
    sources: Mapping[str, int]
    errors: tuple[str, ...]
    memory: tuple[float | None, ...]
    slope: float | None
    worked: float | None


async def measure_team(
    samples: Sequence[TeamText],
    *,
    editors: int,
    processes: int = 1,
    seconds: float,
    seed: int = 0,
    model: str | None = None,
    bundles: Sequence[Path] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> TeamReport:
    """Start a server, let so many editors type for so long, and see what they saw.

    Args:
        samples: texts to type in; each editor takes them in an order of its own.
        editors: how many.
        processes: of the server.
        seconds: how long they type.
        seed: of what is typed where.
        model: the server's; the bundled one if none is given.
        bundles: folders of further languages, for the server to know.
        progress: is told how many seconds are over.

    Raises:
        UsageError: nothing can be typed, or the server does not listen.

    """
    typed = [sample for sample in samples if any(line.strip() for line in sample.text.splitlines())]
    if not typed:
        raise UsageError("there is nothing to type in", remedy="name a folder with files")
    async with _served(model, bundles, editors, processes) as (process, port, health, token):
        connected = [await _Editor.connect(port, token, Random(seed + n)) for n in range(editors)]  # noqa: S311
        memory, before, began = [held(process.pid)], _worked(process.pid), perf_counter()
        typing = [asyncio.create_task(one.type_in(typed, began + seconds)) for one in connected]
        while (passed := perf_counter() - began) < seconds:
            await asyncio.sleep(min(1.0, seconds - passed))
            progress(int(perf_counter() - began))
            if len(memory) <= (perf_counter() - began) / 60:
                memory.append(held(process.pid))
        await asyncio.gather(*typing)
        memory.append(held(process.pid))
        done, sources = _worked(process.pid), await _sources(health)
        for one in connected:
            await one.leave()
    tallies = [one.tally for one in connected]
    worst = [figure(tally.looking).p95 for tally in tallies if tally.looking]
    shares = [1 - tally.overtaken / tally.asked for tally in tallies if tally.asked]
    return TeamReport(
        editors=editors,
        processes=processes,
        seconds=seconds,
        keys=sum(tally.keys for tally in tallies),
        asked=sum(tally.asked for tally in tallies),
        shown=sum(tally.shown for tally in tallies),
        silent=sum(tally.silent for tally in tallies),
        overtaken=sum(tally.overtaken for tally in tallies),
        typing=figure(time for tally in tallies for time in tally.typing),
        looking=figure(time for tally in tallies for time in tally.looking),
        best=min(worst, default=0.0),
        worst=max(worst, default=0.0),
        fewest=min(shares, default=0.0),
        most=max(shares, default=0.0),
        sources=sources,
        errors=tuple(error for tally in tallies for error in tally.errors),
        memory=tuple(memory),
        slope=slope(memory),
        worked=None if before is None or done is None else done - before,
    )


@asynccontextmanager
async def _served(
    model: str | None, bundles: Sequence[Path], editors: int, processes: int
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, int, str]]:
    """A server that listens and has its model: its process, its ports and its token."""
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens"
        tokens.write_text(token, "utf-8")
        where = ["--tcp", "127.0.0.1:0", "--token-file", str(tokens), "--clients", str(editors)]
        where += ["--health", "127.0.0.1:0", "--processes", str(processes)]
        process = await asyncio.create_subprocess_exec(
            *server_of(model, bundles), *where, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None
        try:
            port = health = 0
            ready = False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    while not ready and (line := await process.stderr.readline()):
                        event = json.loads(line) if line.startswith(b"{") else {}
                        port, health = event.get("port", port), event.get("health", health)
                        ready = event.get("event") == "ready" and "process" not in event
            if not ready:
                raise UsageError("the server did not start", remedy="try again when less else is going on")
            drained = asyncio.create_task(_drain(process.stderr))
            yield process, port, health, token
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
        await drained


def _worked(number: int) -> float | None:
    """Seconds for which processors worked for a process and those that it has started."""
    found = [worked(one) for one in family(number)]
    return None if None in found else sum(seconds or 0.0 for seconds in found)


async def _sources(port: int) -> Mapping[str, int]:
    """Where the server says that its answers came from."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    _, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).partition(b"\r\n\r\n")
    writer.close()
    sources: dict[str, int] = json.loads(body)["suggestions"]
    return sources


async def _drain(stream: asyncio.StreamReader) -> None:
    while line := await stream.readline():
        if b'"event": "error"' in line:
            sys.stderr.write(line.decode())


class _Editor:
    """One connection, and the file that is open in it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: Random) -> None:
        self.tally = EditorTally()
        self._writer, self._rng, self._protocol = writer, rng, plain_protocol()
        self._protocol.set_writer(writer)
        self._ids = count(1)
        self._listening = asyncio.create_task(self._listen(reader))
        self._files = count(1)
        self._uri, self._version = "", 0

    @classmethod
    async def connect(cls, port: int, token: str, rng: Random) -> _Editor:
        """Connect and say hello."""
        editor = cls(*await asyncio.open_connection("127.0.0.1", port), rng)
        params = {"processId": None, "rootUri": None, "capabilities": _CAN}
        await editor._request("initialize", {**params, "initializationOptions": {"token": token}})[1]
        editor._tell("initialized", {})
        return editor

    async def leave(self) -> None:
        """Say goodbye."""
        with contextlib.suppress(asyncio.TimeoutError, ConnectionError):
            await asyncio.wait_for(self._request("shutdown", None)[1], 10.0)
            self._tell("exit", None)
        self._listening.cancel()
        self._writer.close()

    async def type_in(self, samples: Sequence[TeamText], until: float) -> None:
        """Type in one file after another until the time is over."""
        await asyncio.sleep(self._rng.random() * _LOOK)
        while perf_counter() < until:
            sample = self._rng.choice(samples)
            lines = sample.text.replace("\r\n", "\n").split("\n")
            lines = [f"{line}\n" for line in lines]
            first = self._rng.randrange(len(lines))
            last = first + self._rng.randint(1, _LINES)
            self._open(sample.language, "".join([*lines[:first], "\n", *lines[last:]]))
            try:
                await self._type(first, "".join(lines[first:last]).removesuffix("\n"), until)
            except ConnectionError as error:
                self.tally.errors.append(f"the connection ended: {error}")
                return

    def _open(self, language: Language, text: str) -> None:
        if self._uri:
            self._tell("textDocument/didClose", {"textDocument": {"uri": self._uri}})
        self._uri, self._version = f"file:///team/{next(self._files)}", 1
        item = {"uri": self._uri, "languageId": language.id, "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": item})

    async def _type(self, line: int, gap: str, until: float) -> None:
        left, column = self._rng.randint(*_BURST), 0
        for letter in gap:
            if perf_counter() >= until:
                return
            left -= 1
            looks = left <= 0 and not letter.isalnum()
            if looks:
                left = self._rng.randint(*_BURST)
            seconds = _LOOK if looks else _KEY * self._rng.uniform(0.5, 1.5)
            before = {"line": line, "character": column}
            line, column = (line + 1, 0) if letter == "\n" else (line, column + 1 + (letter > "\uffff"))
            await self._key(before, letter, {"line": line, "character": column}, seconds, looks=looks)

    async def _key(
        self, before: _Position, letter: str, after: _Position, seconds: float, *, looks: bool
    ) -> None:
        """Type a key, ask a moment later, and go on after some seconds."""
        tally, began = self.tally, perf_counter()
        self._edit(before, letter)
        tally.keys += 1
        await asyncio.sleep(_DEBOUNCE)
        place = {"textDocument": {"uri": self._uri}, "position": after, "context": {"triggerKind": 2}}
        number, answer = self._request(GHOST, place)
        tally.asked += 1
        left = max(0.0, began + seconds - perf_counter())
        done, _ = await asyncio.wait([answer], timeout=PATIENCE if looks else left)
        took = 1000 * (perf_counter() - began)
        if not done and looks:
            tally.errors.append("no answer")
        elif not done:
            tally.overtaken += 1
            self._tell("$/cancelRequest", {"id": number})
        if not done:
            return
        found = answer.result()
        if found.error is not None and found.error["code"] not in _CANCELLED:
            tally.errors.append(str(found.error["message"]))
        elif found.error is None:
            (tally.looking if looks else tally.typing).append(took)
            if (found.result or {}).get("items"):
                tally.shown += 1
            else:
                tally.silent += 1
        await asyncio.sleep(max(0.0, began + seconds - perf_counter()))

    def _edit(self, place: _Position, letter: str) -> None:
        self._version += 1
        change = {"range": {"start": place, "end": place}, "text": letter}
        versioned = {"uri": self._uri, "version": self._version}
        self._tell("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]})

    def _request(self, method: str, params: Any) -> tuple[int, asyncio.Future[Response]]:
        self._must_be_open()
        number = next(self._ids)
        return number, self._protocol.send_request_async(method, params, msg_id=number)

    def _tell(self, method: str, params: Any) -> None:
        self._must_be_open()
        self._protocol.notify(method, params)

    def _must_be_open(self) -> None:
        if self._writer.is_closing():
            raise ConnectionError("closed")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        await listen_async(self._protocol, reader)
        self._writer.close()
