"""What a client may do: all there is to the editor of the person who started the server, less to others."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may do.

    Attributes:
        trusted: whether it may name folders on this machine, and say which model and which bundles are used.
        suggestion_ms: so many milliseconds a suggestion that nobody asked for may take, whatever the client's
            settings say; one that a person asked for some times more.
        pause_ms: so many pass after a change, at least, before errors are looked for.
        late_ms: a suggestion that nobody asked for is given up when it was not begun after so many.
        requests: so many may be without an answer at a time.
        documents: so many may be open.
        characters: so many may be in all open documents together.
        caches: so many texts the model goes on with where they were, of all clients together.

    """

    trusted: bool = True
    suggestion_ms: float = math.inf
    pause_ms: int = 0
    late_ms: float = math.inf
    requests: int = sys.maxsize
    documents: int = sys.maxsize
    characters: int = sys.maxsize
    caches: int = 1


OWN = Limits()
"""For the editor that started the server."""

TEAM = Limits(
    trusted=False,
    suggestion_ms=250,
    pause_ms=400,
    late_ms=250,
    requests=64,
    documents=200,
    characters=20_000_000,
    caches=64,
)
"""For whoever connects. A person does not wait for ghost text longer than half a second: half of that is for
the turn, half for the work. Who works in one file or in ten comes nowhere near the others. A cache of the
bundled model takes 4 MB, and saves the reading of a prompt at each key, which takes 20 ms."""


def is_inside(path: Path, folders: tuple[Path, ...]) -> bool:
    """Whether a path is one of some folders or lies in one, wherever its links lead."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        return False
    return any(real.is_relative_to(folder) for folder in folders)
