"""How much memory a server has after each minute that somebody types into it, for as long as one likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from time import monotonic

from lsp_server.evaluation.bench.client import connected
from lsp_server.evaluation.bench.serving import CAN, Typing, server_of, shuffled_spots
from lsp_server.languages import Language

_MINUTE = 60.0


def measure_memory(
    language: Language,
    minutes: int,
    *,
    lines: int = 1_000,
    seed: int = 0,
    examples: int | None = None,
    model: str | None = None,
    bundles: Sequence[Path] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[float | None, ...]:
    """Type as `measure_server` does, at one place after another, again and again, in files of some lines.

    Returns:
        What was resident after each minute, in MiB; none where the system does not say.

    Raises:
        UsageError: no example of the language can be repeated, or the server does not answer.

    """
    resident: list[float | None] = []
    spots = cycle(shuffled_spots(language, seed, examples))
    with connected(CAN, command=server_of(model, bundles)) as (client, can):
        typing, began = Typing(client, can, language, lines), monotonic()
        while len(resident) < minutes:
            typing.visit(next(spots))
            client.forget_notices()
            while len(resident) < minutes and monotonic() - began >= _MINUTE * (len(resident) + 1):
                resident.append(client.resident())
                progress(len(resident))
    return tuple(resident)
