"""Diagnostics as the protocol has them: of documents, and of what is wrong with a bundle."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.errors import BundleError
from lsp_server.languages.manifest import MANIFEST
from lsp_server.server.convert.positions import range_of
from lsp_server.text import Encoding, Snapshot

if TYPE_CHECKING:
    from lsp_server.features.diagnostics import Diagnostic

_WHOLE_LINE = 10_000
"""A column that is beyond the end of any line that a person reads."""

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


_TAGS = {"NEEDLESS": types.DiagnosticTag.Unnecessary, "DEPRECATED": types.DiagnosticTag.Deprecated}


def diagnostic_of(
    snapshot: Snapshot, diagnostic: Diagnostic, encoding: Encoding, *, related: bool
) -> types.Diagnostic:
    """A diagnostic; with the places it refers to if the client can show them."""
    information = [
        types.DiagnosticRelatedInformation(
            types.Location(snapshot.uri, range_of(snapshot.lines, other.span, encoding)), other.message
        )
        for other in diagnostic.related
    ]
    return types.Diagnostic(
        range=range_of(snapshot.lines, diagnostic.span, encoding),
        message=diagnostic.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        source="holegram",
        tags=None if diagnostic.mark is None else [_TAGS[diagnostic.mark.name]],
        related_information=information if related and information else None,
    )


def diagnostics_of(
    snapshot: Snapshot, found: Iterable[Diagnostic], encoding: Encoding, *, related: bool
) -> list[types.Diagnostic]:
    """Diagnostics, each followed by a hint on every other line that it refers to.

    Many editors show nothing of a diagnostic but its own place, and a bracket may be opened far from where it
    ought to be closed.
    """
    shown = []
    for diagnostic in found:
        error = diagnostic_of(snapshot, diagnostic, encoding, related=related)
        about = types.DiagnosticRelatedInformation(types.Location(snapshot.uri, error.range), error.message)
        shown.append(error)
        shown += [
            types.Diagnostic(
                range=range_of(snapshot.lines, other.span, encoding),
                message=other.message,
                severity=types.DiagnosticSeverity.Hint,
                code=diagnostic.code,
                source=error.source,
                related_information=[about] if related else None,
            )
            for other in diagnostic.related
            if snapshot.lines.line_of(other.span.start) != error.range.start.line
        ]
    return shown


def problem_of(problem: BundleError) -> tuple[str, types.Diagnostic]:
    """What is wrong with a bundle: the URI of the file that has it, and where it is there."""
    path = Path(problem.path or "")
    path = path / MANIFEST if path.is_dir() else path
    line = (problem.line or 1) - 1
    ends = (types.Position(line, 0), types.Position(line, _WHOLE_LINE))
    message = problem.message if problem.remedy is None else f"{problem.message} ({problem.remedy})"
    kind = types.DiagnosticSeverity.Error
    found = types.Diagnostic(types.Range(*ends), message, severity=kind, code="bundle", source="holegram")
    return path.absolute().as_uri(), found
