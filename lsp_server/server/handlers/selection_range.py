"""`textDocument/selectionRange`: what the selections at some cursors grow to."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from lsp_server.features.selection import selections
from lsp_server.server.convert import offset_of, range_of
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Encoding, LineIndex, Span


async def handle(
    server: HolegramServer, params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    """For each position the selections about it, the innermost first; null if the language is unknown."""
    document = server.session.get(params.text_document.uri)
    if document is None:
        return None

    def work() -> list[types.SelectionRange] | None:
        tree, encoding = document.tree(), server.client.encoding
        if tree is None:
            return None
        offsets = [offset_of(tree.lines, position, encoding) for position in params.positions]
        return [_nested(tree.lines, selections(tree, offset), encoding) for offset in offsets]

    return await server.answers.run(params.text_document.uri, work)


def _nested(lines: LineIndex, steps: Sequence[Span], encoding: Encoding) -> types.SelectionRange:
    """The selections about a cursor, of which there is at least one, each with the next one as its parent."""
    found: types.SelectionRange | None = None
    for span in reversed(steps):
        found = types.SelectionRange(range_of(lines, span, encoding), found)
    assert found is not None
    return found


HANDLER = Handler(types.TEXT_DOCUMENT_SELECTION_RANGE, handle)
