"""Work-done progress, for clients that show it (LSP 3.17, "Work Done Progress")."""

from __future__ import annotations

import uuid
from concurrent.futures import Future
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from lsp_server.server.language_server import HolegramServer


class Progress:
    """Shows a title from when the client has agreed until `end`; nothing to a client that shows none."""

    def __init__(self, server: HolegramServer, title: str) -> None:
        self._server = server
        self._title = title
        self._token = str(uuid.uuid4())
        self._percentage = 0
        self._shown = self._ended = False
        if server.capability("window.work_done_progress"):
            params = types.WorkDoneProgressCreateParams(self._token)
            server.window_work_done_progress_create(params).add_done_callback(self._begin)

    def report(self, percentage: int) -> None:
        """So much of the work is done."""
        self._percentage = percentage
        if self._shown and not self._ended:
            self._send(types.WorkDoneProgressReport(percentage=percentage))

    def end(self) -> None:
        """The work is done."""
        self._ended = True
        if self._shown:
            self._send(types.WorkDoneProgressEnd())

    def _begin(self, created: Future[None]) -> None:
        # The answer is never waited for: pygls fails on an answer to a wait that was cancelled.
        if not self._ended and not created.cancelled() and created.exception() is None:
            self._shown = True
            self._send(types.WorkDoneProgressBegin(title=self._title, percentage=self._percentage))

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        self._server.progress(types.ProgressParams(self._token, value))
