"""Folds and selections as the protocol has them; positions are made by `convert`."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from lsp_server.features.folding import Fold
from lsp_server.server.convert.positions import position_of, range_of
from lsp_server.text import Encoding, LineIndex, Span


def folding_range_of(
    lines: LineIndex, fold: Fold, encoding: Encoding, *, whole_lines: bool
) -> types.FoldingRange:
    """A fold; with columns unless the client folds whole lines."""
    kind = None if fold.kind is None else types.FoldingRangeKind(fold.kind.value)
    if whole_lines:
        return types.FoldingRange(fold.first, fold.last, kind=kind)
    start, end = (position_of(lines, offset, encoding) for offset in (fold.span.start, fold.span.end))
    return types.FoldingRange(start.line, end.line, start.character, end.character, kind)


def selection_range_of(lines: LineIndex, steps: Sequence[Span], encoding: Encoding) -> types.SelectionRange:
    """The selections about a cursor, of which there is at least one, each with the next one as its parent."""
    found: types.SelectionRange | None = None
    for span in reversed(steps):
        found = types.SelectionRange(range_of(lines, span, encoding), found)
    assert found is not None
    return found
