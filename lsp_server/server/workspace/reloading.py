"""Bundles that are changed while the server runs: read anew, and their documents with them.

A bundle that has become wrong stays as it was when it was right; what is wrong is a diagnostic in the file
that has it. Only those directories are looked at that bundles come from anyway, which a workspace cannot be
unless the user's own settings name it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from lsprotocol import types

from lsp_server.errors import BundleError
from lsp_server.languages import Bundles, Language, Registry, load_bundles, reread
from lsp_server.lazy_imports import TURN
from lsp_server.server.client.client import Client
from lsp_server.server.client.connections import Connection, Connections
from lsp_server.server.convert import problem_of
from lsp_server.server.documents.session import Session

_PAUSE = 2.0
"""Seconds after which the bundles are looked at again, for clients that do not tell of changes."""


class Reloader:
    """Looks whether bundles have changed, again and again and when there is reason to.

    Args:
        connections: whom to tell.
        worker: the thread in which they are read.

    """

    def __init__(self, connections: Connections, worker: Executor) -> None:
        self._connections = connections
        self._worker = worker
        self._bundles = Bundles(())
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def directories(self) -> tuple[Path, ...]:
        """Where bundles are looked for."""
        return self._bundles.directories

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those that are known now."""
        return self._bundles.registry.languages

    def begin(self, directories: Sequence[Path], parsers: Sequence[str] = ()) -> Registry:
        """The languages of these bundles and of those that are always there; nothing is looked at anew."""
        bundles = load_bundles(directories, parsers)
        if bundles.directories != self._bundles.directories:
            self._bundles = bundles
        return self._bundles.registry

    def start(self, connection: Connection) -> None:
        """Look at the bundles from now on, and tell one more client of what is wrong with them."""
        connection.show_wrong(self._bundles.wrong.values())
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Look at nothing more."""
        if self._task is not None:
            self._task.cancel()

    def touch(self, paths: Iterable[Path]) -> None:
        """Look now if any of some files, which may have changed, may be of a bundle."""
        if any(path.is_relative_to(directory) for path in paths for directory in self.directories):
            self._changed.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except Exception as error:
                self._connections.report("reading the bundles anew", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _PAUSE)
            self._changed.clear()

    async def _look(self) -> None:
        before, work = self._bundles, partial(reread, self._bundles, _verify)
        bundles = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        if bundles is before:
            return
        self._bundles = bundles
        for connection in self._connections:
            connection.adopt(bundles.registry)
        for path, language in bundles.read.items():
            if before.read.get(path) is not language:
                line = f"{path}: was read again as language '{language.id}'"
                for connection in self._connections:
                    connection.client.info(line)
                if language.notice is not None:
                    self._connections.warn(language.notice)
        for path, problem in bundles.wrong.items():
            if before.wrong.get(path) is not problem:
                self._connections.report("reading a bundle anew", problem)
        for connection in self._connections:
            connection.show_wrong(bundles.wrong.values())


class WrongBundles:
    """Shows one client what is wrong in the files of bundles; nothing to one that cannot see them."""

    def __init__(self, client: Client, session: Session, *, trusted: bool) -> None:
        self._client = client
        self._session = session
        self._trusted = trusted
        self._shown: frozenset[str] = frozenset()

    def show(self, problems: Iterable[BundleError]) -> None:
        """Show all that is wrong now; an open document that is a grammar does so itself."""
        if not self._trusted:
            return
        told: dict[str, list[types.Diagnostic]] = {}
        for problem in problems:
            uri, diagnostic = problem_of(problem)
            document = self._session.get(uri)
            if document is None or document.language is None or not document.language.grammars:
                told.setdefault(uri, []).append(diagnostic)
        for uri in self._shown | told.keys():
            self._client.publish(uri, told.get(uri, []))
        self._shown = frozenset(told)


def _verify(language: Language) -> None:
    # Imported here because it brings the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.features.verifying import verify

    verify(language)
