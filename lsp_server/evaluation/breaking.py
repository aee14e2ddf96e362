"""Breaks files: one small mistake of the kinds that people make while they write, at a place away from a cut.

It knows text, and of a language only what its manifest says of words and brackets; whether a mistake is one
is for a judge to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from lsp_server.evaluation.cuts import Cut
from lsp_server.languages import QUOTES, Language
from lsp_server.text import LineIndex, Span

ABOVE, BELOW, BESIDE = "broken above", "broken below", "broken in the line"
WHERE = (ABOVE, BELOW, BESIDE)

_GARBAGE = ("@@", ")", "]", "}", "<<", "==", "?!", "\\", ".,", "|&", "~", "9z", "§")
_NEAR = 8
"""How many lines away half of all mistakes are at most."""


@dataclass(frozen=True, slots=True)
class Break:
    """One mistake: `text` stands where the whole file has `[start, end)`; `how` names its kind."""

    start: int
    end: int
    text: str
    how: str


@dataclass(frozen=True, slots=True)
class BrokenCut:
    """A cut in a file that is broken elsewhere. `cut.text` is the cut file without the mistake."""

    cut: Cut
    broken: Break

    @property
    def file(self) -> str:
        """The broken file, nothing removed."""
        whole, broken = self.cut.original, self.broken
        return whole[: broken.start] + broken.text + whole[broken.end :]

    @property
    def text(self) -> str:
        """The broken file without the removed span."""
        text, broken = self.cut.text, self.broken
        shift = 0 if broken.start < self.cut.start else self.cut.start - self.cut.end
        return text[: broken.start + shift] + broken.text + text[broken.end + shift :]

    @property
    def shift(self) -> int:
        """How much farther the cursor is in the broken file than in the whole one."""
        broken = self.broken
        return len(broken.text) - (broken.end - broken.start) if broken.start < self.cut.start else 0

    @property
    def cursor(self) -> int:
        """The cursor's offset in `text`."""
        return self.cut.start + self.shift


def break_file(language: Language, cut: Cut, where: str, rng: Random) -> BrokenCut | None:
    """One random mistake in the file of a cut, so that something is left between the two.

    None where the file has no place for one of the kind that was drawn. `where` is one of `WHERE`: in lines
    before the cursor's, in lines after the cut, or in the rest of the lines in which the cut begins and ends.
    """
    text = cut.original
    lexemes = [m.span() for m in re.finditer(rf"{language.word}|\d+|[^\w\s]", text)]
    within = [Span(*span) for span in lexemes if _allowed(cut, Span(*span), where)]
    if rng.random() < 0.5:
        lines = LineIndex(text)
        near = range(lines.line_of(cut.start) - _NEAR, lines.line_of(cut.end) + _NEAR + 1)
        within = [span for span in within if lines.line_of(span.start) in near] or within
    how = rng.choice(sorted(MISTAKES))
    made = MISTAKES[how](language, text, within, rng) if within else None
    if made is None:
        return None
    span, new = made
    if text[span.start : span.end] == new or not _allowed(cut, span, where):
        return None
    return BrokenCut(cut, Break(span.start, span.end, new, how))


def _allowed(cut: Cut, span: Span, where: str) -> bool:
    """Whether a mistake at a span is at the asked side of the cut, with a lexeme between them."""
    text = cut.original
    before = span.end <= cut.start
    if not before and span.start < cut.end:
        return False
    between = text[span.end : cut.start] if before else text[cut.end : span.start]
    if not between.strip():
        return False
    same_line = not set("\r\n") & set(between)
    return where == (BESIDE if same_line else ABOVE if before else BELOW)


Mistake = Callable[[Language, str, list[Span], Random], tuple[Span, str] | None]
"""From some lexemes of a text, the span that is replaced and by what; None where none of them will do."""


def _delete(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    return rng.choice(lexemes), ""


def _duplicate(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    span = rng.choice(lexemes)
    lexeme = text[span.start : span.end]
    return Span(span.end, span.end), f" {lexeme}" if lexeme[0].isalnum() else lexeme


def _replace(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    span, other = rng.choice(lexemes), rng.choice(lexemes)
    return span, text[other.start : other.end]


def _bracket(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str] | None:
    brackets = {bracket for pair in language.brackets for bracket in pair}
    found = [span for span in lexemes if text[span.start : span.end] in brackets]
    return (rng.choice(found), "") if found else None


def _garbage(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    place = rng.choice(lexemes).end
    return Span(place, place), rng.choice(_GARBAGE)


def _truncate(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    """From a lexeme to its line's end, or as far as lexemes are given."""
    span = rng.choice(lexemes)
    line_end = LineIndex(text).end_of(LineIndex(text).line_of(span.start))
    return Span(span.start, max(s.end for s in lexemes if span.start <= s.start < line_end)), ""


def _quote(language: Language, text: str, lexemes: list[Span], rng: Random) -> tuple[Span, str]:
    """A quote left out, or where there is none, one too many."""
    quotes = [span for span in lexemes if text[span.start : span.end] in QUOTES]
    if quotes:
        return rng.choice(quotes), ""
    place = rng.choice(lexemes).end
    return Span(place, place), rng.choice(QUOTES[:2])


MISTAKES: Mapping[str, Mistake] = MappingProxyType(
    {
        "deleted lexeme": _delete,
        "lexeme twice": _duplicate,
        "other lexeme": _replace,
        "deleted bracket": _bracket,
        "garbage": _garbage,
        "truncated line": _truncate,
        "unclosed quote": _quote,
    }
)
