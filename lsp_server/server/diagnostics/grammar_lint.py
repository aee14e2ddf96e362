"""What no parser can tell of a document: looked for after its errors, in a thread of its own.

A file of a language of grammars is analysed as a grammar. That may take long, so nothing else waits for it.
It is given up, wherever it is, as soon as the document has changed, so that what was typed last is looked at
next; and where it takes too long, what was found by then is told.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.lazy_imports import TURN
from lsp_server.server.client.client import Client
from lsp_server.server.convert import diagnostic_of, path_of
from lsp_server.server.documents.session import Document, Session

if TYPE_CHECKING:
    from lsp_server.features.diagnostics import Diagnostic

_PAUSE = 0.3
"""Seconds in which nothing is typed before an analysis is begun, which would slow down what is typed next."""

_LIMIT = 10.0
"""Seconds after which an analysis is given up."""

Seen = tuple["Diagnostic", ...]


class GrammarLint:
    """Looks at documents, and remembers of each the look at its newest version.

    Args:
        client: is shown what was found.
        session: the open documents.
        worker: the thread in which is looked.
        trusted: whether the client may have files read; what a grammar imports is read from beside it.

    """

    def __init__(self, client: Client, session: Session, worker: Executor, *, trusted: bool) -> None:
        self._client = client
        self._session = session
        self._worker = worker
        self._trusted = trusted
        self._looks: dict[str, tuple[Document, asyncio.Task[Seen]]] = {}

    def applies(self, document: Document) -> bool:
        """Whether there may be more to say of a document than its errors of syntax."""
        return self._trusted and document.language is not None and document.language.grammars

    def known(self, document: Document) -> Seen | None:
        """What was seen in this version; None if it was not looked at, and a look might show something."""
        look = self._look_at(document)
        return None if look is None or not look.done() else look.result()

    def look(self, document: Document) -> asyncio.Task[Seen]:
        """A look at a document without errors of syntax, which sees nothing if that is not current any more.

        It is the same one, and may be over, for all who ask of one version; so nobody must cancel it.
        """
        look = self._look_at(document)
        if look is None:
            look = asyncio.create_task(self._look(document))
            self._looks[document.snapshot.uri] = (document, look)
        return look

    def shown(self, document: Document, found: Seen) -> list[types.Diagnostic]:
        """What was seen as a client shows it."""
        encoding = self._client.encoding
        return [diagnostic_of(document.snapshot, one, encoding, related=False) for one in found]

    def forget(self, uri: str) -> None:
        """Let go of what is known of a document."""
        self._looks.pop(uri, None)

    def _look_at(self, document: Document) -> asyncio.Task[Seen] | None:
        seen, look = self._looks.get(document.snapshot.uri, (None, None))
        return look if seen is document else None

    async def _look(self, document: Document) -> Seen:
        if not document.saved:
            await asyncio.sleep(_PAUSE)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._worker, self._findings, document)
        except Exception as error:
            self._client.report("diagnostics", error)
            return ()
        return found if self._current(document) else ()

    def _findings(self, document: Document) -> Seen:
        if not self._current(document):
            return ()
        # Imported here because it brings the grammar's rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.grammar_findings import grammar_findings

        end = time.monotonic() + _LIMIT
        path, text = path_of(document.snapshot.uri), document.snapshot.text
        return grammar_findings(path, text, lambda: self._current(document) and time.monotonic() < end)

    def _current(self, document: Document) -> bool:
        return self._session.get(document.snapshot.uri) is document
