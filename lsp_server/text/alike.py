"""How far two texts are the same from their beginnings on."""

from __future__ import annotations

from collections.abc import Sequence


def common(one: Sequence[object], other: Sequence[object]) -> int:
    """With how many items, such as characters, both begin."""
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
