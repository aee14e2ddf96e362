"""`textDocument/inlineCompletion`: the suggestion at the cursor as ghost text; several when asked for."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server.convert import range_of
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.suggestions.suggester import ALTERNATIVES
from lsp_server.text import Span


async def handle(
    server: HolegramServer, params: types.InlineCompletionParams
) -> types.InlineCompletionList | None:
    """The suggestions for a cursor; null if there is none."""
    document = server.session.get(params.text_document.uri)
    if document is None:
        return None
    asked = params.context.trigger_kind is types.InlineCompletionTriggerKind.Invoked
    offset = cursor_in(server, document, params.position)
    completion = await server.suggester.suggest(document, offset, ALTERNATIVES if asked else 1, asked=asked)
    if completion is None:
        return None
    lines, encoding = document.snapshot.lines, server.client.encoding
    return types.InlineCompletionList(
        [
            types.InlineCompletionItem(item.text, range=range_of(lines, Span(item.start, item.end), encoding))
            for item in completion.items
        ]
    )


HANDLER = Handler(types.TEXT_DOCUMENT_INLINE_COMPLETION, handle, options=types.InlineCompletionOptions())
