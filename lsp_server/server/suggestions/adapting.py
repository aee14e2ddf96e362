"""Which adapter the suggestions in a document are made with. Knows no protocol, and not how a model wears
one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lsp_server.errors import HolegramError
from lsp_server.lazy_imports import TURN
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import Document

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model


class Adapting:
    """The adapters of one client, as its settings and the user's own choice say.

    Args:
        wishes: the names that the settings have, by language and by folder.
        warn: is told, once each, why an adapter cannot be used; called in the event loop.

    """

    def __init__(self, wishes: Callable[[], Mapping[str, str]], warn: Callable[[str], None]) -> None:
        self._wishes = wishes
        self._warn = warn
        self._told: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def of(self, document: Document) -> str | None:
        """The name of a document's adapter, if it has one; called in the event loop."""
        with TURN:
            from lsp_server.models.adapters import chosen, in_use

        self._loop = asyncio.get_running_loop()
        if document.language is None:
            return None
        return chosen({**in_use(), **self._wishes()}, document.language.id, path_of(document.snapshot.uri))

    def under(self, model: Model, name: str | None) -> Model:
        """A model under an adapter, or as it is where that cannot be used; called in the model's thread."""
        with TURN:
            from lsp_server.models.loading import adapted

        try:
            return adapted(model, name)
        except HolegramError as error:
            if str(error) not in self._told and self._loop is not None:
                self._told.add(str(error))
                self._loop.call_soon_threadsafe(self._warn, f"suggestions without an adapter: {error}")
            return model
