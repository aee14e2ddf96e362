"""When the diagnostics of a document are computed, and when they are pushed to the client.

A client that pulls diagnostics gets none pushed: it would show each of them twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.errors import HolegramError
from lsp_server.late import TURN
from lsp_server.server.convert import diagnostics_of
from lsp_server.server.second_look import looks_twice
from lsp_server.server.session import Document
from lsp_server.server.settings import DiagnosticsMode, UnknownNames

if TYPE_CHECKING:
    from lsp_server.server.language_server import HolegramServer


_SEVERITIES = {
    UnknownNames.HINT: types.DiagnosticSeverity.Hint,
    UnknownNames.WARNING: types.DiagnosticSeverity.Warning,
    UnknownNames.ERROR: types.DiagnosticSeverity.Error,
}


class Publisher:
    """Pushes the diagnostics of the current version of each document."""

    def __init__(self, server: HolegramServer) -> None:
        self._server = server
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._warned: set[str] = set()
        """The documents in which unknown names are shown: that stays until the next look is over."""
        self._looked: set[str] = set()
        """The documents of which a second look shows what is shown: that stays until the next one is over."""

    def schedule(self, document: Document, delay_ms: int = 0) -> None:
        """Push diagnostics after a while, unless something else is scheduled for the document before."""
        if document.language is None or self._server.capability("text_document.diagnostic"):
            return
        uri = document.snapshot.uri
        self._cancel(uri)
        loop = asyncio.get_running_loop()
        self._timers[uri] = loop.call_later(delay_ms / 1000, self._start, document)

    def clear(self, uri: str) -> None:
        """Take back what was pushed for a document that is being closed."""
        self._cancel(uri)
        self._looked.discard(uri)
        self._warned.discard(uri)
        if not self._server.capability("text_document.diagnostic"):
            self._push(uri, [], None)

    def stop(self) -> None:
        """Push nothing more."""
        for uri in tuple(self._timers):
            self._cancel(uri)

    def _cancel(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _start(self, document: Document) -> None:
        self._timers.pop(document.snapshot.uri, None)
        task = asyncio.create_task(self._compute(document))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _compute(self, document: Document) -> None:
        server, snapshot = self._server, document.snapshot

        def current() -> bool:
            return server.session.get(snapshot.uri) is document

        try:
            diagnostics = await compute(server, document, current)
        except Exception as error:
            server.report("diagnostics", error)
            return
        if not current():
            return
        if diagnostics or not looks_twice(server, document):
            self._looked.discard(snapshot.uri)
            if diagnostics:
                self._warned.discard(snapshot.uri)
            if snapshot.uri not in self._warned:
                self._push(snapshot.uri, diagnostics, snapshot.version)
            await self._warn(document, current, diagnostics)
            return
        if snapshot.uri not in self._looked:
            self._push(snapshot.uri, [], snapshot.version)
        found = await server.second_look.look(document)
        if current() and (found or snapshot.uri in self._looked):
            self._looked.add(snapshot.uri)
            shown = server.second_look.shown(document, found)
            self._push(snapshot.uri, shown, snapshot.version)

    async def _warn(
        self, document: Document, current: Callable[[], bool], diagnostics: list[types.Diagnostic]
    ) -> None:
        """Tell of names that nobody declares, where there is no error; else the errors come first."""
        server, snapshot = self._server, document.snapshot
        try:
            unknown = await unknown_in(server, document)
        except Exception as error:
            server.report("names", error)
            unknown = []
        if current() and not diagnostics and (unknown or snapshot.uri in self._warned):
            (self._warned.add if unknown else self._warned.discard)(snapshot.uri)
            self._push(snapshot.uri, unknown, snapshot.version)

    def again(self, but: Document | None = None) -> None:
        """Look at documents of the same language again, or of any: other names are declared elsewhere."""
        settings = self._server.settings
        for document in self._server.session:
            language = document.language
            affected = document is not but and (but is None or language is but.language)
            waits = settings.diagnostics is DiagnosticsMode.ON_SAVE and not document.saved
            if affected and not waits and language is not None and language.naming.closed:
                self.schedule(document, settings.debounce_ms)
        if self._server.capability("workspace.diagnostics.refresh_support"):
            self._server.workspace_diagnostic_refresh(None)

    def _push(self, uri: str, diagnostics: list[types.Diagnostic], version: int | None) -> None:
        params = types.PublishDiagnosticsParams(uri, diagnostics, version)
        self._server.text_document_publish_diagnostics(params)


async def compute(
    server: HolegramServer, document: Document, wanted: Callable[[], bool] = lambda: True
) -> list[types.Diagnostic]:
    """The diagnostics of a document; none if they are not wanted any more when their turn comes.

    They are given up as soon as they are not wanted any more, or the task that waits for them is cancelled.
    """
    related = server.capability("text_document.publish_diagnostics.related_information")
    given_up = threading.Event()

    def unwanted() -> bool:
        return given_up.is_set() or not wanted()

    def work() -> tuple[list[types.Diagnostic], Exception | None]:
        if unwanted() or _is_sound(document):
            return [], None
        # Imported here because they take as long as all the rest of a start, and a sound text needs neither.
        with TURN:
            from lsp_server.features.diagnosis import diagnosis, spending

        late, snapshot = spending(), document.snapshot
        made = diagnosis(snapshot.text, document.tree, lambda: unwanted() or late())
        return diagnostics_of(snapshot, made.found, server.encoding, related=related), made.failure

    try:
        diagnostics, failure = await server.analysis.run(document.snapshot.uri, work)
    except asyncio.CancelledError:
        given_up.set()
        raise
    if failure is not None:
        server.report(f"the errors of {document.snapshot.uri}", failure)
    return diagnostics


async def unknown_in(server: HolegramServer, document: Document) -> list[types.Diagnostic]:
    """What is told of the names in a document that nobody declares, once the files of the workspace are
    read.
    """
    severity = _SEVERITIES.get(server.settings.unknown_names)
    if document.language is None or not document.language.naming.closed:
        return []
    if server.index.outdated:  # To look for changes that nobody tells of takes long in a large workspace.
        await server.index.ready()
    try:
        changed = await server.existing_names.read(document)
    except HolegramError:  # A wrong query is told to who asks for names.
        return []
    if changed:
        server.publisher.again(document)
    existing = server.existing_names.sure(document)

    def work() -> list[types.Diagnostic]:
        with TURN:
            from lsp_server.features.unknown_names import unknown_names

        names = document.names()
        if names is None or existing is None:
            return []
        told = (one.diagnostic for one in unknown_names(existing, names))
        found = diagnostics_of(document.snapshot, told, server.encoding, related=False)
        for one in found:
            one.severity = severity
        return found

    if existing is None or severity is None:
        return []
    return await server.analysis.run(document.snapshot.uri, work)


def _is_sound(document: Document) -> bool:
    """Whether the tree of a document proves that there is no error in it, or there is no tree to be made."""
    try:
        tree = document.tree()
    except HolegramError:
        raise
    except Exception:
        return False
    return tree is None or (tree.language.parser.proves and tree.whole and not tree.damage)
