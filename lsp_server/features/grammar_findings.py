"""What there is to say of a file that is a grammar, beyond its syntax.

To find that out a grammar is analysed, which may take long: it is asked apart from the errors of syntax. What
nothing needs can be removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lsp_server.features.diagnostics import Diagnostic, Mark
from lsp_server.features.fixes import Fix
from lsp_server.inspection import Finding, FindingKind
from lsp_server.inspection.described import grammar_of
from lsp_server.inspection.looking import inspect_file
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
        mark=Mark.NEEDLESS if found.kind is FindingKind.UNUSED else None,
    )


def removals(text: str, found: Iterable[Diagnostic], span: Span) -> Iterator[Fix]:
    """For each definition in a span that nothing needs and nothing names, to take it away."""
    notation = grammar_of(text)
    names = [mention.name for definition in notation.definitions for mention in definition.mentions()]
    for diagnostic in found:
        near = diagnostic.span.start <= span.end and span.start <= diagnostic.span.end
        definition = next((d for d in notation.definitions if d.named == diagnostic.span), None)
        if (
            diagnostic.mark is Mark.NEEDLESS
            and near
            and definition is not None
            and definition.name not in names
        ):
            yield Fix(f"Remove `{definition.name}`", notation.removal_of(definition), diagnostic)
