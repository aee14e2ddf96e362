"""What is wrong with the grammars that the files of a language are, beyond their syntax.

To find that out a grammar is analysed, which may take long: it is asked apart from the errors of syntax.
"""

from __future__ import annotations

from lsp_server.features.diagnostics import Diagnostic
from lsp_server.lalr.problems import grammar_problems
from lsp_server.languages import Language

CODE = "grammar"


def grammar_errors(described: Language) -> tuple[Diagnostic, ...]:
    """Why the grammar of the language that a file describes cannot be used, at its place in the file."""
    return tuple(Diagnostic(found.span, found.message, CODE) for found in grammar_problems(described))
