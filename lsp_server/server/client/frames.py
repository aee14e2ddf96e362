"""Where messages begin and end in a stream of bytes (LSP 3.17, "Base Protocol").

Knows no message. Header names may be in any case, with or without blanks around their values, and lines may
end as they do on any system. What cannot be read is told once, and the next header that says a length is
where reading goes on: a stream is never left unheard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 64_000_000
"""Bytes of a message at most: a document of so many is one that nobody edits."""

_LONGEST_LINE = 4_096
_MOST_LINES = 64
"""Of a header; known ones have two lines, of fewer than a hundred bytes."""

_LONG = f"a header line of more than {_LONGEST_LINE} bytes"

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]{1,20})[ \t]*", re.IGNORECASE)
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:.*", re.DOTALL)
_HTTP = re.compile(rb"\S+ \S+ HTTP/\d(\.\d)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BadFrame:
    """What stands where a header should, in words; `web` where a browser speaks HTTP."""

    reason: str
    web: bool = False


class Frames:
    """Takes bytes as they come, gives the bodies of messages as they become whole.

    Attributes:
        most: bytes of a message at most.

    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._held = bytearray()
        self._body = 0
        """Bytes of the body that is being read; 0 within a header."""
        self._length: int | None = None
        self._lines = 0
        self._lost = False
        """Whether what stands here cannot be read, which was told."""

    def feed(self, data: bytes) -> Iterator[bytes | BadFrame]:
        """What became whole, in order; all of it has to be taken before more is fed."""
        self._held += data
        while True:
            if self._body:
                if len(self._held) < self._body:
                    return
                body = bytes(self._held[: self._body])
                del self._held[: self._body]
                self._body = 0
                yield body
                continue
            end = self._held.find(b"\n")
            if end < 0:
                if len(self._held) <= _LONGEST_LINE:
                    return
                yield from self._lose(_LONG)
                del self._held[:-_LONGEST_LINE]
                return
            line = bytes(self._held[:end]).rstrip(b"\r")
            del self._held[: end + 1]
            yield from self._take(line)

    def _take(self, line: bytes) -> Iterator[bytes | BadFrame]:
        """Take a line of a header."""
        if self._lost:
            self._resume(line)
            return
        if not line:
            yield from self._end()
            return
        self._lines += 1
        found = _LENGTH.fullmatch(line)
        if found is not None and self._length is None:
            self._length = int(found[1])
        elif found is not None:
            yield from self._lose("a header with two lengths")
            self._resume(line)
        elif line[:14].lower() == b"content-length":
            yield from self._lose("a Content-Length that is no number")
        elif len(line) > _LONGEST_LINE:
            yield from self._lose(_LONG)
        elif self._lines > _MOST_LINES:
            yield from self._lose("a header of too many lines")
        elif _FIELD.fullmatch(line) is None:
            web = _HTTP.fullmatch(line) is not None
            yield from self._lose("a line that is no header", web=web)
            self._resume(line)

    def _end(self) -> Iterator[bytes | BadFrame]:
        """Take the empty line after a header."""
        length, lines = self._length, self._lines
        self._length, self._lines = None, 0
        if length is None and lines:
            yield from self._lose("a header without Content-Length")
        elif length is not None and length > self.most:
            yield from self._lose(f"a message of {length} bytes, of which {self.most} are read at most")
        elif length == 0:
            yield b""
        else:
            self._body = length or 0

    def _lose(self, reason: str, *, web: bool = False) -> Iterator[BadFrame]:
        if not self._lost:
            yield BadFrame(reason, web)
        self._lost, self._length, self._lines = True, None, 0

    def _resume(self, line: bytes) -> None:
        """Go on where a line ends with the length of a message, whatever stands before that in it."""
        begin = line.lower().rfind(b"content-length", -64)
        found = None if begin < 0 else _LENGTH.fullmatch(line, begin)
        if found is not None:
            self._lost, self._length, self._lines = False, int(found[1]), 1
