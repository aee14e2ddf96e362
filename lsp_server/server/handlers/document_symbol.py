"""`textDocument/documentSymbol`: the outline of a document."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert_names as convert
from lsp_server.server.asking import answered
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer

_Symbols = list[types.DocumentSymbol] | list[types.SymbolInformation]


async def handle(server: HolegramServer, params: types.DocumentSymbolParams) -> _Symbols | None:
    """The symbols, as a list for a client that knows no trees; null if the document is not known."""
    document = server.session.get(params.text_document.uri)
    if document is None or document.language is None:
        return None
    nested = server.capability("text_document.document_symbol.hierarchical_document_symbol_support")

    def work() -> _Symbols:
        make = convert.document_symbols_of if nested else convert.symbol_information_of
        return make(document.snapshot, document.outline(), server.encoding)

    return await answered(server, work)


HANDLER = Handler(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, handle, options=types.DocumentSymbolOptions())
