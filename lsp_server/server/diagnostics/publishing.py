"""When the diagnostics of a document are computed, and when they are pushed to the client.

A client that pulls diagnostics gets none pushed: it would show each of them twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from lsprotocol import types

from lsp_server.errors import HolegramError
from lsp_server.languages import same_language
from lsp_server.lazy_imports import TURN
from lsp_server.server.client.client import Client
from lsp_server.server.configuration.configuration import Configuration
from lsp_server.server.configuration.settings import DiagnosticsMode, UnknownNames
from lsp_server.server.convert import diagnostics_of
from lsp_server.server.diagnostics.grammar_lint import GrammarLint
from lsp_server.server.documents.session import LONG, Document, Session
from lsp_server.server.scheduling.lanes import Lanes
from lsp_server.server.scheduling.precedence import go_on
from lsp_server.server.workspace.existing_names import ExistingNames
from lsp_server.server.workspace.index import WorkspaceIndex


class Publisher:
    """Pushes the diagnostics of the current version of each document.

    Args:
        client: is shown them.
        session: the open documents.
        analysis: where errors are looked for.
        lint: what is looked for after them.
        configuration: the settings of the client.
        index: the files of the workspace.
        existing: the names that exist there.
        rests: gives what work on a long text is to call on its way, to let go first what a person waits for.

    """

    def __init__(
        self,
        client: Client,
        session: Session,
        analysis: Lanes,
        lint: GrammarLint,
        configuration: Configuration,
        index: WorkspaceIndex,
        existing: ExistingNames,
        rests: Callable[[], Callable[[], None]],
    ) -> None:
        self._client = client
        self._session = session
        self._analysis = analysis
        self._lint = lint
        self._configuration = configuration
        self._index = index
        self._existing = existing
        self._rests = rests
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._warned: set[str] = set()
        """The documents of whose names something is shown: that stays until the next look is over."""
        self._looked: set[str] = set()
        """The documents of which a second look shows what is shown: that stays until the next one is over."""

    def schedule(self, document: Document, delay_ms: int = 0) -> None:
        """Push diagnostics after a while, unless something else is scheduled for the document before."""
        if document.language is None or self._client.capability("text_document.diagnostic"):
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
        if not self._client.capability("text_document.diagnostic"):
            self._client.publish(uri, [])

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
        snapshot, lint = document.snapshot, self._lint

        def current() -> bool:
            return self._session.get(snapshot.uri) is document

        try:
            diagnostics = await self.compute(document, current)
        except Exception as error:
            self._client.report("diagnostics", error)
            return
        if not current():
            return
        if diagnostics or not lint.applies(document):
            self._looked.discard(snapshot.uri)
            if snapshot.uri not in self._warned:
                self._client.publish(snapshot.uri, diagnostics, snapshot.version)
            await self._warn(document, current, diagnostics)
            return
        if snapshot.uri not in self._looked:
            self._client.publish(snapshot.uri, [], snapshot.version)
        found = await lint.look(document)
        if current() and (found or snapshot.uri in self._looked):
            self._looked.add(snapshot.uri)
            self._client.publish(snapshot.uri, lint.shown(document, found), snapshot.version)

    async def _warn(
        self, document: Document, current: Callable[[], bool], diagnostics: list[types.Diagnostic]
    ) -> None:
        """Tell of the names of a document too, beside its errors."""
        snapshot = document.snapshot
        try:
            unknown = await self.unknown_names(document, current)
        except Exception as error:
            self._client.report("names", error)
            unknown = []
        if current() and (unknown or snapshot.uri in self._warned):
            (self._warned.add if unknown else self._warned.discard)(snapshot.uri)
            self._client.publish(snapshot.uri, [*diagnostics, *unknown], snapshot.version)

    def again(self, but: Document | None = None) -> None:
        """Look at documents of the same language again, or of any: other names are declared elsewhere."""
        settings = self._configuration.settings
        for document in self._session:
            language = document.language
            affected = document is not but and (but is None or same_language(language, but.language))
            waits = settings.diagnostics is DiagnosticsMode.ON_SAVE and not document.saved
            if affected and not waits and language is not None and language.naming.declared:
                self.schedule(document, settings.debounce_ms)
        self._client.refresh_diagnostics()

    async def unknown_names(
        self, document: Document, wanted: Callable[[], bool] = lambda: True
    ) -> list[types.Diagnostic]:
        """What is told of the names in a document that nobody declares, once the files of the workspace are
        read; none if it is not wanted any more when its turn comes.
        """
        told = self._configuration.settings.unknown_names
        existing = self._existing.sure(document) if await self._names_known(document) else None

        def work() -> list[types.Diagnostic]:
            with TURN:
                from lsp_server.features.name_findings import all_name_findings
                from lsp_server.inspection import Severity

            if not wanted():
                return []
            names, tree = document.names(), document.tree()
            if names is None or existing is None or tree is None:
                return []
            severity = None if told is UnknownNames.OFF else Severity(told)
            typed_at, repeated = document.typed_at, document.repeated()
            found = all_name_findings(existing, names, tree, repeated, severity, typed_at)
            return diagnostics_of(document.snapshot, found, self._client.encoding, related=False)

        if existing is None:
            return []
        return await self._analysis.run(document.snapshot.uri, work)

    async def _names_known(self, document: Document) -> bool:
        """Find out the names of a document, and of others that nobody asked for; whether it may have any."""
        if document.language is None or not document.language.naming.declared:
            return False
        if self._index.outdated:  # To look for changes that nobody tells of takes long in a large workspace.
            await self._index.ready()
        try:
            changed = await self._existing.read(document)
        except HolegramError:  # A wrong query is told to who asks for names.
            return False
        for one in (*([document] if changed else []), *await self._existing.read_beside(document)):
            self.again(one)
        return True

    async def compute(
        self, document: Document, wanted: Callable[[], bool] = lambda: True
    ) -> list[types.Diagnostic]:
        """The diagnostics of a document; none if they are not wanted any more when their turn comes.

        They are given up as soon as that is so, or the task that waits for them is cancelled.
        """
        related = self._client.capability("text_document.publish_diagnostics.related_information")
        given_up = threading.Event()
        rest = self._rests() if len(document.snapshot.text) > LONG else go_on

        def unwanted() -> bool:
            rest()
            return given_up.is_set() or not wanted()

        def work() -> tuple[list[types.Diagnostic], Exception | None]:
            if unwanted() or _is_sound(document):
                return [], None
            # Imported here: they take as long as all the rest of a start, and a sound text needs neither.
            with TURN:
                from lsp_server.features.diagnosis import diagnosis, spending

            late, snapshot = spending(), document.snapshot
            made = diagnosis(snapshot.text, document.tree, lambda: unwanted() or late())
            return diagnostics_of(snapshot, made.found, self._client.encoding, related=related), made.failure

        try:
            diagnostics, failure = await self._analysis.run(document.snapshot.uri, work)
        except asyncio.CancelledError:
            given_up.set()
            raise
        if failure is not None:
            self._client.report(f"the errors of {document.snapshot.uri}", failure)
        return diagnostics


def _is_sound(document: Document) -> bool:
    """Whether the tree of a document proves that there is no error in it, or there is no tree to be made."""
    try:
        tree = document.tree()
    except HolegramError:
        raise
    except Exception:
        return False
    return tree is None or (tree.language.parser.proves and tree.whole and not tree.damage)
