"""The model and a language are made ready before the first key: as soon as the editor is at rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsp_server.server.documents.session import Document
    from lsp_server.server.language_server import HolegramServer

_REST = 1.0
"""Seconds after a document was opened that its errors, colours and outline have for themselves."""

_SHOWN = ("text_document.completion", "text_document.inline_completion")


class Warmer:
    """Loads the model once, and makes one suggestion in each language that is opened; nobody sees that.

    Only where a client shows suggestions. A model that has left the memory is not loaded again here.
    """

    def __init__(self, server: HolegramServer) -> None:
        self._server = server
        self._slot = server.shared.models
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._warmed = server.shared.warmed

    def expect(self, document: Document) -> None:
        """A suggestion will be wanted in a document, but not at once."""
        if document.language is None or not any(map(self._server.capability, _SHOWN)):
            return
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(_REST, self._start, document.snapshot.uri)

    def stop(self) -> None:
        """Begin nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def _start(self, uri: str) -> None:
        self._timer = None
        self._task = asyncio.create_task(self._warm(uri))

    async def _warm(self, uri: str) -> None:
        server = self._server
        if server.session.get(uri) is None or not server.settings.completion.enabled:
            return
        if not self._slot.begun:
            await asyncio.shield(await server.begin_model())
        await self._slot.settle()
        document = server.session.get(uri)
        if document is None or document.language is None or not self._slot.ready:
            return
        language = document.language
        if self._warmed.get(language.id) is not language:
            self._warmed[language.id] = language
            server.suggestions.rehearse(document)
