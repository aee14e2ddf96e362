"""Puts mistakes into texts, of the kinds that people make while they write.

It knows text, and of a language only what its manifest says of words and brackets. It must not know how a
mistake may be repaired: nothing here is shared with the product. Whether a text is wrong, a judge says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from types import MappingProxyType

from lsp_server.languages import Language
from lsp_server.text import Span

_SIGNS = (",", ";", ":", ".", "=", "-", "+", "*", "/", "|", "&", "@", "<", ">", "!", "?", "'", '"', "\\")
"""What a finger hits beside the key that was meant."""


@dataclass(frozen=True, slots=True)
class PlantedMistake:
    """`text` stands where the right text has `[start, end)`, within one line; `how` names its kind."""

    start: int
    end: int
    text: str
    how: str


@dataclass(frozen=True, slots=True)
class Lexemes:
    """A text cut into words, numbers and signs, without the help of a grammar."""

    language: Language
    text: str
    spans: Sequence[Span]

    def at(self, number: int) -> str:
        """The lexeme of a number, from 0."""
        span = self.spans[number]
        return self.text[span.start : span.end]


def lexemes(language: Language, text: str) -> Lexemes:
    """The words, numbers and signs of a text."""
    found = re.finditer(rf"{language.word}|\d+|[^\w\s]", text)
    return Lexemes(language, text, [Span(*match.span()) for match in found if match.group()])


def mistake(of: Lexemes, among: Sequence[int], rng: Random) -> PlantedMistake | None:
    """A random mistake at one of some lexemes, given by number; None where its kind has no place there."""
    how = rng.choice(tuple(MISTAKES))
    made = MISTAKES[how](of, among, rng) if among else None
    if made is None:
        return None
    span, text = made
    return None if of.text[span.start : span.end] == text else PlantedMistake(span.start, span.end, text, how)


def with_mistakes(text: str, mistakes: Sequence[PlantedMistake]) -> str:
    """A text with some mistakes in it, which stand in order and apart."""
    for found in reversed(mistakes):
        text = text[: found.start] + found.text + text[found.end :]
    return text


_Made = tuple[Span, str] | None
_Kind = Callable[[Lexemes, Sequence[int], Random], _Made]


def _dropped(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    return of.spans[rng.choice(among)], ""


def _doubled(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    number = rng.choice(among)
    end = of.spans[number].end
    return Span(end, end), _apart(of.at(number))


def _changed(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    return of.spans[rng.choice(among)], of.at(rng.randrange(len(of.spans)))


def _put_in(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    end = of.spans[rng.choice(among)].end
    return Span(end, end), f" {of.at(rng.randrange(len(of.spans)))} "


def _swapped(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    """Two neighbours of one line change places."""
    pairs = [
        (one, other)
        for one, other in pairwise(among)
        if other == one + 1 and "\n" not in of.text[of.spans[one].end : of.spans[other].start]
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    first, second = of.spans[one], of.spans[other]
    between = of.text[first.end : second.start]
    return Span(first.start, second.end), of.at(other) + between + of.at(one)


def _misspelt(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    """A letter of a word is missing, or there twice."""
    words = [number for number in among if len(of.at(number)) > 2 and of.at(number).isalpha()]
    if not words:
        return None
    number = rng.choice(words)
    at = of.spans[number].start + rng.randrange(len(of.at(number)))
    return Span(at, at + 1), of.text[at] * rng.choice((0, 2))


def _half_typed(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    """The line is written as far as some place in it."""
    span = of.spans[rng.choice(among)]
    end = of.text.find("\n", span.start)
    return Span(span.start, len(of.text) if end < 0 else end), ""


def _unpaired(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    """A bracket or a quote is missing."""
    signs = {sign for pair in of.language.brackets for sign in pair} | {"'", '"', "`"}
    found = [number for number in among if of.at(number) in signs]
    return (of.spans[rng.choice(found)], "") if found else None


def _slipped(of: Lexemes, among: Sequence[int], rng: Random) -> _Made:
    end = of.spans[rng.choice(among)].end
    return Span(end, end), rng.choice(_SIGNS)


def _apart(lexeme: str) -> str:
    return f" {lexeme}" if lexeme[0].isalnum() else lexeme


MISTAKES: Mapping[str, _Kind] = MappingProxyType(
    {
        "dropped": _dropped,
        "doubled": _doubled,
        "changed": _changed,
        "put in": _put_in,
        "swapped": _swapped,
        "misspelt": _misspelt,
        "half a line": _half_typed,
        "unpaired": _unpaired,
        "slip": _slipped,
    }
)
