"""`workspace/symbol`: the definitions in all documents and files whose names fit a query."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.workspace_symbols import workspace_symbols
from lsp_server.server.convert import names as convert
from lsp_server.server.convert.kinds import known_symbols
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView


async def handle(server: HolegramServer, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """The best of them, over all languages."""
    kinds = known_symbols(server.client.capabilities, "workspace.symbol")

    def question(views: tuple[WorkspaceView, ...]) -> list[types.WorkspaceSymbol]:
        found = workspace_symbols((unit for view in views for unit in view.texts), params.query)
        return [
            convert.workspace_symbol_of(snapshot, symbol, server.client.encoding, kinds)
            for symbol in found
            for view in views
            if (snapshot := view.snapshots.get(symbol.place.unit.uri)) is not None
        ]

    return await server.query.ask_everywhere(question)


HANDLER = Handler(
    types.WORKSPACE_SYMBOL, handle, options=types.WorkspaceSymbolOptions(), fallback=lambda params: []
)
