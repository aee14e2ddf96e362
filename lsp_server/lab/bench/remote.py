"""Plays people who type and use a remote model: what reaches the server, and what of it was for nothing.

Each asks at every key, and lets go of what was asked before; now and then they pause, and read the whole
text.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from random import Random

from lsp_server.lab.figures import Figure, figure
from lsp_server.models.remote.address import RemoteAddress
from lsp_server.models.remote.connection import ModelServer, RemoteText

_KEY, _PAUSE, _PAUSES = (0.08, 0.3), (0.6, 2.0), 0.15
"""Seconds between two keys, and of a pause; how often one comes instead."""

_MOST = 48


@dataclass(frozen=True, slots=True)
class UsersReport:
    """What so many people asked for: `asked` tokens at most, of which so many were `written`.

    `wasted` are those that were written for who had typed on. `first` are the milliseconds to a first
    token, where one came in time. `cpu_ms` is what a request took of this machine's processor.
    """

    users: int
    requests: int
    cancelled: int
    failed: int
    asked: int
    written: int
    wasted: int
    first: Figure
    cpu_ms: float


@dataclass(eq=False, slots=True)
class _UserText:
    text: RemoteText
    began: float


def measure_users(address: RemoteAddress, users: int, seconds: float, seed: int = 0) -> UsersReport:
    """Have so many people type for so many seconds.

    Raises:
        ModelError: a key would be sent without encryption, or the server does not answer at all.

    """
    connection, rng = ModelServer(address), Random(f"{seed}/{users}")  # noqa: S311 - keys, not secrets
    connection.models()
    began, spent = time.monotonic(), time.process_time()
    waiting = [(began + rng.uniform(0, 0.5), user) for user in range(users)]
    heapq.heapify(waiting)
    running: dict[int, _UserText] = {}
    firsts: list[float] = []
    asked = cancelled = failed = written = wasted = 0
    body = {"model": address.name, "max_tokens": _MOST, "temperature": 0, "stream": True, "logprobs": 1}
    while waiting and waiting[0][0] < began + seconds:
        at, user = heapq.heappop(waiting)
        while (left := at - time.monotonic()) > 0:
            time.sleep(min(left, 0.005))
            firsts += _firsts(running)
        before = running.pop(user, None)
        if before is not None:
            piece = before.text.now()
            written += len(piece.chances)
            if not piece.done:
                cancelled += 1
                wasted += len(piece.chances)
                before.text.stop()
            elif piece.failure is not None:
                failed += 1
        prompt = f"user {user} writes {rng.random()}"
        running[user] = _UserText(connection.write(body | {"prompt": prompt}), time.monotonic())
        asked += _MOST
        pause = rng.uniform(*(_PAUSE if rng.random() < _PAUSES else _KEY))
        heapq.heappush(waiting, (max(at, time.monotonic()) + pause, user))
    for one in running.values():
        one.text.stop()
    connection.close()
    count = asked // _MOST
    cpu = 1000 * (time.process_time() - spent) / max(1, count)
    return UsersReport(users, count, cancelled, failed, asked, written, wasted, figure(firsts), cpu)


def _firsts(running: dict[int, _UserText]) -> list[float]:
    """The times to the first token of those that have one now; each is told once."""
    found: list[float] = []
    for one in running.values():
        if one.began and one.text.now().text:
            found.append(1000 * (time.monotonic() - one.began))
            one.began = 0.0
    return found
