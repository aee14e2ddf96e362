"""A client for a server in a process of its own, over standard input and output.

Knows no method of the protocol but those of the server's life. What the server asks is answered with nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from time import perf_counter
from typing import IO, Any

from lsp_server.errors import DocumentError, UsageError
from lsp_server.lab.served.protocol import Notice, Response, listen, plain_protocol
from lsp_server.text import read_text

HOLEGRAM = (sys.executable, "-m", "lsp_server")
SERVE = (*HOLEGRAM, "serve")
PATIENCE = 120.0
"""Seconds after which an answer is not waited for any more."""


class _Pipe:
    """What a server that is gone does not read is lost."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def write(self, data: bytes) -> None:
        """Send what makes up a message."""
        with suppress(BrokenPipeError):
            self._pipe.write(data)
            self._pipe.flush()

    def close(self) -> None:
        """Send nothing more."""
        with suppress(BrokenPipeError):
            self._pipe.close()


class PlainClient:
    """One client of one server.

    Attributes:
        notices: what the server has told so far.

    """

    def __init__(self, command: Sequence[str] = SERVE, errors: IO[bytes] | None = None) -> None:
        self.began = perf_counter()
        self.notices: list[Notice] = []
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if errors is None else errors,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._out, self._in = _Pipe(self._process.stdin), self._process.stdout
        self._protocol = plain_protocol()
        self._protocol.heard = self._hear
        self._protocol.set_writer(self._out)
        self._ids = count(1)
        self._asked: dict[int, Future[Response]] = {}
        self._changed = Condition()
        self._ended = False
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    @property
    def strays(self) -> Sequence[Any]:
        """Ids of answers that nobody waited for: to no request, or a second one."""
        return self._protocol.strays

    def resident(self) -> float | None:
        """The resident memory of the server in MiB; none where the system does not say."""
        return _kilobytes(Path(f"/proc/{self._process.pid}/status"), "VmRSS:")

    def worked(self) -> float | None:
        """Seconds for which processors worked for the server; none where the system does not say."""
        return worked(self._process.pid)

    def send_bytes(self, body: bytes) -> None:
        """Send anything, in a frame."""
        self._out.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self._protocol.notify(method, params)

    def request(self, method: str, params: object = None) -> int:
        """Send a request; gives its id."""
        number = next(self._ids)
        self._asked[number] = self._protocol.send_request(method, params, msg_id=number)
        return number

    def wait(self, number: int, seconds: float = PATIENCE) -> Response | None:
        """The answer to a request, once; none if it does not come in time."""
        waiting = self._asked.get(number)
        if waiting is None or (self._ended and not waiting.done()):
            return None
        try:
            answer = waiting.result(max(0.0, seconds))
        except (TimeoutError, CancelledError):
            return None
        del self._asked[number]
        return answer

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
        self._out.close()
        self._in.close()
        return code

    def _read(self) -> None:
        listen(self._protocol, self._in)
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._protocol.end()

    def _hear(self, notice: Notice) -> None:
        with self._changed:
            self.notices.append(notice)
            self._changed.notify_all()


def held(number: int) -> float | None:
    """The memory in MiB that a process and those that it has started hold together.

    What several share counts once (proportional set size); none where the system does not say.
    """
    found = [_kilobytes(Path(f"/proc/{one}/smaps_rollup"), "Pss:") for one in family(number)]
    known = [size for size in found if size is not None]
    return sum(known) if len(known) == len(found) else None


def family(number: int) -> list[int]:
    """A process, and those that it has started and that run; only itself where the system does not say."""
    with suppress(DocumentError):
        started = read_text(Path(f"/proc/{number}/task/{number}/children")).split()
        return [number, *(one for child in started for one in family(int(child)))]
    return [number]


def _kilobytes(path: Path, name: str) -> float | None:
    with suppress(DocumentError, StopIteration):
        lines = read_text(path).splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
    return None


def worked(number: int) -> float | None:
    """Seconds for which processors worked for a process; none where the system does not say."""
    with suppress(DocumentError, ValueError, IndexError):
        fields = read_text(Path(f"/proc/{number}/stat")).rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return None


@contextmanager
def connected(
    capabilities: object,
    options: object = None,
    command: Sequence[str] = SERVE,
    errors: IO[bytes] | None = None,
    folders: Sequence[Path] = (),
) -> Iterator[tuple[PlainClient, dict[str, Any]]]:
    """A client whose server has started, and what that server can do; at the end the server stops.

    `folders` are those of the workspace.
    """
    client = PlainClient(command, errors)
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
