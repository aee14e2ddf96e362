"""`textDocument/foldingRange`: what of a document can be folded away."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from lsp_server.features.folding import Fold, folds
from lsp_server.server.convert import position_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Encoding, LineIndex


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
            _range_of(tree.lines, fold, server.client.encoding, whole_lines=whole_lines)
            for fold in folds(tree, whole_lines=whole_lines, limit=limit, rest=rest)
        ]

    return await server.look_through(document, work)


def _range_of(lines: LineIndex, fold: Fold, encoding: Encoding, *, whole_lines: bool) -> types.FoldingRange:
    """A fold; with columns unless the client folds whole lines."""
    kind = None if fold.kind is None else types.FoldingRangeKind(fold.kind.value)
    if whole_lines:
        return types.FoldingRange(fold.first, fold.last, kind=kind)
    start, end = (position_of(lines, offset, encoding) for offset in (fold.span.start, fold.span.end))
    return types.FoldingRange(start.line, end.line, start.character, end.character, kind)


HANDLER = Handler(types.TEXT_DOCUMENT_FOLDING_RANGE, handle)
