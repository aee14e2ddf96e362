"""Which documents of a client are followed, and what is let go of with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsprotocol import types

from lsp_server.languages import Language, Registry
from lsp_server.server.client.client import Client
from lsp_server.server.configuration.limits import Limits
from lsp_server.server.convert import path_of
from lsp_server.server.diagnostics.publishing import Publisher
from lsp_server.server.documents.session import Session


class Following:
    """Begins and ends to follow documents.

    Args:
        client: is told where that is not possible.
        session: the open documents.
        publisher: shows the errors of each.
        limits: how many a client may have open.
        forget: each lets go of what was worked out for a document, by its URI.

    """

    def __init__(
        self,
        client: Client,
        session: Session,
        publisher: Publisher,
        limits: Limits,
        forget: Sequence[Callable[[str], object]],
    ) -> None:
        self._client = client
        self._session = session
        self._publisher = publisher
        self._limits = limits
        self._forget_each = tuple(forget)
        self._told: set[str] = set()

    def full(self, more: int = 0, documents: int = 0) -> str | None:
        """Why no more is taken in of what the client has open; None if it is."""
        limits, held = self._limits, sum(len(one.snapshot.text) for one in self._session)
        if (why := self.too_long(more)) is not None:
            return why
        if len(self._session) + documents > limits.documents:
            return f"only {limits.documents} files are followed at a time"
        if held + more > limits.characters:
            return f"only {limits.characters} characters are followed at a time"
        return None

    def too_long(self, characters: int) -> str | None:
        """Why a document of so many is not followed; None if it is."""
        longest = self._limits.longest
        return f"only files of at most {longest} characters are followed" if characters > longest else None

    def release(self, uri: str) -> None:
        """Let go of a document, of the work for it, and of its errors."""
        self._forget(uri)
        if self._session.get(uri) is not None:
            self._session.close(uri)
            self._publisher.clear(uri)

    def lose(self, uri: str, why: str) -> None:
        """Let go of a document that cannot be followed any more."""
        self.release(uri)
        self._client.log(types.MessageType.Error, f"{uri}: {why}; close and open the file again")

    def adopt(self, registry: Registry) -> None:
        """Know other languages from now on; what the client was told of a document of theirs is told anew."""
        changed = self._session.adopt(registry, path_of)
        for document in changed:
            self._forget(document.snapshot.uri)
            if document.language is None:
                self._publisher.clear(document.snapshot.uri)
            self._publisher.schedule(document)
        if changed:
            self._client.refresh_diagnostics()
            self._client.refresh_tokens()

    def tell_of_parser(self, language: Language) -> None:
        """Say, once, where trees are made slowly, and how they are made faster."""
        if language.hint is not None and language.id not in self._told:
            self._told.add(language.id)
            self._client.info(language.hint)

    def _forget(self, uri: str) -> None:
        for forget in self._forget_each:
            forget(uri)
