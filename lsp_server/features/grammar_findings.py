"""What there is to say of a file that is a grammar, beyond its syntax.

To find that out a grammar is analysed, which may take long: it is asked apart from the errors of syntax.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsp_server.features.diagnostics import Diagnostic
from lsp_server.inspection import Finding, Kind, inspect_file
from lsp_server.text import Span


def grammar_findings(
    path: Path, text: str, wanted: Callable[[], bool] = lambda: True
) -> tuple[Diagnostic, ...]:
    """What is found of a grammar, at its place in the file.

    Args:
        path: the file.
        text: what is in it.
        wanted: is asked again and again, by another thread; where it says no, no more is looked for.

    """
    return tuple(_diagnostic(found, text) for found in inspect_file(path, text, wanted))


def _diagnostic(found: Finding, text: str) -> Diagnostic:
    """A finding as an editor shows it; one that is about no place stands on the first line."""
    return Diagnostic(
        found.span or Span(0, max(1, len(text.partition("\n")[0]))),
        "\n".join((found.told, *found.examples)),
        found.kind.code,
        severity=found.severity,
        needless=found.kind is Kind.UNUSED,
    )
