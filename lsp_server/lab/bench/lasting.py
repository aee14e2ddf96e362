"""How much memory a server has after each minute that somebody types into it, and whether that rises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from statistics import fmean
from time import monotonic

from lsp_server.lab.bench.serving import CAN, ServedTyping, server_of
from lsp_server.lab.bench.spots import repeating
from lsp_server.lab.served.client import connected
from lsp_server.languages import Language

_MINUTE = 60.0
_WARM = 10
"""Minutes in which memory may rise: what is kept within bounds fills up."""


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
    cuts = cycle(repeating(language, seed, examples)(lines).cuts)
    with connected(CAN, command=server_of(model, bundles)) as (client, can):
        typing, began = ServedTyping(client, can, language), monotonic()
        while len(resident) < minutes:
            typing.visit(next(cuts))
            client.forget_notices()
            while len(resident) < minutes and monotonic() - began >= _MINUTE * (len(resident) + 1):
                resident.append(client.resident())
                progress(len(resident))
    return tuple(resident)


def slope(resident: Sequence[float | None], warm: int = _WARM) -> float | None:
    """How much memory rises after the first minutes, in MiB an hour, by least squares.

    None where fewer than two minutes are left of which it is known.
    """
    points = [(minute, mib) for minute, mib in enumerate(resident, 1) if minute > warm and mib is not None]
    if len(points) < 2:
        return None
    middle = fmean(minute for minute, _ in points)
    level = fmean(mib for _, mib in points)
    spread = sum((minute - middle) ** 2 for minute, _ in points)
    return 60 * sum((minute - middle) * (mib - level) for minute, mib in points) / spread
