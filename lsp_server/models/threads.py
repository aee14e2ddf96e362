"""How many threads a model computes with, where nobody says so."""

from __future__ import annotations

import os

_MOST = 4
"""A small model does not gain from more."""


def share_of(cores: int, most: int) -> int:
    """So many threads of `most` that torch would take, that a core is left to the editor where there are two.

    On two cores with other work beside it the median token takes 1.1 ms with one thread and with two, but
    the p95 is 1 to 6 ms with one, and 40 to 340 ms with two, which wait for each other.
    """
    return max(1, min(most, cores - 1, _MOST))


def default_threads() -> int:
    """The share of this process, on the cores that it may use. Imports torch."""
    import torch

    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed is not None else os.cpu_count() or 1
    return share_of(cores, torch.get_num_threads())
