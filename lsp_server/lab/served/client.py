"""A client for a server in a process of its own, over standard input and output: JSON and its frames.

Knows no method of the protocol but those of the server's life. What the server asks is answered with nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from time import perf_counter
from typing import IO, Any

from lsp_server.errors import DocumentError, UsageError
from lsp_server.text import read_text

HOLEGRAM = (sys.executable, "-m", "lsp_server")
SERVE = (*HOLEGRAM, "serve")
PATIENCE = 120.0
"""Seconds after which an answer is not waited for any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request came to, and when it was read (`time.perf_counter`)."""

    result: Any
    error: dict[str, Any] | None
    at: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification of the server, and when it was read."""

    method: str
    params: Any
    at: float


class Client:
    """One client of one server.

    Attributes:
        notices: what the server has told so far.
        strays: ids of answers that nobody waited for: to no request, or a second one.

    """

    def __init__(self, command: Sequence[str] = SERVE, errors: IO[bytes] | None = None) -> None:
        self.began = perf_counter()
        self.notices: list[Notice] = []
        self.strays: list[Any] = []
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if errors is None else errors,
        )
        self._ids = count(1)
        self._open: set[int] = set()
        self._answers: dict[int, Answer] = {}
        self._changed = Condition()
        self._ended = False
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def resident(self) -> float | None:
        """The resident memory of the server in MiB; none where the system does not say."""
        with suppress(DocumentError, StopIteration):
            lines = read_text(Path(f"/proc/{self._process.pid}/status")).splitlines()
            return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
        return None

    def worked(self) -> float | None:
        """Seconds for which processors worked for the server; none where the system does not say."""
        with suppress(DocumentError, ValueError, IndexError):
            fields = read_text(Path(f"/proc/{self._process.pid}/stat")).rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return None

    def send(self, message: object) -> None:
        """Send anything that is JSON."""
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        """Send anything, in a frame; what a server that is gone does not read is lost."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._process.stdin.flush()

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: object = None) -> int:
        """Send a request; gives its id."""
        number = next(self._ids)
        with self._changed:
            self._open.add(number)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def wait(self, number: int, seconds: float = PATIENCE) -> Answer | None:
        """The answer to a request, once; none if it does not come in time."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._answers or self._ended, seconds)
            return self._answers.pop(number, None)

    def ask(self, method: str, params: object = None) -> Any:
        """The result of a request.

        Raises:
            UsageError: the server refuses it, or does not answer.

        """
        answer = self.wait(self.request(method, params))
        if answer is None or answer.error is not None:
            said = "no answer" if answer is None or answer.error is None else answer.error.get("message")
            raise UsageError(f"{method}: {said}")
        return answer.result

    def cancel(self, number: int) -> None:
        """Say that the answer to a request is not wanted any more."""
        self.notify("$/cancelRequest", {"id": number})

    def told(self, wanted: Callable[[Notice], bool], since: int, seconds: float) -> Notice | None:
        """The first notice that is wanted, of those from `since` on; none if there is none in time."""

        def found() -> Notice | None:
            return next(filter(wanted, self.notices[since:]), None)

        with self._changed:
            self._changed.wait_for(lambda: self._ended or found() is not None, seconds)
            return found()

    def heard(self, wanted: Callable[[str], bool], since: int, seconds: float) -> Notice | None:
        """The first trace that is wanted, of the notices from `since` on; none if there is none in time."""
        return self.told(
            lambda notice: notice.method == "$/logTrace" and wanted(notice.params["message"]), since, seconds
        )

    def forget_notices(self) -> None:
        """Let go of what the server has told so far."""
        self.notices.clear()

    def stop(self) -> int:
        """Shut the server down; its exit code."""
        if self.alive:
            self.wait(self.request("shutdown"), 10.0)
            self.notify("exit")
        try:
            code = self._process.wait(10.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for body, at in _bodies(self._process.stdout):
            self._take(json.loads(body), at)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, message: dict[str, Any], at: float) -> None:
        number = message.get("id")
        if "method" in message and number is not None:
            items = (message.get("params") or {}).get("items", ())
            result = [None for _ in items] if message["method"] == "workspace/configuration" else None
            self.send({"jsonrpc": "2.0", "id": number, "result": result})
            return
        with self._changed:
            if "method" in message:
                self.notices.append(Notice(message["method"], message.get("params"), at))
            elif isinstance(number, int) and number in self._open:
                self._open.discard(number)
                self._answers[number] = Answer(message.get("result"), message.get("error"), at)
            else:
                self.strays.append(number)
            self._changed.notify_all()


def _bodies(stream: IO[bytes]) -> Iterator[tuple[bytes, float]]:
    """The messages of a stream, to its end, each with when it was there, whatever it takes to read it."""
    while True:
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = stream.read(length)
        if not body:
            return
        yield body, perf_counter()


@contextmanager
def connected(
    capabilities: object,
    options: object = None,
    command: Sequence[str] = SERVE,
    errors: IO[bytes] | None = None,
    folders: Sequence[Path] = (),
) -> Iterator[tuple[Client, dict[str, Any]]]:
    """A client whose server has started, and what that server can do; at the end the server stops.

    `folders` are those of the workspace.
    """
    client = Client(command, errors)
    try:
        params = {
            "processId": None,
            "rootUri": None,
            "capabilities": capabilities,
            "initializationOptions": options,
            "trace": "messages",
            "workspaceFolders": [{"uri": path.as_uri(), "name": path.name} for path in folders] or None,
        }
        can = client.ask("initialize", params)["capabilities"]
        client.notify("initialized", {})
        yield client, can
    finally:
        client.stop()
