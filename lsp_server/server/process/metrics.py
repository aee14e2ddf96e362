"""What is counted while a server runs: numbers only, and never a text. Knows nobody who reads them."""

from __future__ import annotations

import traceback
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BOUNDS_MS = (10, 25, 50, 100, 200, 300, 400, 500, 750, 1_000, 2_000, 5_000)
"""The upper bounds of the steps in which waits are counted, in milliseconds."""


@dataclass(slots=True)
class Waits:
    """How long something took, counted in steps; the last one has no bound."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_MS) + 1))
    total_ms: float = 0.0

    def add(self, ms: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_MS, ms)] += 1
        self.total_ms += ms

    def __add__(self, other: Waits) -> Waits:
        """Both together."""
        counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]
        return Waits(counts, self.total_ms + other.total_ms)


@dataclass(slots=True)
class Metrics:
    """Counts since the start.

    Attributes:
        connections: by what became of them: accepted, or why they were refused.
        messages: by method of the protocol; others than known ones under one name.
        suggestions: by where they came from: the model, memory, or nowhere as they were late.
        errors: of the server itself.
        waits: from a request for ghost text to its answer.

    """

    connections: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    suggestions: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    waits: Waits = field(default_factory=Waits)

    def count_message(self, method: str) -> None:
        """Count a message of a client."""
        self.messages[method] += 1

    def __add__(self, other: Metrics) -> Metrics:
        """Both together."""
        return Metrics(
            self.connections + other.connections,
            self.messages + other.messages,
            self.suggestions + other.suggestions,
            self.errors + other.errors,
            self.waits + other.waits,
        )


def place_of(error: BaseException) -> str:
    """Where in the program an error came from; empty if it was never raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
