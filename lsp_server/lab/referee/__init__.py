"""The referee: says after each change of the engine whether what it suggests is as it was.

Real files get mistakes that people make, away from a cursor, and are opened so; a model wants to say what the
author wrote there, then texts that do not fit. What is shown is put into the file *without* its mistakes, and
judged there by a parser that is not ours. So nothing that tells right from wrong is shared with the product:
`mistakes` and `cases` know neither `constraint` nor `features`. Only `hearing` asks the product.
"""

from lsp_server.lab.referee.cases import KINDS, CaseKind, RefereeCase
from lsp_server.lab.referee.hearing import HearingOptions, RefereeRow, hear
from lsp_server.lab.referee.report import columns, fields, table

__all__ = [
    "KINDS",
    "CaseKind",
    "HearingOptions",
    "RefereeCase",
    "RefereeRow",
    "columns",
    "fields",
    "hear",
    "table",
]
