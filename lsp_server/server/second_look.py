"""What is wrong with a document that no parser can tell: looked for after its errors, in a thread of its own.

A file of a language of grammars is analysed as a grammar. That may take long, so nothing else waits for it,
and where it takes too long that is what is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.languages import language_of_grammar
from lsp_server.server.convert import diagnostic_of, path_of
from lsp_server.server.session import Document
from lsp_server.text import Span

if TYPE_CHECKING:
    from lsp_server.features.diagnostics import Diagnostic
    from lsp_server.server.language_server import HolegramServer

_LIMIT = 10.0
"""Seconds after which nobody waits for an analysis any more."""


class SecondLook:
    """Looks at documents, and remembers of each what was seen last."""

    def __init__(self, server: HolegramServer, worker: ThreadPoolExecutor) -> None:
        self._server = server
        self._worker = worker
        self._tasks: set[asyncio.Task[list[types.Diagnostic]]] = set()
        self._seen: dict[str, tuple[Document, list[types.Diagnostic]]] = {}

    def known(self, document: Document) -> list[types.Diagnostic] | None:
        """What was seen in this version; None if it was not looked at, and a look might show something."""
        if document.language is None or not document.language.grammars:
            return []
        seen, found = self._seen.get(document.snapshot.uri, (None, []))
        return found if seen is document else None

    async def look(self, document: Document) -> list[types.Diagnostic]:
        """What is wrong with a document without errors of syntax; nothing if it is not current any more."""
        known = self.known(document)
        if known is not None:
            return known
        work = asyncio.get_running_loop().run_in_executor(self._worker, self._errors, document)
        try:
            found = await asyncio.wait_for(asyncio.shield(work), _LIMIT)
        except TimeoutError:
            from lsp_server.features.diagnostics import Diagnostic
            from lsp_server.features.grammar_errors import CODE

            end = max(1, document.snapshot.text.find("\n"))
            message = f"this grammar takes more than {_LIMIT:.0f} seconds to be analysed (make it smaller)"
            found = (Diagnostic(Span(0, end), message, CODE),)
        shown = [diagnostic_of(document.snapshot, one, self._server.encoding, related=False) for one in found]
        if self._current(document):
            self._seen[document.snapshot.uri] = (document, shown)
        return shown

    def look_later(self, document: Document, then: Callable[[], object]) -> None:
        """Look at a document without waiting; `then` is called if something is wrong with it."""

        def looked(task: asyncio.Task[list[types.Diagnostic]]) -> None:
            self._tasks.discard(task)
            error = None if task.cancelled() else task.exception()
            if error is not None:
                self._server.report("diagnostics", error)
            elif not task.cancelled() and task.result():
                then()

        task = asyncio.create_task(self.look(document))
        self._tasks.add(task)
        task.add_done_callback(looked)

    def forget(self, uri: str) -> None:
        """Let go of what is known of a document."""
        self._seen.pop(uri, None)

    def _errors(self, document: Document) -> tuple[Diagnostic, ...]:
        if not self._current(document):
            return ()
        # Imported here because it brings the grammar's rooms, which a quick start does without.
        from lsp_server.features.grammar_errors import grammar_errors

        described = language_of_grammar(path_of(document.snapshot.uri), document.snapshot.text)
        return () if described is None else grammar_errors(described)

    def _current(self, document: Document) -> bool:
        return self._server.session.get(document.snapshot.uri) is document
