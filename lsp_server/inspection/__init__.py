"""What there is to say of a grammar by itself: what is wrong, what costs something, what is good to know.

It looks at a grammar from all sides, and reads no text with it. Who shows what is found, and where, is not
known here.
"""

from lsp_server.inspection.described import grammar_of, indentation, language_of_grammar, start_of
from lsp_server.inspection.findings import Finding, Kind, Severity, is_refused, ordered
from lsp_server.inspection.looking import inspect, inspect_file, inspect_loaded, refusal

__all__ = [
    "Finding",
    "Kind",
    "Severity",
    "grammar_of",
    "indentation",
    "inspect",
    "inspect_file",
    "inspect_loaded",
    "is_refused",
    "language_of_grammar",
    "ordered",
    "refusal",
    "start_of",
]
