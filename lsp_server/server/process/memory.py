"""How much memory this process holds."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from lsp_server.errors import DocumentError
from lsp_server.opening import read_bytes

_STATUS = Path("/proc/self/statm")
_MEGABYTE = 1 << 20


def resident() -> int | None:
    """What is resident, in megabytes of 2^20 bytes; None where the system does not say it as Linux does."""
    with suppress(DocumentError, ValueError, IndexError):
        pages = int(read_bytes(_STATUS).split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // _MEGABYTE
    return None
