"""What the clients of one process have in common: the threads, the model, the languages.

Each client has its own documents, settings, index and outcomes. With one client it is all the same.
"""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from pathlib import Path

from lsp_server.languages import Language
from lsp_server.server.client.connections import Connections
from lsp_server.server.configuration.limits import OWN, Limits
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.documents.session import Document
from lsp_server.server.model.loading import ModelSlot
from lsp_server.server.process.journal import Journal
from lsp_server.server.process.metrics import Metrics
from lsp_server.server.scheduling.turns import Turns
from lsp_server.server.scheduling.workers import workers
from lsp_server.server.suggestions.slots import Sharing
from lsp_server.server.suggestions.suggesting import rehearse
from lsp_server.server.workspace.passages import Stores
from lsp_server.server.workspace.reloading import Reloader
from lsp_server.text import Snapshot

THREADS = "holegram"
"""How the names of a server's threads begin."""


class Shared:
    """Belongs to the event loop.

    Args:
        settings: from the command line.
        limits: what each client may do.
        folders: those on this machine that clients without trust may have read.

    Attributes:
        settings: those of the model and the bundles; with a client that is trusted, its own.
        connections: the clients that are connected.
        warmed: the languages that were made ready, by id and start rule.
        journal: where a service writes down what happens.
        stores: the passages that can be looked up.

    """

    def __init__(self, settings: Settings, limits: Limits = OWN, folders: tuple[Path, ...] = ()) -> None:
        self.settings = settings
        self.limits = limits
        self.folders = folders
        self.connections = Connections()
        self.warmed: dict[tuple[str, str], Language] = {}
        self.metrics = Metrics()
        self.journal: Journal | None = None
        self.stores = Stores()
        self.reading = Turns(THREADS)
        self.looking = Turns(THREADS)
        self.indexing = Turns(THREADS)
        self.worker = Turns(THREADS)
        """The one thread in which models run."""
        self._reloading = workers(1, THREADS)
        self.reloader = Reloader(self.connections, self._reloading)
        self.models = ModelSlot(self.worker.lane(), self.connections, lambda: self.settings, limits.caches)

    @property
    def sharing(self) -> Sharing:
        """How the model's thread is shared."""
        return Sharing(self.limits.late_ms, lambda: not self.worker.waiting, self._count)

    def _count(self, source: str) -> None:
        self.metrics.suggestions[source] += 1

    async def learn_languages(self) -> None:
        """Find out now what the first suggestion in each language would have to: nobody waits for it then."""
        model = await self.models.get()
        if model is None:
            return
        loop, lane = asyncio.get_running_loop(), self.worker.lane()
        for language in (dialect for one in self.reloader.languages for dialect in one.dialects):
            text = next(iter(language.examples.values()), "")
            document = Document(Snapshot("", language.id, 0, text), language)
            work = partial(rehearse, document, (), model, threading.Event(), suggested=False)
            try:
                await loop.run_in_executor(lane, work)
            except Exception as error:
                self.connections.report(f"making {language.id} ready", error)
            self.warmed[language.id, language.start] = language

    def use(self, settings: Settings) -> None:
        """Go by the settings of a client that is trusted."""
        self.settings = settings

    def note_error(self, what: str, error: BaseException) -> None:
        """Count an error that nobody foresaw, and write it down."""
        self.metrics.errors += 1
        if self.journal is not None:
            self.journal.write_error(what, error)

    def close(self) -> None:
        """Stop all work; the process may end."""
        self.reloader.stop()
        for turns in (self.reading, self.looking, self.indexing, self.worker):
            turns.close()
        self._reloading.shutdown(wait=False, cancel_futures=True)
