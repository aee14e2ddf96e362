"""`textDocument/documentSymbol`: the outline of a document."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from lsp_server.server.convert.kinds import known_symbols
from lsp_server.server.convert.names import symbol_information_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.symbol_json import Known, Written, symbol_json

_Symbols = Written | list[types.SymbolInformation]


async def handle(server: HolegramServer, params: types.DocumentSymbolParams) -> _Symbols | None:
    """The symbols, as a list for a client that knows no trees; null if the document is not known."""
    uri = params.text_document.uri
    document, known = server.session.get(uri), server.symbols.get(uri, {})
    if document is None or document.language is None:
        return None
    nested = server.client.capability("text_document.document_symbol.hierarchical_document_symbol_support")
    kinds = known_symbols(server.client.capabilities, "text_document.document_symbol")

    def work(rest: Callable[[], None]) -> tuple[_Symbols, Known]:
        snapshot, outline = document.snapshot, document.outline(rest)
        if nested:
            return symbol_json(snapshot, outline, server.client.encoding, kinds, known)
        return symbol_information_of(snapshot, outline, server.client.encoding, kinds), known

    found = await server.look_through(document, work)
    if found is None:
        return None
    symbols, known = found
    if server.session.get(uri) is not None:
        server.symbols[uri] = known
    return symbols


HANDLER = Handler(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, handle, options=types.DocumentSymbolOptions())
