"""`workspace/symbol`: the definitions in all documents and files whose names fit a query."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.features.workspace_symbols import workspace_symbols
from lsp_server.server.convert import names as convert
from lsp_server.server.convert.kinds import known_symbols
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import worlds


async def handle(server: HolegramServer, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """The best of them, over all languages."""
    documents = tuple(server.session)
    kinds = known_symbols(server.client_capabilities, "workspace.symbol")
    index = await server.index.ready()

    def work() -> list[types.WorkspaceSymbol]:
        known = worlds(server, index, documents)
        found = workspace_symbols((unit for world in known for unit in world.units), params.query)
        return [
            convert.workspace_symbol_of(snapshot, symbol, server.encoding, kinds)
            for symbol in found
            for world in known
            if (snapshot := world.snapshots.get(symbol.place.unit.uri)) is not None
        ]

    return await server.answer("", work)


HANDLER = Handler(types.WORKSPACE_SYMBOL, handle, options=types.WorkspaceSymbolOptions(), fallback=[])
