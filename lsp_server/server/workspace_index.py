"""When the files of the workspace are read: on first need, and again after something may have changed.

Belongs to the event loop; the reading itself runs in a thread of its own, one step after the other.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lsp_server.languages import Registry
from lsp_server.server.files import Index, scan, update

_STALE = 2.0
"""Seconds after which files are looked at again, where nobody tells of changes."""


class WorkspaceIndex:
    """The index of the files as it was last read.

    Args:
        roots: gives the folders of the workspace.
        registry: gives the known languages.
        reader: the thread in which files are read.
        log: is told, in one line, that files were left out.

    Attributes:
        watched: whether the client tells of each change.

    """

    def __init__(
        self,
        roots: Callable[[], tuple[Path, ...]],
        registry: Callable[[], Registry],
        reader: ThreadPoolExecutor,
        log: Callable[[str], None],
    ) -> None:
        self._roots = roots
        self._registry = registry
        self._reader = reader
        self._log = log
        self._index = Index()
        self._scanned = 0.0
        self._moved = True
        self._changed: set[Path] = set()
        self._stop = threading.Event()
        self._work: asyncio.Task[None] | None = None
        self.watched = False

    @property
    def current(self) -> Index:
        """What is known now, without waiting."""
        return self._index

    def touch(self, paths: Iterable[Path]) -> None:
        """Note that files may have been made, changed or removed."""
        self._changed.update(paths)

    def reset(self) -> None:
        """Note that the folders are others than before."""
        self._moved = True

    def prepare(self) -> None:
        """Begin to read what has to be read, without waiting for it."""
        if (self._work is None or self._work.done()) and self._needed():
            self._work = asyncio.create_task(self._run())

    async def ready(self) -> Index:
        """The index, once it is up to date with what was noted before this was asked."""
        if self._work is not None:
            await asyncio.shield(self._work)
        self.prepare()
        if self._work is not None:
            await asyncio.shield(self._work)
        return self._index

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()

    def _needed(self) -> bool:
        if self._stop.is_set():
            return False
        stale = not self.watched and time.monotonic() - self._scanned > _STALE
        return self._moved or bool(self._changed) or stale

    async def _run(self) -> None:
        roots, registry, changed = self._roots(), self._registry(), frozenset(self._changed)
        scans = self._moved or not changed
        self._changed.clear()
        self._moved = False
        work = (
            partial(scan, roots, registry, self._index, self._stop.is_set)
            if scans
            else partial(update, changed, roots, registry, self._index, self._stop.is_set)
        )
        was_complete = self._index.complete
        self._index = await asyncio.get_running_loop().run_in_executor(self._reader, work)
        if scans:
            self._scanned = time.monotonic()
        if was_complete and not self._index.complete:
            read = len(self._index.files)
            self._log(f"the workspace is large: only {read} of its files are looked into")
