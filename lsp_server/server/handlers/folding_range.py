"""`textDocument/foldingRange`: what of a document can be folded away."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from lsp_server.features.folding import folds
from lsp_server.server.convert.shapes import folding_range_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer


async def handle(server: HolegramServer, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """The folds of a document; null if its language is unknown."""
    document = server.session.get(params.text_document.uri)
    if document is None:
        return None
    whole_lines = server.client.capability("text_document.folding_range.line_folding_only")
    limit = server.client.number("text_document.folding_range.range_limit")

    def work(rest: Callable[[], None]) -> list[types.FoldingRange] | None:
        tree = document.tree()
        if tree is None:
            return None
        return [
            folding_range_of(tree.lines, fold, server.client.encoding, whole_lines=whole_lines)
            for fold in folds(tree, whole_lines=whole_lines, limit=limit, rest=rest)
        ]

    return await server.look_through(document, work)


HANDLER = Handler(types.TEXT_DOCUMENT_FOLDING_RANGE, handle)
