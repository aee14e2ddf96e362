"""Makes the gaps that an evaluation asks to have filled: one function for each kind of gap.

It knows text, and of a language only what its manifest says of words and comments; not what fills a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from types import MappingProxyType

from lsp_server.languages import Language
from lsp_server.text import LineIndex

_LEAP = 5
"""The most line ends that a gap of several lines spans."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A whole file and the span of it that was removed; the cursor is where the span began."""

    original: str = field(repr=False)
    start: int
    end: int
    multiline: bool = False

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
    places = [
        (offset, end)
        for start, end in _lines(text)
        if text[start:end].strip()
        for offset in range(start, end + 1)
    ]
    return Cut(text, *rng.choice(places)) if places else None


def inside_line(language: Language, text: str, rng: Random) -> Cut | None:
    """A span of a line, perhaps empty, where some of the line other than blanks follows."""
    places: list[tuple[int, int]] = []
    for start, end in _lines(text):
        last = start + len(text[start:end].rstrip()) - 1
        places.extend((offset, last) for offset in range(start, last + 1))
    if not places:
        return None
    start, last = rng.choice(places)
    return Cut(text, start, rng.randint(start, last))


def inside_word(language: Language, text: str, rng: Random) -> Cut | None:
    """A span inside one word, perhaps empty, where letters of the word stand before and after."""
    places = [
        (offset, match.end() - 1)
        for match in re.finditer(language.word, text)
        for offset in range(match.start() + 1, match.end())
    ]
    if not places:
        return None
    start, last = rng.choice(places)
    return Cut(text, start, rng.randint(start, last))


def several_lines(language: Language, text: str, rng: Random) -> Cut | None:
    """From any place in a line to the end of one of the next lines, where text other than blanks follows."""
    lines = _lines(text)
    last = max((i for i, (start, end) in enumerate(lines) if text[start:end].strip()), default=0)
    places = [
        (offset, i)
        for i, (start, end) in enumerate(lines[: max(0, last - 1)])
        for offset in range(start, end + 1)
    ]
    if not places:
        return None
    start, line = rng.choice(places)
    return Cut(text, start, lines[rng.randint(line + 1, min(line + _LEAP, last - 1))][1], multiline=True)


KINDS: Mapping[str, CutKind] = MappingProxyType(
    {
        "rest-of-line": rest_of_line,
        "inside-line": inside_line,
        "inside-word": inside_word,
        "several-lines": several_lines,
    }
)


def situation(language: Language, cut: Cut) -> str:
    """Where a cursor is, in a few words. Strings are taken to be what stands between double quotes."""
    for match in _hidden(language).finditer(cut.original):
        open_at_end = match.lastgroup in ("line", "unclosed")
        if match.start() < cut.start < match.end() + open_at_end:
            return "in a string" if match.lastgroup in ("string", "unclosed") else "in a comment"
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


@lru_cache(maxsize=8)
def _hidden(language: Language) -> re.Pattern[str]:
    """Finds strings and comments, an unfinished one to where it would have to end."""
    lines = "|".join(re.escape(marker) for marker in language.comment.line) or "(?!)"
    blocks = "|".join(
        rf"{re.escape(opener)}(?s:.*?)(?:{re.escape(closer)}|\Z)" for opener, closer in language.comment.block
    )
    return re.compile(
        r'(?P<string>"""(?s:.*?)"""|"(?:[^"\\\r\n]|\\.)*")|(?P<unclosed>"(?:[^"\\\r\n]|\\.)*)'
        rf"|(?P<block>{blocks or '(?!)'})|(?P<line>(?:{lines})[^\r\n]*)"
    )


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line, its line end left out."""
    lines = LineIndex(text)
    return [(lines.start_of(line), lines.end_of(line)) for line in range(lines.line_count)]
