"""`textDocument/documentHighlight`: what stands for the same as the name at a cursor."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.highlights import highlights
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.names import highlight_of
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(
    server: HolegramServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """The places in the document; null if nothing is known of it."""
    uri = params.text_document.uri
    if (document := server.session.get(uri)) is not None:
        server.suggester.rest_at(document, cursor_in(server, document, params.position))

    def question(view: WorkspaceView) -> list[types.DocumentHighlight]:
        snapshot = view.documents[uri].snapshot
        offset = offset_of(snapshot.lines, params.position, server.client.encoding)
        found = highlights(view.resolver, uri, offset)
        return [highlight_of(snapshot, highlight, server.client.encoding) for highlight in found]

    return await server.query.ask(uri, question, beyond=False)


HANDLER = Handler(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, handle, options=types.DocumentHighlightOptions())
