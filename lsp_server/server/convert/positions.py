"""Between the protocol's values and ours; the only place where a protocol position becomes an offset.

A position is a 0-based line and a column in the units of the encoding that the client prefers. One
beyond a line's end is that line's end, one beyond the last line is the end of the text. Offsets count
characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from lsp_server.cache import LruCache
from lsp_server.text import Edit, Encoding, LineIndex, Snapshot, Span, apply_edits

_PATHS: LruCache[str, Path] = LruCache(1_000)
"""More documents than anybody has open; they are asked for at each key."""


def path_of(uri: str) -> Path:
    """The path of a document; of one that is no file, whatever its URI has for a path."""
    return _PATHS.get(uri, lambda: _path(uri))


def _path(uri: str) -> Path:
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


def edits_of(
    snapshot: Snapshot, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> tuple[Edit, ...]:
    """The edits of a change notification, each to be applied to the result of the one before."""
    text, lines, edits = snapshot.text, snapshot.lines, list[Edit]()
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
        edits.append(edit)
        text = apply_edits(text, (edit,))
        changed = min(changed, lines.line_of(edit.span.start))
    return tuple(edits)
