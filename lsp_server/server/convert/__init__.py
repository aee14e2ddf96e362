"""Between the protocol's values and ours: positions and offsets, diagnostics, names, lists, tokens, edits.

Nothing else in the server makes a protocol's position of an offset, or the other way round.
"""

from lsp_server.server.convert.diagnostics import diagnostic_of, diagnostics_of, problem_of
from lsp_server.server.convert.positions import (
    cursor_of,
    edits_of,
    encoding_of,
    offset_of,
    path_of,
    position_of,
    range_of,
    snapshot_of,
)

__all__ = [
    "cursor_of",
    "diagnostic_of",
    "diagnostics_of",
    "edits_of",
    "encoding_of",
    "offset_of",
    "path_of",
    "position_of",
    "problem_of",
    "range_of",
    "snapshot_of",
]
