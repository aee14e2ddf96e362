"""How much a computation does, on any machine alike."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(compute: Callable[[], object]) -> int:
    """How many functions are called, of Python's and of C, while something is computed in this thread."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        compute()
    finally:
        sys.setprofile(before)
    return count
