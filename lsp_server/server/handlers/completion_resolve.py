"""`completionItem/resolve`: what a bundle's documents say about a keyword or a sign of a completion list."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server.handlers.handler import Handler
from lsp_server.server.items import documented
from lsp_server.server.language_server import HolegramServer


async def handle(server: HolegramServer, item: types.CompletionItem) -> types.CompletionItem:
    """The entry as it came, with its documentation if there is any."""
    markdown = server.markdown("text_document.completion.completion_item.documentation_format")
    return documented(item, server.session.registry, markdown=markdown)


HANDLER = Handler(types.COMPLETION_ITEM_RESOLVE, handle)
