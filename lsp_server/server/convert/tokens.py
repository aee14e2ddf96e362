"""Semantic tokens as LSP 3.17 has them: five numbers each, relative to the token before.

A stretch of a text that is the same as before is not encoded again. Tokens are sent whether or not the client
augments a highlighting of its own with them: most of these languages have no other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lsprotocol import types

from lsp_server.features.highlighting import MODIFIERS, TYPES, Stretch, StyledToken
from lsp_server.text import Encoding, LineIndex, common

LEGEND = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))

_SIZE = 5
_TYPES = {name: number for number, name in enumerate(TYPES)}
_MODIFIERS = {name: 1 << number for number, name in enumerate(MODIFIERS)}


@dataclass(frozen=True, slots=True)
class _Encoded:
    """The numbers of one stretch, with how many lines it has and in which of them its last token begins."""

    data: array[int]
    lines: int
    last: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a client was told last about a document."""

    result_id: str
    data: array[int]


class TokenEncoder:
    """Encodes tokens for one client, and remembers what it was told about each document.

    Args:
        encoding: the unit of the client's columns.
        multiline: whether the client takes tokens that go over several lines; else each line has its own.

    """

    def __init__(self, encoding: Encoding, *, multiline: bool) -> None:
        self._encoding = encoding
        self._multiline = multiline
        self._known: WeakKeyDictionary[Stretch, _Encoded] = WeakKeyDictionary()
        self._told: dict[str, _Answer] = {}

    def full(self, uri: str, result_id: str, stretches: Iterable[Stretch]) -> types.SemanticTokens:
        """All tokens of a document, given all its stretches."""
        data = self._joined(stretches)
        self._told[uri] = _Answer(result_id, data)
        return types.SemanticTokens(data.tolist(), result_id)

    def delta(
        self, known: str, uri: str, result_id: str, stretches: Iterable[Stretch]
    ) -> types.SemanticTokens | types.SemanticTokensDelta:
        """What has changed since the client was told; all tokens where that is not what it knows."""
        before = self._told.get(uri)
        if before is None or before.result_id != known:
            return self.full(uri, result_id, stretches)
        data = self._joined(stretches)
        self._told[uri] = _Answer(result_id, data)
        return types.SemanticTokensDelta(list(_edits(before.data, data)), result_id)

    def part(self, line: int, stretches: Iterable[Stretch], first: int, last: int) -> types.SemanticTokens:
        """The tokens of some lines, given the stretches with these, the first of which begins at `line`."""
        data = self._joined(stretches, line)
        found, at, skipped = array("I"), 0, 0
        for start in range(0, len(data), _SIZE):
            at += data[start]
            if first <= at <= last:
                found.extend(data[start : start + _SIZE])
                if len(found) == _SIZE:
                    found[0] += skipped
            else:
                skipped = at
        return types.SemanticTokens(found.tolist())

    def forget(self, uri: str) -> None:
        """Let go of a document."""
        self._told.pop(uri, None)

    def _joined(self, stretches: Iterable[Stretch], gap: int = 0) -> array[int]:
        data = array("I")
        for stretch in stretches:
            encoded = self._known.get(stretch)
            if encoded is None:
                encoded = self._known[stretch] = self._encoded(stretch)
            if encoded.data:
                start = len(data)
                data.extend(encoded.data)
                data[start] += gap
            gap = encoded.lines - encoded.last if encoded.data else gap + encoded.lines
        return data

    def _encoded(self, stretch: Stretch) -> _Encoded:
        lines, data = LineIndex(stretch.text), array("I")
        line = column = 0
        for token in stretch.tokens if self._multiline else _split(lines, stretch.tokens):
            modifiers = sum(_MODIFIERS[name] for name in token.style.modifiers)
            at, start = lines.units_at(token.start, self._encoding)
            length = _length(stretch.text[token.start : token.end], self._encoding)
            data.extend((at - line, start - column if at == line else start, length))
            data.extend((_TYPES[token.style.type], modifiers))
            line, column = at, start
        return _Encoded(data, lines.line_count - 1, line)


def _split(lines: LineIndex, tokens: Iterable[StyledToken]) -> Iterator[StyledToken]:
    """Tokens that each stand on one line."""
    for token in tokens:
        first, last = lines.line_of(token.start), lines.line_of(token.end - 1)
        for line in range(first, last + 1):
            start, end = max(token.start, lines.start_of(line)), min(token.end, lines.end_of(line))
            if start < end:
                yield StyledToken(start, end, token.style)


def _length(text: str, encoding: Encoding) -> int:
    if text.isascii() or encoding is Encoding.UTF32:
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _edits(old: array[int], new: array[int]) -> Iterator[types.SemanticTokensEdit]:
    """The one edit, of whole tokens, that leads from some numbers to others; none if they are the same."""
    width = old.itemsize * _SIZE
    some, others = old.tobytes(), new.tobytes()
    before = common(some, others) // width
    after = common(some[before * width :][::-1], others[before * width :][::-1]) // width
    start, end = _SIZE * before, _SIZE * after
    removed, put = len(old) - start - end, new[start : len(new) - end]
    if removed or put:
        yield types.SemanticTokensEdit(start, removed, put.tolist())
