"""What the fuzzer begins with, and some of what it makes of it; `python -m tests.fuzz` makes more."""

from __future__ import annotations

from random import Random

import pytest

from tests.counts import tries
from tests.fuzz.targets import TARGETS, seeds


@pytest.mark.parametrize("target", TARGETS)
def test_an_answer_or_an_error_in_one_line_comes_of_any_bytes(target: str) -> None:
    random, kept = Random(4), list(seeds(target))
    for seed in random.sample(kept, min(len(kept), tries(10, 100))):
        TARGETS[target](seed)
        for _ in range(3):
            TARGETS[target](_changed(seed, random.choice(kept), random))


def _changed(data: bytes, other: bytes, random: Random) -> bytes:
    """Bytes with a piece of them gone, doubled, noise, or of others."""
    start, place = random.randrange(len(data)), random.randrange(len(other))
    size = random.choice((1, 2, 8, 40))
    piece = data[start : start + size]
    put = random.choice((b"", 2 * piece, random.randbytes(size), other[place : place + size]))
    return data[:start] + put + data[start + size :]
