"""Lists, then the model, are made ready before the first key: as soon as the editor is at rest."""

from __future__ import annotations

import asyncio

from lsp_server.languages import Language
from lsp_server.server.client.client import Client
from lsp_server.server.configuration.configuration import Configuration
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.model.loading import ModelSlot
from lsp_server.server.suggestions.lists import Lists
from lsp_server.server.suggestions.suggester import Suggester

_REST = 0.3
"""Seconds after a document was opened in which an editor asks for colours and an outline: they come first."""

_SHOWN = ("text_document.completion", "text_document.inline_completion")


class Warmer:
    """Loads the model once, and makes a list and a suggestion in each language, which nobody sees.

    Only where a client shows suggestions. A model that has left the memory is not loaded again here.
    """

    def __init__(
        self,
        client: Client,
        session: Session,
        configuration: Configuration,
        model: ModelSlot,
        warmed: dict[tuple[str, str], Language],
        lists: Lists,
        suggester: Suggester,
    ) -> None:
        self._client = client
        self._session = session
        self._configuration = configuration
        self._model = model
        self._warmed = warmed
        self._lists = lists
        self._suggester = suggester
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def expect(self, document: Document) -> None:
        """A suggestion will be wanted in a document, but not at once."""
        if document.language is None or not any(map(self._client.capability, _SHOWN)):
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
        document = self._session.get(uri)
        if document is None or not self._configuration.settings.completion.enabled:
            return
        if not self._model.begun:
            await asyncio.shield(await self._suggester.begin_model(document))
        elif self._is_new(document):
            await self._lists.rehearse(document)
        await self._model.settle()
        document = self._session.get(uri)
        if document is not None and self._is_new(document) and self._model.ready:
            language = document.language
            assert language is not None
            self._warmed[language.id, language.start] = language
            self._suggester.slots.rehearse(document)

    def _is_new(self, document: Document) -> bool:
        language = document.language
        return language is not None and self._warmed.get((language.id, language.start)) is not language
