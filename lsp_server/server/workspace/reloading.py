"""Bundles that are changed while the server runs: read anew, and their documents with them.

A bundle that has become wrong stays as it was when it was right; what is wrong is a diagnostic in the file
that has it. Only those directories are looked at that bundles come from anyway, which a workspace cannot be
unless the user's own settings name it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.languages import Bundles, Language, Registry, load_bundles, reread
from lsp_server.late import TURN
from lsp_server.server.convert import problem_of
from lsp_server.server.workspace.watchers import watch

if TYPE_CHECKING:
    from lsp_server.server.language_server import HolegramServer
    from lsp_server.server.shared import Shared

_PAUSE = 2.0
"""Seconds after which the bundles are looked at again, for clients that do not tell of changes."""


class Reloader:
    """Looks whether bundles have changed, again and again and when there is reason to."""

    def __init__(self, shared: Shared, worker: ThreadPoolExecutor) -> None:
        self._shared = shared
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

    def start(self, client: HolegramServer) -> None:
        """Look at the bundles from now on, and tell one more client of what is wrong with them."""
        self._tell(client)
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
                self._shared.report("reading the bundles anew", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _PAUSE)
            self._changed.clear()

    async def _look(self) -> None:
        before, work = self._bundles, partial(reread, self._bundles, _verify)
        bundles = await asyncio.get_running_loop().run_in_executor(self._worker, work)
        if bundles is before:
            return
        self._bundles = bundles
        self._shared.tell(lambda client: client.adopt(bundles.registry))
        self._shared.tell(watch)
        for path, language in bundles.read.items():
            if before.read.get(path) is not language:
                line = f"{path}: was read again as language '{language.id}'"
                self._shared.tell(methodcaller("log", types.MessageType.Info, line))
                if language.notice is not None:
                    self._shared.tell(methodcaller("warn", language.notice))
        for path, problem in bundles.wrong.items():
            if before.wrong.get(path) is not problem:
                self._shared.report("reading a bundle anew", problem)
        self._shared.tell(self._tell)

    def _tell(self, client: HolegramServer) -> None:
        """Show what is wrong in the files that have it; an open document that is a grammar does so itself."""
        if not self._shared.limits.trusted:
            return  # who cannot see these files
        told: dict[str, list[types.Diagnostic]] = {}
        for problem in self._bundles.wrong.values():
            uri, diagnostic = problem_of(problem)
            document = client.session.get(uri)
            if document is None or document.language is None or not document.language.grammars:
                told.setdefault(uri, []).append(diagnostic)
        for uri in client.wrong_bundles | told.keys():
            client.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told.get(uri, [])))
        client.wrong_bundles = frozenset(told)


def _verify(language: Language) -> None:
    # Imported here because it brings the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.features.verifying import verify

    verify(language)
