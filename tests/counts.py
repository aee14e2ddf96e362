"""How often tests try what is tried at random: less in a usual run than with `python tests/run.py --full`."""

from __future__ import annotations

import os

FULL = bool(os.environ.get("HOLEGRAM_FULL"))
"""Whether all is to be tried; takes about twice as long."""


def tries(usual: int, full: int) -> int:
    """One of two numbers of tries; more try the same ones, and others."""
    return full if FULL else usual
