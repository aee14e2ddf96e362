"""How readily something is suggested that nobody has asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Eagerness(StrEnum):
    """Shown is: nothing but what is asked for; what is right more often than not; or more than that."""

    SUBTLE = "subtle"
    BALANCED = "balanced"
    EAGER = "eager"


LEAST_CHANCE: Mapping[Eagerness, float] = MappingProxyType(
    {Eagerness.SUBTLE: math.inf, Eagerness.BALANCED: 0.5, Eagerness.EAGER: 0.35}
)
"""By level, how likely the first word must be right (see `confidence`), as `tests/eval/README.md` shows."""


def least_of(eagerness: Eagerness) -> float:
    """The logarithm of the chance from which on a suggestion is shown."""
    return math.log(LEAST_CHANCE[eagerness])
