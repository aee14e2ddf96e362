"""Finds the brackets of a text, those outside of strings and comments, also where the parser gave up.

Brackets are nodes of the tree, but the parser leaves no node for some of what it skips in an ERROR. Such
gaps are read by rule of thumb: comments as the bundle says, strings between quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from lsp_server.cache import cached_property
from lsp_server.languages import Language
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Parsed
from lsp_server.text import LineIndex, Span

_BLOCK = 1_024
"""The brackets of so many characters are found and paired at once: mistakes near each other share them."""

_START = attrgetter("start")
_INDENT = re.compile(r"[ \t]*")
_STRING = r'"""(?s:.*?)"""|"(?:\\.|[^"\\\r\n])*"'


@dataclass(frozen=True, slots=True)
class Bracket:
    """A lexeme that opens or closes, outside of strings and comments."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset just beyond."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Signs:
    """The brackets of a lexeme: the first may close something, and the last open something."""

    closes: str = ""
    opens: str = ""

    def within(self, text: str) -> Iterator[tuple[int, str]]:
        """Where they stand in its text, and which they are."""
        if self.closes:
            yield text.index(self.closes), self.closes
        if self.opens:
            yield text.rindex(self.opens), self.opens


class Brackets:
    """The brackets of one text, found where they are asked for; each stretch of it is looked at once.

    Args:
        troubled: the nodes where the parser met an error, an outer one before those in it.

    """

    def __init__(
        self, language: Language, parsed: Parsed, lines: LineIndex, troubled: Iterable[Node]
    ) -> None:
        self._language = language
        self._parsed = parsed
        self._lines = lines
        self._troubled = troubled
        self._closers = dict(language.brackets)
        self._blocks: dict[int, tuple[Bracket, ...]] = {}
        self._unsettled: dict[int, tuple[Bracket, ...]] = {}
        self._loose: dict[Span, tuple[Bracket, ...]] = {}

    def within(self, span: Span) -> tuple[Bracket, ...]:
        """All in a span, in order."""
        return tuple(chain.from_iterable(part for _, part in self._parts(span)))

    def loose(self, span: Span) -> tuple[Bracket, ...]:
        """Those in a span that are in no sound node which has as many of each kind, in order.

        A node may be of one bracket alone.
        """
        if span not in self._loose:
            start, end = (self._parsed.byte_at(place) for place in (span.start, span.end))
            self._loose[span] = self._made(self._loose_in(start, end), span) if start < end else ()
        return self._loose[span]

    def unsettled(self, span: Span) -> tuple[Bracket, ...]:
        """Those in a span that are in no settled pair, in order.

        A pair is settled if all pairs in it are and nothing else is, and the layout does not doubt it: then
        whatever stands before and after it, it is one.
        """
        found = list[Bracket]()
        for number, part in self._parts(span):
            if number is None:
                found += self._without_settled(part)
                continue
            if number not in self._unsettled:
                self._unsettled[number] = self._without_settled(part)
            found += self._unsettled[number]
        return self._without_settled(found)

    def _parts(self, span: Span) -> Iterator[tuple[int | None, Sequence[Bracket]]]:
        """The brackets in a span in pieces, in order, each with its number if it is a whole block."""
        numbers = range(span.start // _BLOCK, -(-span.end // _BLOCK))
        unknown = [number for number in numbers if number not in self._blocks]
        if unknown:
            self._read(unknown[0], unknown[-1] + 1)
        for number in numbers:
            found = self._blocks[number]
            if span.start <= number * _BLOCK and (number + 1) * _BLOCK <= span.end:
                yield number, found
            else:
                yield None, [bracket for bracket in found if bracket.start in span]

    def _read(self, first: int, stop: int) -> None:
        """Find those of some blocks."""
        span = Span(first * _BLOCK, min(stop * _BLOCK, len(self._parsed.text)))
        blocks: dict[int, list[Bracket]] = {number: [] for number in range(first, stop)}
        start, end = (self._parsed.byte_at(place) for place in (span.start, span.end))
        for bracket in self._made(self._parsed.brackets(start, end), span):
            blocks[bracket.start // _BLOCK].append(bracket)
        self._blocks.update((number, tuple(found)) for number, found in blocks.items())

    def _made(self, found: Iterable[tuple[int, str]], span: Span) -> tuple[Bracket, ...]:
        """Some that the tree knows, and those that the parser skipped in a span."""
        at, skipped = self._parsed.offset_at, self._skipped
        first, last = (bisect_left(skipped, place, key=_START) for place in (span.start, span.end))
        made = [Bracket(at(place), text) for place, text in sorted(found)]
        return tuple(sorted((*made, *skipped[first:last]), key=_START) if first < last else made)

    @cached_property
    def _skipped(self) -> list[Bracket]:
        text, at = self._parsed.text, self._parsed.offset_at
        found = (
            bracket
            for node in self._troubled
            if node.is_error
            for start, end in _gaps(node)
            for bracket in _brackets_in(self._language, text, at(start), at(end))
        )
        return sorted(found, key=_START)

    def _loose_in(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Place and text of those in a range, in no order, without those that the parser skipped."""
        text, at, pairs = self._parsed.text, self._parsed.offset_at, self._language.brackets

        def even(first: int, last: int) -> bool:
            """Whether in a stretch of whole sound nodes, all in the range, as many open as close."""
            return start <= first and last <= end and _even(pairs, text[at(first) : at(last)])

        pending = [self._parsed.members.touching(start, end, even)]
        while pending:
            for node in pending[-1]:
                first, last = node.start_byte, node.end_byte
                if last <= start or first >= end:
                    continue
                if not node.child_count:
                    for place, sign in self._parsed.signs(node):
                        if start <= place < end:
                            yield place, sign
                elif node.has_error or not even(first, last):
                    pending.append(iter(node.children))
                    break
            else:
                pending.pop()

    def _without_settled(self, brackets: Sequence[Bracket]) -> tuple[Bracket, ...]:
        kept = list[Bracket]()
        for bracket in brackets:
            before = kept[-1] if kept else bracket
            if self._closers.get(before.text) == bracket.text and not self._doubted(before, bracket):
                kept.pop()
            else:
                kept.append(bracket)
        return tuple(kept)

    def _doubted(self, opener: Bracket, closer: Bracket) -> bool:
        """Whether a closer is the first of its line, and farther out than the line of its opener."""
        text, lines = self._parsed.text, self._lines
        indent = indent_at(text, lines, closer.start)
        begins_line = lines.start_of(lines.line_of(closer.start)) + indent == closer.start
        return begins_line and indent_at(text, lines, opener.start) > indent


def indent_at(text: str, lines: LineIndex, offset: int) -> int:
    """How far in the line that holds an offset is."""
    start = lines.start_of(lines.line_of(offset))
    found = _INDENT.match(text, start)
    return 0 if found is None else found.end() - start


def _even(pairs: Iterable[tuple[str, str]], text: str) -> bool:
    return all(text.count(opener) == text.count(closer) for opener, closer in pairs)


def _gaps(error: Node) -> Iterator[tuple[int, int]]:
    """The ranges of bytes in an ERROR that no child of it covers."""
    byte = error.start_byte
    for child in error.children:
        if child.start_byte > byte:
            yield byte, child.start_byte
        byte = child.end_byte
    if error.end_byte > byte:
        yield byte, error.end_byte


def _brackets_in(language: Language, text: str, start: int, end: int) -> Iterator[Bracket]:
    """The brackets in a gap, by rule of thumb."""
    for match in _pattern(language).finditer(text, start, end):
        if match["bracket"]:
            yield Bracket(match.start(), match[0])


@lru_cache(maxsize=64)
def _pattern(language: Language) -> re.Pattern[str]:
    blocks = [f"{re.escape(o)}(?s:.*?){re.escape(c)}" for o, c in language.comment.block]
    lines = [rf"{re.escape(opener)}[^\r\n]*" for opener in language.comment.line]
    brackets = sorted({b for pair in language.brackets for b in pair}, key=len, reverse=True)
    return re.compile(
        "|".join([*blocks, *lines, _STRING, f"(?P<bracket>{'|'.join(map(re.escape, brackets))})"])
    )
