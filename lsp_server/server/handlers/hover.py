"""`textDocument/hover`: what is known about the name or the construct at a cursor."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.hover import hover
from lsp_server.server.convert import offset_of, range_of
from lsp_server.server.convert.items import markup_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import World, ask


async def handle(server: HolegramServer, params: types.HoverParams) -> types.Hover | None:
    """It is Markdown, or plain text for a client that shows no Markdown; null if there is nothing to say."""
    uri = params.text_document.uri
    markdown = server.markdown("text_document.hover.content_format")

    def question(world: World) -> types.Hover | None:
        lines, tree = world.documents[uri].snapshot.lines, world.tree(uri)
        offset = offset_of(lines, params.position, server.encoding)
        found = None if tree is None else hover(tree, world.resolver, uri, offset, world.text)
        if found is None:
            return None
        content = markup_of(found.markdown, markdown=markdown)
        return types.Hover(content, range_of(lines, found.span, server.encoding))

    return await ask(server, uri, question)


HANDLER = Handler(types.TEXT_DOCUMENT_HOVER, handle, options=types.HoverOptions())
