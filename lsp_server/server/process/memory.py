"""How much memory this process holds, and how it is taken."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

from lsp_server.errors import DocumentError
from lsp_server.opening import read_bytes

_ARENA_MAX = -8
"""The number of this parameter of `mallopt` (glibc, `malloc.h`)."""

_STATUS = Path("/proc/self/statm")
_MEGABYTE = 1 << 20


def resident() -> int | None:
    """What is resident, in megabytes of 2^20 bytes; None where the system does not say it as Linux does."""
    with suppress(DocumentError, ValueError, IndexError):
        pages = int(read_bytes(_STATUS).split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // _MEGABYTE
    return None


def share_arena() -> None:
    """Have all threads take memory from one arena, where the system is glibc; before there are any.

    Else each has its own, in which what it has given back lies idle: measured, 84 MB of 382 after 5,000
    operations of an editor, and 14 of 318 with one arena.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
