"""`textDocument/references`: where the name at a cursor is used."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.references import references
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.names import location_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.ReferenceParams) -> list[types.Location] | None:
    """All places in the workspace, with those that define it if they are wanted; null if nothing is known."""
    uri, wanted = params.text_document.uri, params.context.include_declaration

    def question(view: WorkspaceView) -> list[types.Location]:
        offset = offset_of(view.documents[uri].snapshot.lines, params.position, server.client.encoding)
        found = view.located(references(view.resolver, uri, offset, with_definitions=wanted))
        return [location_of(snapshot, place, server.client.encoding) for snapshot, place in found]

    return await server.query.ask(uri, question, whole=True)


HANDLER = Handler(types.TEXT_DOCUMENT_REFERENCES, handle, options=types.ReferenceOptions())
