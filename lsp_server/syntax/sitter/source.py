"""A text as tree-sitter sees it: UTF-8 bytes, rows and byte columns. The only place that converts them.

In a text of ASCII an offset and a byte are the same number, and nothing is computed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

_STEP = 512
_SURROGATE = re.compile("[\ud800-\udfff]")


class Source:
    """A text and its bytes. For a lone surrogate, which has no UTF-8, U+FFFD stands, which is as long."""

    __slots__ = ("_marks", "data", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.data = text.encode()
        except UnicodeEncodeError:
            self.data = _SURROGATE.sub("\ufffd", text).encode()
        self._marks: list[int] | None = None

    @property
    def plain(self) -> bool:
        """Whether each offset is a byte: the text is of ASCII."""
        return len(self.data) == len(self.text)

    def byte_at(self, offset: int) -> int:
        """The byte at which the character of an offset begins."""
        if len(self.data) == len(self.text):
            return offset
        marks = self._byte_marks()
        mark = min(offset // _STEP, len(marks) - 1)
        return marks[mark] + _width(self.text[mark * _STEP : offset])

    def offset_at(self, byte: int) -> int:
        """The offset of the character that begins at a byte, or holds it."""
        if len(self.data) == len(self.text):
            return byte
        marks = self._byte_marks()
        mark = bisect_right(marks, byte) - 1
        return mark * _STEP + len(self.data[marks[mark] : byte].decode(errors="ignore"))

    def point_at(self, byte: int) -> tuple[int, int]:
        """tree-sitter's row and column of a byte: line feeds before it, bytes since the last of them."""
        return self.data.count(b"\n", 0, byte), byte - (self.data.rfind(b"\n", 0, byte) + 1)

    def _byte_marks(self) -> list[int]:
        """The byte at each `_STEP`th character."""
        if self._marks is None:
            ends = range(_STEP, len(self.text), _STEP)
            widths = (_width(self.text[end - _STEP : end]) for end in ends)
            self._marks = list(accumulate(widths, initial=0))
        return self._marks


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
