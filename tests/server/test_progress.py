"""Progress: shown from when the client agrees until the work is done, and only then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.languages import load_registry
from lsp_server.names import files
from lsp_server.server.app import create_server
from lsp_server.server.client.progress import Progress
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.index import WorkspaceIndex
from tests.server.conftest import PATIENCE


class Client:
    """Stands in for the client at the other end: keeps its answer back until it is told."""

    def __init__(self, server: HolegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[Future[None]] = []
        self.shown: list[str] = []
        monkeypatch.setattr(server.client, "ask", self._create)
        monkeypatch.setattr(server.client, "notify", self._show)

    def _show(self, method: str, params: types.ProgressParams) -> None:
        assert method == types.PROGRESS
        value: Any = params.value
        parts = (value.kind, getattr(value, "percentage", None), getattr(value, "message", None))
        self.shown.append(" ".join(str(part) for part in parts if part is not None))

    def _create(self, method: str, params: types.WorkDoneProgressCreateParams) -> Future[None]:
        assert method == types.WINDOW_WORK_DONE_PROGRESS_CREATE
        self.answers.append(Future())
        return self.answers[-1]


def server(*, shows_progress: bool) -> HolegramServer:
    made = create_server(Settings())
    window = types.WindowClientCapabilities(work_done_progress=shows_progress)
    made.protocol.client_capabilities = types.ClientCapabilities(window=window)
    return made


def test_progress_begins_when_the_client_agrees_and_ends_with_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    progress = Progress(shown_by.client, "Loading")
    assert client.shown == []
    client.answers[0].set_result(None)
    assert client.shown == ["begin"]
    progress.report(60)
    progress.end()
    progress.report(90)
    assert client.shown == ["begin", "report 60", "end"]


def test_what_was_done_before_the_client_agrees_is_told_at_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by.client, "Loading").report(60)
    client.answers[0].set_result(None)
    assert client.shown == ["begin 60"]


def test_work_that_is_done_before_the_client_agrees_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by.client, "Loading").end()
    client.answers[0].set_result(None)
    assert client.shown == []


def test_client_that_refuses_is_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    progress = Progress(shown_by.client, "Loading")
    client.answers[0].set_exception(RuntimeError("no"))
    progress.end()
    assert client.shown == []


def test_client_without_progress_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=False)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by.client, "Loading").end()
    assert client.answers == []


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


async def test_work_that_is_done_in_a_moment_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by.client, "Reading", after=0.001).end()
    progress = Progress(shown_by.client, "Reading", after=0.002)
    assert client.answers == []
    progress.report(message="20 files")
    await until(lambda: client.answers)
    client.answers[0].set_result(None)
    progress.end()
    assert client.shown == ["begin 20 files", "end"]
    assert len(client.answers) == 1


class Workspace:
    """A folder of three files, of which each is read only when it is let."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown_by = server(shows_progress=True)
        self.client = Client(self.shown_by, monkeypatch)
        self.logged: list[str] = []
        self.begun = 0
        self.let = threading.Semaphore(0)
        self._read = files._read
        for name in "abc":
            (folder / f"{name}.tf").write_text('variable "a" {}\n', encoding="utf-8")
        monkeypatch.setattr(files, "_read", self._read_when_let)
        monkeypatch.setattr(files, "_STEP", 1)
        registry, reader = load_registry(), ThreadPoolExecutor(1)
        self.index = WorkspaceIndex(
            lambda: (folder,), lambda: registry, reader, self.logged.append, self._show
        )

    def _read_when_let(self, *args: Any) -> Any:
        self.begun += 1
        assert self.let.acquire(timeout=PATIENCE)
        return self._read(*args)

    def _show(self, stop: Callable[[], None]) -> Progress:
        return Progress(self.shown_by.client, "Reading", after=0.001, stop=stop)

    async def begin(self) -> asyncio.Task[files.Index]:
        """Begin to read, and wait until that is shown."""
        reading = asyncio.create_task(self.index.ready())
        await until(lambda: self.client.answers and self.begun)
        self.client.answers[-1].set_result(None)
        return reading


async def test_reading_that_takes_long_is_shown_with_the_number_of_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path, monkeypatch)
    reading = await workspace.begin()
    workspace.let.release(3)
    assert len((await reading).files) == 3
    assert workspace.client.shown == ["begin", "report 1 files", "report 2 files", "report 3 files", "end"]
    monkeypatch.setattr("lsp_server.server.workspace.index._STALE", -1.0)
    workspace.let.release(3)
    await workspace.index.ready()
    assert len(workspace.client.answers) == 1, "a second look is not shown"


async def test_reading_can_be_stopped_until_the_folders_are_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lsp_server.server.workspace.index._STALE", -1.0)
    workspace = Workspace(tmp_path, monkeypatch)
    reading = await workspace.begin()
    protocol = workspace.shown_by.protocol
    [token] = protocol.progress.tokens
    list(protocol.lsp_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token)))
    workspace.let.release(3)
    assert len((await reading).files) == 1
    assert workspace.logged == ["only 1 files of the workspace were read: it was stopped"]
    assert workspace.client.shown[-1] == "end"
    assert not protocol.progress.tokens
    assert len((await workspace.index.ready()).files) == 1
    workspace.index.reset()
    workspace.let.release(3)
    assert len((await workspace.index.ready()).files) == 3
