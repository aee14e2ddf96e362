"""Reads the place that a user names, as a text, an offset and a language."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.errors import DocumentError, PositionError, UsageError
from lsp_server.opening import LARGEST
from lsp_server.text import LineIndex, decode_text, read_text

if TYPE_CHECKING:
    from lsp_server.languages import Language, Registry

STDIN = "-"
MARK = "<|>"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A cursor in a text. `place` names the text as the user did."""

    place: str
    text: str
    offset: int
    language: Language


def read_cursor(argument: str, language_id: str | None, registry: Registry) -> Cursor:
    """Read `FILE:LINE:COL` (from 1, columns in characters), or `-` for standard input with a `<|>` in it.

    A file's name may hold colons, as a drive letter does. The column after a line's last character is
    a place too.

    Raises:
        UsageError: the argument has another form, or standard input has no language or not one mark.
        DocumentError: the text cannot be read.
        UnknownLanguageError: no bundle claims the file, or none has the id.
        PositionError: the text has no such place.

    """
    if argument == STDIN:
        if language_id is None:
            raise UsageError("standard input has no language", remedy="name one with --language")
        text = read_stdin()
        before, *after = text.split(MARK)
        if len(after) != 1:
            raise UsageError(f"standard input has {len(after)} cursors", remedy=f"mark one place with {MARK}")
        return Cursor("<stdin>", before + after[0], len(before), registry.by_id(language_id))
    found = re.fullmatch(r"(.+):([0-9]{1,9}):([0-9]{1,9})", argument, re.DOTALL)
    if found is None:
        raise UsageError(f"'{argument}' is not a place in a file", remedy="write it as FILE:LINE:COL")
    path = Path(found[1])
    language = registry.by_id(language_id).of_file(path) if language_id else registry.for_path(path)
    text = read_text(path)
    return Cursor(found[1], text, _offset(found[1], text, int(found[2]), int(found[3])), language)


def read_stdin() -> str:
    """The text on standard input.

    Raises:
        DocumentError: it is not UTF-8, or too long.

    """
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DocumentError(f"is longer than {LARGEST:,} bytes", path="<stdin>", remedy="split it")
    return decode_text(data, "<stdin>")


def _offset(place: str, text: str, line: int, column: int) -> int:
    lines = LineIndex(text)
    if not 1 <= line <= lines.line_count:
        raise PositionError(
            f"there is no line {line}", path=place, remedy=f"it has lines 1 to {lines.line_count}"
        )
    width = lines.end_of(line - 1) - lines.start_of(line - 1)
    if not 1 <= column <= width + 1:
        raise PositionError(
            f"there is no column {column}",
            path=place,
            line=line,
            remedy=f"the line has columns 1 to {width + 1}",
        )
    return lines.offset(line - 1, column - 1)
