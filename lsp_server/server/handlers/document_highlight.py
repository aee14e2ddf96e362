"""`textDocument/documentHighlight`: what stands for the same as the name at a cursor."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.highlights import highlights
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.names import highlight_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import World, ask


async def handle(
    server: HolegramServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """The places in the document; null if nothing is known of it."""
    uri = params.text_document.uri
    server.rests(uri, params.position)

    def question(world: World) -> list[types.DocumentHighlight]:
        snapshot = world.documents[uri].snapshot
        offset = offset_of(snapshot.lines, params.position, server.encoding)
        found = highlights(world.resolver, uri, offset)
        return [highlight_of(snapshot, highlight, server.encoding) for highlight in found]

    return await ask(server, uri, question, beyond=False)


HANDLER = Handler(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, handle, options=types.DocumentHighlightOptions())
