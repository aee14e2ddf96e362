"""`textDocument/completion`: the suggestion at the cursor as a list, for editors without ghost text."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Span


async def handle(server: HolegramServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The suggestions for a cursor, which another letter may change; null if there is none."""
    document = server.session.get(params.text_document.uri)
    if document is None or document.language is None:
        return None
    completion = await server.suggest(document, params.position)
    if completion is None:
        return None
    items = [
        convert.completion_item_of(
            document.snapshot, document.language, rank, item.text, Span(item.start, item.end), server.encoding
        )
        for rank, item in enumerate(completion.items)
    ]
    return types.CompletionList(is_incomplete=True, items=items)


HANDLER = Handler(types.TEXT_DOCUMENT_COMPLETION, handle)
