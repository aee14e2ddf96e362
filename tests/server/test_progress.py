"""Progress: shown from when the client agrees until the work is done, and only then."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.server.app import create_server
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.progress import Progress
from lsp_server.server.settings import Settings


class Client:
    """Stands in for the client at the other end: keeps its answer back until it is told."""

    def __init__(self, server: HolegramServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[Future[None]] = []
        self.shown: list[str] = []
        monkeypatch.setattr(server, "window_work_done_progress_create", self._create)
        monkeypatch.setattr(server, "progress", self._show)

    def _show(self, params: types.ProgressParams) -> None:
        value: Any = params.value
        parts = (value.kind, getattr(value, "percentage", None))
        self.shown.append(" ".join(str(part) for part in parts if part is not None))

    def _create(self, params: types.WorkDoneProgressCreateParams) -> Future[None]:
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
    progress = Progress(shown_by, "Loading")
    assert client.shown == []
    client.answers[0].set_result(None)
    assert client.shown == ["begin 0"]
    progress.report(60)
    progress.end()
    progress.report(90)
    assert client.shown == ["begin 0", "report 60", "end"]


def test_what_was_done_before_the_client_agrees_is_told_at_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by, "Loading").report(60)
    client.answers[0].set_result(None)
    assert client.shown == ["begin 60"]


def test_work_that_is_done_before_the_client_agrees_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by, "Loading").end()
    client.answers[0].set_result(None)
    assert client.shown == []


def test_client_that_refuses_is_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=True)
    client = Client(shown_by, monkeypatch)
    progress = Progress(shown_by, "Loading")
    client.answers[0].set_exception(RuntimeError("no"))
    progress.end()
    assert client.shown == []


def test_client_without_progress_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_by = server(shows_progress=False)
    client = Client(shown_by, monkeypatch)
    Progress(shown_by, "Loading").end()
    assert client.answers == []
