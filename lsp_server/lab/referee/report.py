"""Writes down what the referee counted: as lines that two versions can be compared by, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from lsp_server.lab.figures import nearest_rank
from lsp_server.lab.referee.hearing import RefereeRow

HEADINGS = ("language", "kind", "cases", "answered", "violations", "author", "said", "wrong", "shown")
"""What does not depend on the machine, in the order in which it is written down."""


def columns(row: RefereeRow) -> tuple[str, ...]:
    """What does not depend on the machine, for people and for comparison."""
    return tuple(str(getattr(row, name)) for name in HEADINGS)


def fields(row: RefereeRow) -> dict[str, Any]:
    """Everything, with percentiles in place of all times."""
    p50, p95 = _times(row)
    return {**asdict(row), "first_ms": {"p50": round(p50, 1), "p95": round(p95, 1)}}


def table(rows: Iterable[RefereeRow], *, timed: bool = False) -> str:
    """A line for each row, the columns below one another, under their headings; also `timed`."""
    lines = [(*HEADINGS, *(("p50 ms", "p95 ms") if timed else ()))]
    for row in rows:
        shown = tuple(f"{ms:.0f}" for ms in _times(row)) if timed else ()
        lines.append((*columns(row), *shown))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def _times(row: RefereeRow) -> tuple[float, float]:
    """The first answer's p50 and p95, in milliseconds of the processor."""
    return nearest_rank(row.first_ms, 50), nearest_rank(row.first_ms, 95)
