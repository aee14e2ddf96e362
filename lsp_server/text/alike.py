"""How far two texts are the same from their beginnings on."""

from __future__ import annotations

from collections.abc import Sequence


def common(one: Sequence[object], other: Sequence[object]) -> int:
    """With how many items, such as characters, both begin; two of one type, for stretches are compared."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
