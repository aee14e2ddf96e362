"""What a handler is: a coroutine that takes a server and the parameters of one method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from lsp_server.features.reasons import NO_DOCUMENT, NO_PLACE
from lsp_server.server.client.protocol import Refused
from lsp_server.server.convert import cursor_of
from lsp_server.server.convert.questions import question_of
from lsp_server.server.documents.session import Document
from lsp_server.server.language_server import HolegramServer


@dataclass(frozen=True, slots=True)
class Handler:
    """One method of the protocol.

    Attributes:
        method: its name.
        handle: answers it; what it reads of the session it reads before its first wait.
        options: what the server says about it when it starts.
        fallback: gives the answer to a question if `handle` fails.

    """

    method: str
    handle: Callable[[HolegramServer, Any], Awaitable[Any]]
    options: Any = None
    fallback: Callable[[Any], Any] = lambda params: None


def add(server: HolegramServer, handler: Handler) -> None:
    """Let a server answer a method; an error is logged, never shown, and a refusal is the answer."""

    async def run(params: Any) -> Any:
        try:
            return await handler.handle(server, params)
        except Refused:
            raise
        except Exception as error:
            server.client.report(handler.method, error)
            return handler.fallback(params)

    server.feature(handler.method, handler.options)(run)


def cursor_in(server: HolegramServer, document: Document, position: types.Position) -> int | None:
    """The offset of a cursor; none if its line does not exist."""
    return cursor_of(document.snapshot.lines, position, server.client.encoding)


def asked_at(server: HolegramServer, method: str, params: Any) -> tuple[Document, int] | str:
    """The document and the offset in it that a request of our own is about, or why nothing is known there.

    Raises:
        UsageError: the parameters have no place.

    """
    uri, position = question_of(method, params)
    document = server.session.get(uri)
    if document is None or document.language is None:
        return NO_DOCUMENT
    offset = cursor_in(server, document, position)
    return NO_PLACE if offset is None else (document, offset)
