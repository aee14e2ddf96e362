"""Where the lines of a text begin, and how offsets map to positions in each of the three encodings."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum
from itertools import accumulate

_LINE_END = re.compile(r"\r\n|\n|\r")
_STEP = 512
"""Of a longer stretch the units before each such number of characters are counted once for all."""


class Encoding(StrEnum):
    """The unit in which a column is counted (LSP 3.17, `PositionEncodingKind`)."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class LineIndex:
    """Line starts of one text. A line ends with a line feed, a carriage return, or both (as in LSP)."""

    __slots__ = ("_ascii", "_marks", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = _starts(text)
        self._ascii = text.isascii()
        self._marks: dict[Encoding, list[int]] = {}

    @property
    def line_count(self) -> int:
        """The number of lines; at least 1, also for an empty text."""
        return len(self._starts)

    def start_of(self, line: int) -> int:
        """Offset of the first character of a line; the text's end for a line beyond it."""
        return self._starts[line] if line < len(self._starts) else len(self._text)

    def end_of(self, line: int) -> int:
        """Offset just before the line's terminator."""
        if line + 1 >= len(self._starts):
            return len(self._text)
        end = self._starts[line + 1] - 1
        if self._text[end] == "\n" and end > self._starts[line] and self._text[end - 1] == "\r":
            end -= 1
        return end

    def line_of(self, offset: int) -> int:
        """The 0-based line that holds an offset."""
        return bisect_right(self._starts, offset) - 1

    def position(self, offset: int) -> tuple[int, int]:
        """0-based line and column, in characters, of an offset."""
        line = self.line_of(offset)
        return line, offset - self._starts[line]

    def offset(self, line: int, column: int) -> int:
        """Offset of a 0-based line and column in characters; a column beyond the line's end is its end."""
        if line >= len(self._starts):
            return len(self._text)
        return min(self._starts[line] + column, self.end_of(line))

    def units_at(self, offset: int, encoding: Encoding) -> tuple[int, int]:
        """0-based line and column of an offset, the column counted in the units of an encoding."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._ascii or encoding is Encoding.UTF32:
            return line, offset - start
        if offset - start > _STEP:
            return line, self._units_before(offset, encoding) - self._units_before(start, encoding)
        before = self._text[start:offset]
        return line, len(before) if before.isascii() else _units(before, encoding)

    def _units_before(self, offset: int, encoding: Encoding) -> int:
        """How many units the text before an offset is; counted once, so that a long line costs no more."""
        marks = self._marks.get(encoding)
        if marks is None:
            pieces = (self._text[at : at + _STEP] for at in range(0, len(self._text), _STEP))
            counted = accumulate((_units(piece, encoding) for piece in pieces), initial=0)
            marks = self._marks[encoding] = list(counted)
        mark = offset // _STEP
        return marks[mark] + _units(self._text[mark * _STEP : offset], encoding)

    def offset_from_units(self, line: int, units: int, encoding: Encoding) -> int:
        """Offset of a 0-based line and a column in the units of an encoding.

        A column beyond the line's end is its end; one inside a character is that character's start.
        """
        if self._ascii or encoding is Encoding.UTF32 or line >= len(self._starts):
            return self.offset(line, units)
        start = self._starts[line]
        text = self._text[start : self.end_of(line)]
        if text.isascii():
            return start + min(units, len(text))
        return start + bisect_right(range(1, len(text) + 1), units, key=lambda n: _units(text[:n], encoding))


def _starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    lengths = [len(line) + 1 for line in text.split("\n")]
    return list(accumulate(lengths[:-1], initial=0))


def _units(text: str, encoding: Encoding) -> int:
    """How many units a text is. A lone surrogate counts as one character of its plane, in each encoding."""
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
