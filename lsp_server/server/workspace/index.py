"""When the files of the workspace are read: on first need, and again after something may have changed.

Belongs to the event loop; the reading itself runs in a thread of its own, one step after the other.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.languages import Registry
from lsp_server.names.catalogue_files import read_catalogues
from lsp_server.names.files import Index, scan, update

if TYPE_CHECKING:
    from lsp_server.server.client.progress import Progress

_STALE = 2.0
"""Seconds after which files are looked at again, where nobody tells of changes."""


class WorkspaceIndex:
    """The index of the files as it was last read.

    Args:
        roots: gives the folders of the workspace.
        registry: gives the known languages.
        reader: the thread in which files are read.
        log: is told, in one line, that files were left out.
        show: begins to show that all files are being read, and takes what stops that.
        catalogues: gives the catalogues, files or folders, that the user names.

    Attributes:
        watched: whether the client tells of each change.

    """

    def __init__(
        self,
        roots: Callable[[], tuple[Path, ...]],
        registry: Callable[[], Registry],
        reader: Executor,
        log: Callable[[str], None],
        show: Callable[[Callable[[], None]], Progress] | None = None,
        catalogues: Callable[[], tuple[Path, ...]] = tuple,
    ) -> None:
        self._roots = roots
        self._registry = registry
        self._reader = reader
        self._log = log
        self._show = show
        self._catalogues = catalogues
        self._index = Index()
        self._scanned = 0.0
        self._moved = True
        self._changed: set[Path] = set()
        self._stop = threading.Event()
        self._given_up = threading.Event()
        """A person stopped the reading: nothing is looked for again until the folders are others."""
        self._work: asyncio.Task[None] | None = None
        self._catching_up = False
        """Whether what was noted as changed is being read."""
        self.watched = False

    @property
    def current(self) -> Index:
        """What is known now, without waiting."""
        return self._index

    @property
    def known(self) -> bool:
        """Whether the files were read, all of them, be it a moment ago."""
        return self._scanned > 0 and self._index.complete

    @property
    def outdated(self) -> bool:
        """Whether the files are yet to be read to the end, or one is known to have changed since."""
        return self._moved or bool(self._changed) or self._catching_up

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
        looks = not self.watched and not self._given_up.is_set()
        return self._moved or bool(self._changed) or (looks and time.monotonic() - self._scanned > _STALE)

    def _stopped(self) -> bool:
        return self._stop.is_set() or self._given_up.is_set()

    async def _run(self) -> None:
        roots, registry, loop = self._roots(), self._registry(), asyncio.get_running_loop()
        changed, moved = frozenset(self._changed), self._moved
        scans = moved or not changed
        self._changed.clear()
        self._moved = False
        self._catching_up = moved or bool(changed)
        if moved:
            self._given_up.clear()
        progress = self._show(self._given_up.set) if moved and self._show is not None else None
        if scans:
            told = None if progress is None else partial(_tell_soon, loop, progress)
            work = partial(scan, roots, registry, self._index, self._stopped, told)
        else:
            work = partial(update, changed, roots, registry, self._index, self._stop.is_set)
        was_complete, complaints = self._index.complete, list[str]()
        read = partial(_with_catalogues, work, roots, self._catalogues(), self._index, complaints.append)
        try:
            self._index = await loop.run_in_executor(self._reader, read)
        finally:
            self._catching_up = False
            if progress is not None:
                progress.end()
        for complaint in complaints:
            self._log(complaint)
        if scans:
            self._scanned = time.monotonic()
        if was_complete and not self._index.complete and not self._stop.is_set():
            why = "it was stopped" if self._given_up.is_set() else "it is large"
            self._log(f"only {len(self._index.files)} files of the workspace were read: {why}")


def _with_catalogues(
    work: Callable[[], Index],
    roots: tuple[Path, ...],
    named: tuple[Path, ...],
    known: Index,
    log: Callable[[str], None],
) -> Index:
    """The index that some work makes, with the catalogues as they are now; the same one if it is no other."""
    made = replace(work(), catalogues=read_catalogues(roots, named, known.catalogues, log))
    return known if made == known else made.after(known)


def _tell_soon(loop: asyncio.AbstractEventLoop, progress: Progress, count: int) -> None:
    loop.call_soon_threadsafe(partial(progress.report, message=f"{count} files"))
