"""`textDocument/inlineCompletion`: the suggestion at the cursor as ghost text; several when asked for."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Span

_CANDIDATES = 3


async def handle(
    server: HolegramServer, params: types.InlineCompletionParams
) -> types.InlineCompletionList | None:
    """The suggestions for a cursor; null if there is none."""
    document = server.session.get(params.text_document.uri)
    if document is None:
        return None
    asked = params.context.trigger_kind is types.InlineCompletionTriggerKind.Invoked
    candidates = _CANDIDATES if asked else 1
    completion = await server.suggester.suggest(
        document, cursor_in(server, document, params.position), candidates, asked=asked
    )
    if completion is None:
        return None
    snapshot = document.snapshot
    items = [
        convert.inline_item_of(snapshot, item.text, Span(item.start, item.end), server.client.encoding)
        for item in completion.items
    ]
    return types.InlineCompletionList(items)


HANDLER = Handler(types.TEXT_DOCUMENT_INLINE_COMPLETION, handle, options=types.InlineCompletionOptions())
