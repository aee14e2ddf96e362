"""`textDocument/rename`: another spelling for a name, wherever it stands."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.lazy_imports import TURN
from lsp_server.server.client.protocol import Refused
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.names import workspace_edit_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edits of all documents; an error tells why it cannot be done."""
    uri = params.text_document.uri
    versioned = server.client.capability("workspace.workspace_edit.document_changes")

    def question(view: WorkspaceView) -> types.WorkspaceEdit:
        # Imported here because it brings the grammar\'s rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.rename import Refusal, rename

        offset = offset_of(view.documents[uri].snapshot.lines, params.position, server.client.encoding)
        done = rename(view.resolver, uri, offset, params.new_name, view.tree)
        if isinstance(done, Refusal):
            raise Refused(done.reason)
        return workspace_edit_of(
            view.snapshots, view.documents, done.edits, server.client.encoding, versioned=versioned
        )

    return await server.query.ask(uri, question, whole=True)


HANDLER = Handler(types.TEXT_DOCUMENT_RENAME, handle, options=types.RenameOptions(prepare_provider=True))
