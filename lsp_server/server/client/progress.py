"""Work-done progress, for clients that show it (LSP 3.17, "Work Done Progress")."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import Future

from lsprotocol import types

from lsp_server.server.client.client import Client


class Progress:
    """Shows a title from when the client has agreed until `end`; nothing to a client that shows none.

    Args:
        client: shows it.
        title: what is done.
        after: seconds until the client is asked; work that is done by then is not shown.
        stop: stops the work, if it can be stopped; is called when the person says so.

    """

    def __init__(
        self,
        client: Client,
        title: str,
        *,
        after: float = 0.0,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self._client = client
        self._title = title
        self._stop = stop
        self._token = str(uuid.uuid4())
        self._percentage: int | None = None
        self._message: str | None = None
        self._shown = self._ended = False
        if not client.capability("window.work_done_progress"):
            return
        if after:
            asyncio.get_running_loop().call_later(after, self._ask)
        else:
            self._ask()

    def report(self, percentage: int | None = None, message: str | None = None) -> None:
        """So much of the work is done: in a hundred, where that is known, and in words."""
        self._percentage, self._message = percentage, message
        if self._shown and not self._ended:
            self._send(types.WorkDoneProgressReport(percentage=percentage, message=message))

    def end(self) -> None:
        """The work is done."""
        self._ended = True
        if self._shown:
            self._client.stoppable.pop(self._token, None)
            self._send(types.WorkDoneProgressEnd())

    def _ask(self) -> None:
        if not self._ended:
            params = types.WorkDoneProgressCreateParams(self._token)
            self._client.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params).add_done_callback(self._begin)

    def _begin(self, created: Future[None]) -> None:
        # The answer is never waited for: pygls fails on an answer to a wait that was cancelled.
        if self._ended or created.cancelled() or created.exception() is not None:
            return
        self._shown = True
        if self._stop is not None:
            self._client.stoppable[self._token] = _calling(self._stop)
        begin = types.WorkDoneProgressBegin(
            title=self._title,
            cancellable=self._stop is not None or None,
            percentage=self._percentage,
            message=self._message,
        )
        self._send(begin)

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        self._client.notify(types.PROGRESS, types.ProgressParams(self._token, value))


def _calling(stop: Callable[[], None]) -> Future[None]:
    """What pygls cancels when a client says that the work is to be stopped."""
    cancelled: Future[None] = Future()
    cancelled.add_done_callback(lambda _: stop())
    return cancelled
