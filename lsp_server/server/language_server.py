"""One server for one client: puts together the services that the handlers use, and gives each what it needs.

Everything here belongs to the event loop. A handler reads and writes the session before its first
wait; since asyncio starts coroutines in the order they were made, each request sees the documents as
they were when it came.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound, PyglsError
from pygls.lsp.server import LanguageServer

from lsp_server import __version__, cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.languages import Registry
from lsp_server.names.occurrences import Names
from lsp_server.server.client.client import Client
from lsp_server.server.client.connections import Connection
from lsp_server.server.client.progress import Progress
from lsp_server.server.client.protocol import CONVERTER, HolegramProtocol, Listener, Refused
from lsp_server.server.configuration.configuration import Configuration
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.convert.tokens import TokenEncoder
from lsp_server.server.diagnostics.grammar_lint import GrammarLint
from lsp_server.server.diagnostics.publishing import Publisher
from lsp_server.server.documents.session import LONG, Document, Session
from lsp_server.server.following import Following
from lsp_server.server.model.status import StatusTeller
from lsp_server.server.scheduling.lanes import Lanes
from lsp_server.server.scheduling.precedence import Precedence, Rank, go_on
from lsp_server.server.shared import THREADS, Shared
from lsp_server.server.suggestions.adapting import Adapting
from lsp_server.server.suggestions.lists import Lists
from lsp_server.server.suggestions.outcomes import Outcomes
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.server.suggestions.suggester import Suggester, limit_ms
from lsp_server.server.suggestions.warming import Warmer
from lsp_server.server.symbol_json import Known
from lsp_server.server.workspace.existing_names import ExistingNames
from lsp_server.server.workspace.folders import Folders
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.server.workspace.nearby import Nearby
from lsp_server.server.workspace.passages import Passages
from lsp_server.server.workspace.query import WorkspaceQuery
from lsp_server.server.workspace.reloading import WrongBundles
from lsp_server.server.workspace.watchers import watch

_T = TypeVar("_T")

_CLIENTS = (RecursionError, JsonRpcMethodNotFound)
"""A message that is nested too deeply, and a method that there is not: the client's mistakes."""

_MOMENT = 0.5
"""Seconds that the files of a workspace may take to be read without a word."""


