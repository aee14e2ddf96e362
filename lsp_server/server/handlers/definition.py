"""`textDocument/definition`: where the name at a cursor is defined."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.definition import definition
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.names import location_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.DefinitionParams) -> list[types.Location] | None:
    """All places that define it; null if there is none."""
    uri = params.text_document.uri

    def question(view: WorkspaceView) -> list[types.Location]:
        offset = offset_of(view.documents[uri].snapshot.lines, params.position, server.client.encoding)
        found = view.located(definition(view.resolver, uri, offset))
        return [location_of(snapshot, place, server.client.encoding) for snapshot, place in found]

    return await server.query.ask(uri, question)


HANDLER = Handler(types.TEXT_DOCUMENT_DEFINITION, handle, options=types.DefinitionOptions())
