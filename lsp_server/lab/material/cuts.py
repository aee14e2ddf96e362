"""Makes the gaps that an evaluation asks to have filled: one function for each kind of gap.

It knows text, what its language takes for words, and where `places` finds strings; not what fills a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

from lsp_server.lab.material.neighbours import Known
from lsp_server.lab.material.places import PlaceKind, places, strings
from lsp_server.languages import Language
from lsp_server.text import LineIndex

_LEAP = 5
"""The most line ends that a gap of several lines spans."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A whole file and the span of it that was removed; the cursor is where the span began.

    `known` is what else is known there.
    """

    original: str = field(repr=False)
    start: int
    end: int
    multiline: bool = False
    known: Known = field(default=Known(), repr=False)

    @property
    def text(self) -> str:
        """The file without the span."""
        return self.original[: self.start] + self.original[self.end :]

    @property
    def removed(self) -> str:
        """What the span held."""
        return self.original[self.start : self.end]

    @property
    def at_end(self) -> bool:
        """Nothing but blanks follows the cursor."""
        return not self.original[self.end :].strip()


CutKind = Callable[[Language, str, Random], Cut | None]
"""Draws one gap in a file; None where the file has no place for one of this kind."""


def rest_of_line(language: Language, text: str, rng: Random) -> Cut | None:
    """From any place in a line that is not blank, its end included, to the end of the line."""
    spots = [
        (offset, end)
        for start, end in _lines(text)
        if text[start:end].strip()
        for offset in range(start, end + 1)
    ]
    return Cut(text, *rng.choice(spots)) if spots else None


def inside_line(language: Language, text: str, rng: Random) -> Cut | None:
    """A span of a line, perhaps empty, where some of the line other than blanks follows."""
    spots: list[tuple[int, int]] = []
    for start, end in _lines(text):
        last = start + len(text[start:end].rstrip()) - 1
        spots.extend((offset, last) for offset in range(start, last + 1))
    return _drawn(text, spots, rng)


def inside_word(language: Language, text: str, rng: Random) -> Cut | None:
    """A span inside one word, perhaps empty, where letters of the word stand before and after."""
    spots = [
        (offset, match.end() - 1)
        for match in re.finditer(language.word, text)
        for offset in range(match.start() + 1, match.end())
    ]
    return _drawn(text, spots, rng)


def several_lines(language: Language, text: str, rng: Random) -> Cut | None:
    """From any place in a line to the end of one of the next lines, where text other than blanks follows."""
    lines = _lines(text)
    last = max((i for i, (start, end) in enumerate(lines) if text[start:end].strip()), default=0)
    spots = [
        (offset, i)
        for i, (start, end) in enumerate(lines[: max(0, last - 1)])
        for offset in range(start, end + 1)
    ]
    if not spots:
        return None
    start, line = rng.choice(spots)
    return Cut(text, start, lines[rng.randint(line + 1, min(line + _LEAP, last - 1))][1], multiline=True)


def inside_string(language: Language, text: str, rng: Random) -> Cut | None:
    """A span of a line inside one string, perhaps empty; the string's end, or more of it, follows."""
    lines = LineIndex(text)
    spots = [
        (offset, min(span.end, lines.end_of(lines.line_of(offset))))
        for span in strings(language, text)
        for offset in range(span.start, span.end + 1)
        if span.end < len(text)
    ]
    return _drawn(text, spots, rng)


KINDS: Mapping[str, CutKind] = MappingProxyType(
    {
        "rest-of-line": rest_of_line,
        "inside-line": inside_line,
        "inside-word": inside_word,
        "several-lines": several_lines,
        "inside-string": inside_string,
    }
)


def situation(language: Language, cut: Cut) -> str:
    """Where a cursor is in the whole file, in a few words."""
    place = places(language, cut.original)[cut.start]
    if place in (PlaceKind.STRING, PlaceKind.COMMENT):
        return "in a string" if place == PlaceKind.STRING else "in a comment"
    start, end = next(span for span in _lines(cut.original) if span[0] <= cut.start <= span[1])
    before, line = cut.original[start : cut.start], cut.original[start:end]
    if not before.strip():
        return "before a line's first word"
    if not line[len(before) :].strip():
        return "at a line's end"
    for match in re.finditer(language.word, line):
        if match.start() < len(before) <= match.end():
            return "inside a word" if len(before) < match.end() else "after a word"
    return "after a blank" if before[-1].isspace() else "after punctuation"


def _drawn(text: str, spots: Sequence[tuple[int, int]], rng: Random) -> Cut | None:
    """A cut from one of some offsets to any offset up to the last that goes with it; None of no offsets."""
    if not spots:
        return None
    start, last = rng.choice(spots)
    return Cut(text, start, rng.randint(start, last))


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line, its line end left out."""
    lines = LineIndex(text)
    return [(lines.start_of(line), lines.end_of(line)) for line in range(lines.line_count)]