class HolegramServer(LanguageServer):
    """The services of one client, by name.

    Attributes:
        shared: what it has in common with the servers of other clients.
        client: how it is told things.
        configuration: its settings.
        session: its open documents; `following` says which, and lets go of them.
        answers: where requests are worked out, in the order of each document, and not behind its errors.
        publisher: its diagnostics; `grammar_lint` looks at grammars after that.
        suggester: what the model suggests; `warmer` makes it ready, `nearby` has what it may copy, `passages`
            what can be looked up.
        existing_names: those that exist, for a document; `publisher` warns of others.
        lists: what may be meant at a cursor.
        query: the names of the workspace, whose files are in `index` and its folders in `folders`.
        tokens: its semantic tokens; `symbols` has the outline of each document as it was last sent.
        exit_code: what the process ends with (LSP 3.17, `exit`).

    """

    protocol: HolegramProtocol

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        super().__init__(
            "holegram",
            __version__,
            protocol_cls=HolegramProtocol,
            converter_factory=lambda: CONVERTER,
            max_workers=1,
        )
        self._alone = shared is None
        self.shared = shared = Shared(settings) if shared is None else shared
        limits, models = shared.limits, shared.models
        self.exit_code = 1
        self.client = client = Client(self, shared.note_error)
        self.configuration = Configuration(
            settings,
            trusted=limits.trusted,
            complain=partial(client.log, types.MessageType.Warning),
            adopted=shared.use,
        )
        self.session = session = Session(Registry(()))
        self._precedence = precedence = Precedence()
        self._analysis = Lanes(THREADS, limits.threads, partial(precedence.at, Rank.SHOWN))
        self.answers = Lanes(THREADS, limits.threads)
        self._apart = Lanes(THREADS, limits.threads)
        worker = shared.worker.lane(partial(precedence.at, Rank.ASKED))
        reader, looker, indexer = (one.lane() for one in (shared.reading, shared.looking, shared.indexing))
        self._threads = (reader, worker, looker, indexer)
        self.folders = Folders(client, None if limits.trusted else shared.folders)
        self.index = WorkspaceIndex(
            self.folders.roots,
            lambda: session.registry,
            reader,
            client.info,
            self._show_reading,
            lambda: self.configuration.settings.catalogues,
        )
        self.query = WorkspaceQuery(session, self.index, self.answers, self._find_names)
        self.nearby = Nearby(session, self.index)
        self.passages = Passages(
            shared.stores,
            self.index,
            self.folders.roots,
            lambda: self.configuration.settings.examples,
            indexer,
            client.trace,
        )
        self.grammar_lint = GrammarLint(client, session, looker, trusted=limits.trusted)
        self.existing_names = ExistingNames(
            session,
            self.index,
            self.folders.roots,
            lambda: self.configuration.settings.completion.names,
            self._find_names,
        )
        self.lists = Lists(
            self.query, self.nearby, self.existing_names, self.passages, partial(precedence.at, Rank.ASKED)
        )
        self.publisher = Publisher(
            client,
            session,
            self._analysis,
            self.grammar_lint,
            self.configuration,
            self.index,
            self.existing_names,
            partial(precedence.rests, Rank.SHOWN),
        )
        outcomes = Outcomes()
        slots = Suggestions(
            models.get,
            worker,
            self.nearby,
            client.trace,
            limit_ms=partial(limit_ms, self.configuration, limits.suggestion_ms),
            made=outcomes.made,
            sharing=shared.sharing,
            names=self.existing_names,
            passages=self.passages,
            adapting=Adapting(lambda: self.configuration.settings.adapters, client.warn),
        )
        waited = shared.metrics.waits.add
        self.suggester = Suggester(
            session, self.configuration, models, self._analysis, self.lists, slots, outcomes, waited
        )
        self.warmer = Warmer(
            client, session, self.configuration, models, shared.warmed, self.lists, self.suggester
        )
        self.tokens = TokenEncoder(client.encoding, multiline=False)
        self.symbols: dict[str, Known] = {}
        forget = (slots.forget, outcomes.forget, self.nearby.forget, self._forget, self.grammar_lint.forget)
        self.following = Following(client, session, self.publisher, limits, forget)
        self.status = StatusTeller(client, self.configuration, lambda: models.status)
        self.wrong_bundles = WrongBundles(client, session, trusted=limits.trusted)
        self.connection = Connection(client, session, self._adopt, self.wrong_bundles.show, self.status.tell)
        self.protocol.listener = Listener(shared.metrics.count_message, self.following.lose, limits.requests)

    async def _find_names(self, document: Document) -> Names | None:
        """The names in a document; to find those of a long one out rests while a person waits."""
        is_long = len(document.snapshot.text) > LONG
        work = partial(document.names, rest=self._precedence.rests(Rank.WHOLE) if is_long else None)
        return await self._apart.run(document.snapshot.uri, work)

    async def look_through(self, document: Document, work: Callable[[Callable[[], None]], _T]) -> _T | None:
        """What is found out from all of a document; `work` is given what it is to call on its way.

        That of a long one holds up no answer about a place in it, and rests while a person waits; None where
        the document has changed before it was done.
        """
        uri, rest = document.snapshot.uri, self._precedence.rests(Rank.WHOLE)
        if len(document.snapshot.text) <= LONG:
            return await self.answers.run(uri, partial(work, go_on))

        def on_the_way() -> None:
            rest()
            cancellation.check(lambda: self.session.get(uri) is not document)

        def apart() -> _T | None:
            with suppress(StoppedError):
                on_the_way()
                tree = document.tree()
                if tree is not None:
                    tree.settle(on_the_way)
                return work(on_the_way)
            return None

        return await self._apart.run(uri, apart)

    def watch_files(self) -> None:
        """Ask to be told when a file of a known language changes, or one of a bundle."""
        watch(self.client, self.index, self.session.registry.languages, self.shared.reloader.directories)

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Log what pygls would show in a pop-up; a refusal was told to whoever asked."""
        if isinstance(error, Refused):
            return
        if isinstance(error, _CLIENTS):
            line = f"the editor sent something that cannot be used: {error}"
            self.client.log(types.MessageType.Warning, line)
            return
        self.client.report("in the protocol", error)

    def leave_nothing(self) -> None:
        """Let go of all that the client had; what is under way for it speaks to nobody."""
        self.protocol.set_writer(_Nobody(), include_headers=False)
        for document in self.session:
            self.session.close(document.snapshot.uri)

    def close(self) -> None:
        """Stop all work for the client; where it is the only one, the process may end."""
        self.shared.connections.discard(self.connection)
        self.publisher.stop()
        self.warmer.stop()
        self.suggester.slots.stop_all()
        self.index.close()
        self.passages.close()
        self._analysis.shutdown()
        self._apart.shutdown()
        self.answers.shutdown()
        for lane in self._threads:
            lane.shutdown(wait=False, cancel_futures=True)
        if self._alone:
            self.shared.close()

    def _adopt(self, registry: Registry) -> None:
        self.index.reset()
        self.following.adopt(registry)
        self.watch_files()

    def _forget(self, uri: str) -> None:
        self.tokens.forget(uri)
        self.existing_names.forget(uri)
        self.symbols.pop(uri, None)

    def _show_reading(self, stop: Callable[[], None]) -> Progress:
        return Progress(self.client, "Reading the files of the workspace", after=_MOMENT, stop=stop)


class _Nobody:
    """Who is written to when the client is gone."""

    def write(self, data: bytes) -> None:
        """Nobody hears."""

    def close(self) -> None:
        """Nobody leaves."""
