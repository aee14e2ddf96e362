"""`completionItem/resolve`: what explains an entry of a completion list.

Of a keyword or a sign that is what the bundle's documents say, of a name what a hover shows.
"""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.hover import described
from lsp_server.names.known import found_again
from lsp_server.server.convert.items import about, documentation_of, documented
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, item: types.CompletionItem) -> types.CompletionItem:
    """The entry as it came, with its documentation if there is any."""
    markdown = server.client.markdown("text_document.completion.completion_item.documentation_format")
    known = about(item, server.session.registry)
    if known is None:
        return item
    language, mention = known
    if mention is None:
        return documented(item, documentation_of(language, item), markdown=markdown)

    def question(view: WorkspaceView) -> str | None:
        place = found_again(view.texts, mention)
        return None if place is None else described(language, view.resolver, place, view.text)

    return documented(item, await server.query.ask_in(language, question, beyond=False), markdown=markdown)


HANDLER = Handler(types.COMPLETION_ITEM_RESOLVE, handle, fallback=lambda item: item)
