"""How long the model's thread goes on with a suggestion that was cancelled while it was made."""

from __future__ import annotations

from itertools import cycle
from time import perf_counter

from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.served.client import PlainClient
from lsp_server.lab.served.opened import GHOST, OpenFile
from lsp_server.lab.served.protocol import Notice
from lsp_server.lab.served.suggested import readied, worked

_SOON = (0.004, 0.008, 0.016, 0.032)
"""Seconds that a suggestion is given before it is cancelled, one after the other."""

_TIMES = 3
"""Places in a gap: at its beginning, and as far in it as letters of it are typed."""

_MOMENT = 0.5
_PATIENCE = 30.0
"""Seconds that the end of the work is waited for: at first, and where it is not certain that there is any."""

_HIGHLIGHTS = "textDocument/documentHighlight"


class Canceller:
    """Asks at places where nothing is remembered, and takes that back.

    Attributes:
        wasted: milliseconds from each cancellation to the end of the work, where that was going on.

    """

    def __init__(self, client: PlainClient, file: OpenFile) -> None:
        self.wasted: list[float] = []
        self._client = client
        self._file = file
        self._soon = cycle(_SOON)

    def cancel_in(self, cut: Cut) -> None:
        """Cancel some suggestions in a gap, which is as it was afterwards."""
        self._file.edit(cut.start, cut.end, "")
        typed = cut.removed[: _TIMES - 1]
        for place in range(len(typed) + 1):
            if place:
                self._file.edit(cut.start + place - 1, cut.start + place - 1, typed[place - 1])
            self._cancel_at(cut.start + place)
        self._file.edit(cut.start + len(typed), cut.start + len(typed), cut.removed[len(typed) :])

    def _cancel_at(self, offset: int) -> None:
        client, since = self._client, len(self._client.notices)
        number = client.request(GHOST, self._file.at(offset))
        if client.wait(number, next(self._soon)) is not None:
            return
        began = perf_counter()
        client.cancel(number)
        client.wait(number)
        stopped = self._end_of_work(since)
        if stopped is not None and stopped.at > began:
            self.wasted.append(1000 * (stopped.at - began))

    def _end_of_work(self, since: int) -> Notice | None:
        """The trace of it; none where the work was cancelled before it began, of which nothing tells.

        The same thread makes a place ready where a cursor rests, so that this ends later.
        """
        client = self._client
        if client.heard(worked, since, _MOMENT) is None:
            client.wait(client.request(_HIGHLIGHTS, self._file.at(0)))
            client.heard(lambda message: worked(message) or readied(message), since, _PATIENCE)
        return client.heard(worked, since, 0.0)
