"""`textDocument/hover`: what is known about the name or the construct at a cursor."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.hover import hover
from lsp_server.server.convert import offset_of, range_of
from lsp_server.server.convert.items import markup_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.HoverParams) -> types.Hover | None:
    """It is Markdown, or plain text for a client that shows no Markdown; null if there is nothing to say."""
    uri = params.text_document.uri
    markdown = server.client.markdown("text_document.hover.content_format")

    def question(view: WorkspaceView) -> types.Hover | None:
        lines, tree = view.documents[uri].snapshot.lines, view.tree(uri)
        offset = offset_of(lines, params.position, server.client.encoding)
        found = None if tree is None else hover(tree, view.resolver, uri, offset, view.text)
        if found is None:
            return None
        content = markup_of(found.markdown, markdown=markdown)
        return types.Hover(content, range_of(lines, found.span, server.client.encoding))

    return await server.query.ask(uri, question)


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, handle, options=types.HoverOptions())
