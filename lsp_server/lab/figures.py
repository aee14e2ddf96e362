"""Sums up times: how many there were, how long most of them took; and whether memory rises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, linear_regression


@dataclass(frozen=True, slots=True)
class Figure:
    """Nearest-rank quantiles of some times, in milliseconds; zeros of none.

    The least time that so many percent of them do not exceed: where more than 5 % are longer than some time,
    so is `p95`, however few there are.
    """

    count: int
    mean: float
    p50: float
    p95: float
    p99: float


def nearest_rank(ordered: Sequence[float], percent: int) -> float:
    """The least of some values, in order, that so many percent of them do not exceed; 0 of none."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else 0.0


def figure(times: Iterable[float]) -> Figure:
    """The figure of some times in milliseconds."""
    ordered = sorted(times)
    ranks = (nearest_rank(ordered, percent) for percent in (50, 95, 99))
    return Figure(len(ordered), fmean(ordered) if ordered else 0.0, *ranks)


def ratio(part: float, whole: float) -> float:
    """How many times `whole` goes into `part`; 0 where `whole` is 0."""
    return part / whole if whole else 0.0


_WARM = 10
"""Minutes in which memory may rise: what is kept within bounds fills up."""


def slope(resident: Sequence[float | None]) -> float | None:
    """How much memory rises after the first minutes, in MiB an hour, by least squares.

    None where fewer than two minutes are left of which it is known.
    """
    points = [(minute, mib) for minute, mib in enumerate(resident, 1) if minute > _WARM and mib is not None]
    if len(points) < 2:
        return None
    return 60 * linear_regression(*zip(*points, strict=True)).slope
