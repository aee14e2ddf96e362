"""Between the protocol's values and ours; the only place where a protocol position becomes an offset.

A position is a 0-based line and a column in the units of the encoding that the client prefers. One
beyond a line's end is that line's end, one beyond the last line is the end of the text. Offsets count
characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from lsp_server.errors import BundleError
from lsp_server.languages.manifest import MANIFEST
from lsp_server.text import Edit, Encoding, LineIndex, Snapshot, Span, apply_edits

if TYPE_CHECKING:
    from lsp_server.features.diagnostics import Diagnostic
    from lsp_server.features.explaining import Explanation
    from lsp_server.server.outcomes import Outcome

_WHOLE_LINE = 10_000
"""A column that is beyond the end of any line that a person reads."""

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}


def path_of(uri: str) -> Path:
    """The path of a document; of one that is no file, whatever its URI has for a path."""
    try:
        return Path(to_fs_path(uri) or unquote(urlsplit(uri).path) or uri)
    except ValueError:
        return Path(uri)


def encoding_of(kind: types.PositionEncodingKind | str | None) -> Encoding:
    """The encoding that was agreed on; UTF-16 where nothing was said."""
    return Encoding(types.PositionEncodingKind(kind or types.PositionEncodingKind.Utf16).value)


def snapshot_of(item: types.TextDocumentItem) -> Snapshot:
    """A document as it was opened."""
    known = item.language_id
    # The converter lets anything pass for the name of a language.
    language_id = known.value if isinstance(known, types.LanguageKind) else str(known)
    return Snapshot(item.uri, language_id, item.version, item.text)


def offset_of(lines: LineIndex, position: types.Position, encoding: Encoding) -> int:
    """The offset of a position."""
    return lines.offset_from_units(position.line, position.character, encoding)


def cursor_of(lines: LineIndex, position: types.Position, encoding: Encoding) -> int | None:
    """The offset of a cursor; none if its line does not exist."""
    return offset_of(lines, position, encoding) if position.line < lines.line_count else None


def position_of(lines: LineIndex, offset: int, encoding: Encoding) -> types.Position:
    """The position of an offset; of one inside a line end of two characters, the end of the line."""
    line, column = lines.units_at(min(offset, lines.end_of(lines.line_of(offset))), encoding)
    return types.Position(line, column)


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> types.Range:
    """The range of a span."""
    return types.Range(position_of(lines, span.start, encoding), position_of(lines, span.end, encoding))


def explanation_of(
    explanation: Explanation, last: Outcome | None, lines: LineIndex | None, encoding: Encoding
) -> dict[str, Any]:
    """What the server explains, as JSON: names in the manner of LSP."""
    error = explanation.expected.error
    place = None if error is None or lines is None else position_of(lines, error, encoding)
    return {
        "reason": explanation.reason,
        "offered": explanation.offered,
        "expected": list(explanation.expected.names),
        "expectedAt": None if place is None else {"line": place.line, "character": place.character},
        "timingsMs": dict(explanation.timings_ms),
        "tokens": explanation.tokens,
        "statistics": dict(explanation.statistics),
        "recalled": explanation.recalled,
        "last": None if last is None else outcome_of(last),
    }


def outcome_of(outcome: Outcome) -> dict[str, Any]:
    """What became of a request, as JSON."""
    timings = dict(outcome.timings_ms)
    return {"reason": outcome.reason, "offered": outcome.offered, "timingsMs": timings}


def edits_of(
    snapshot: Snapshot, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> tuple[Edit, ...]:
    """The edits of a change notification, each to be applied to the result of the one before."""
    return tuple(_edits(snapshot, changes, encoding))


def _edits(
    snapshot: Snapshot, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> Iterator[Edit]:
    text, lines = snapshot.text, snapshot.lines
    changed = math.inf
    """The first line where `lines` no longer holds; a cursor above the others needs no new index."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            edit = Edit(Span(0, len(text)), change.text)
        else:
            ends = (change.range.start, change.range.end)
            if max(position.line for position in ends) >= changed:
                lines, changed = LineIndex(text), math.inf
            edit = Edit(Span(*sorted(offset_of(lines, end, encoding) for end in ends)), change.text)
        yield edit
        text = apply_edits(text, (edit,))
        changed = min(changed, lines.line_of(edit.span.start))


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
        tags=[types.DiagnosticTag.Unnecessary] if diagnostic.needless else None,
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


def inline_item_of(
    snapshot: Snapshot, text: str, span: Span, encoding: Encoding
) -> types.InlineCompletionItem:
    """Ghost text that replaces a span."""
    return types.InlineCompletionItem(insert_text=text, range=range_of(snapshot.lines, span, encoding))
