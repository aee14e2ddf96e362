"""What a client may do: all there is to the editor of the person who started the server, less to others."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
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
        longest: so many may be in one of them.
        threads: so many of its documents are looked at for errors at once, and so many for what is asked.
        caches: so many texts the model goes on with where they were, of all clients together.

    """

    trusted: bool = True
    suggestion_ms: float = math.inf
    pause_ms: int = 0
    late_ms: float = math.inf
    requests: int = sys.maxsize
    documents: int = sys.maxsize
    characters: int = sys.maxsize
    longest: int = sys.maxsize
    threads: int = 32
    caches: int = 1


OWN = Limits()
"""For the editor that started the server."""

_TEAM = Limits(
    trusted=False,
    pause_ms=400,
    requests=64,
    documents=200,
    characters=5_000_000,
    longest=1_500_000,
    threads=2,
    caches=64,
)
"""Who works in one file or in ten comes nowhere near these. Five million characters of HCL take 3 GB. A cache
of the bundled model takes 4 MB, and saves the reading of a prompt at each key, which takes 20 ms."""


def team(ghost_ms: int, processes: int = 1) -> Limits:
    """For whoever connects, where ghost text may take so many milliseconds; 0 is no limit.

    Half of that is for its turn, half for the work. Each of several processes keeps its share of the texts.
    """
    half = ghost_ms / 2 or math.inf
    return replace(_TEAM, suggestion_ms=half, late_ms=half, caches=max(1, _TEAM.caches // processes))


def is_inside(path: Path, folders: tuple[Path, ...]) -> bool:
    """Whether a path is one of some folders or lies in one, wherever its links lead."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        return False
    return any(real.is_relative_to(folder) for folder in folders)
