"""Progress: shown from when the client agrees until the work is done, and only then."""

from __future__ import annotations

from concurrent.futures import Future

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
        monkeypatch.setattr(server, "progress", lambda params: self.shown.append(params.value.kind))

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
    assert client.shown == ["begin"]
    progress.end()
    assert client.shown == ["begin", "end"]


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
