"""What there is to say of a grammar by itself: what is wrong, what costs something, what is good to know.

It looks at a grammar from all sides, and reads no text with it. Who shows what is found, and where, is not
known here.
"""

from lsp_server.inspection.findings import (
    Finding,
    FindingKind,
    Severity,
    is_refused,
    only_conflicts,
    only_lalr,
    ordered,
    read_generally,
)

__all__ = [
    "Finding",
    "FindingKind",
    "Severity",
    "is_refused",
    "only_conflicts",
    "only_lalr",
    "ordered",
    "read_generally",
]
