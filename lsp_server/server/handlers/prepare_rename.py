"""`textDocument/prepareRename`: whether the name at a cursor can be renamed."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.lazy_imports import TURN
from lsp_server.server.client.protocol import Refused
from lsp_server.server.convert import offset_of, range_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.PrepareRenameParams) -> types.Range | None:
    """The range of the name at the cursor; an error tells why there is none."""
    uri = params.text_document.uri

    def question(view: WorkspaceView) -> types.Range:
        # Imported here because it brings the grammar\'s rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.rename import Refusal, renamable

        lines = view.documents[uri].snapshot.lines
        found = renamable(view.resolver, uri, offset_of(lines, params.position, server.client.encoding))
        if isinstance(found, Refusal):
            raise Refused(found.reason)
        return range_of(lines, found.span, server.client.encoding)

    return await server.query.ask(uri, question)


HANDLER = Handler(types.TEXT_DOCUMENT_PREPARE_RENAME, handle)
