"""The words that stand in code near a cursor, those first that are likeliest to stand there again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.cache import LruCache
from lsp_server.languages import QUOTES, Comment, Language

_NEAR = 20_000
"""Characters on each side of the cursor that are read; twice as many of all other texts together."""

_LEAST_WEIGHT = 100
"""A text that is kept weighs so many characters more than it has, for what is kept with it."""

_SHORTEST = 2
_OTHER, _ALIKE, _AKIN = 0.2, 4.0, 10.0
"""How much a word of another text counts beside one of this, or of what was looked up; one behind the same
sign, and one in brackets that are opened alike, beside others.

Without a model, of 2,000 lists 70.8 % have what was written among the first five, and 69.2 % where it does
not matter how brackets are opened.
"""

_QUOTED = '"'


@dataclass(frozen=True, slots=True)
class _WordPlace:
    """How a word stands: the sign left of it, and how the line begins that opens the innermost bracket around
    it, and what stands before that bracket.
    """

    left: str
    line: str = ""
    before: str = ""

    def alike(self, other: _WordPlace) -> float:
        """How much a word counts that stands so, where one is to stand as the other."""
        akin = self.line == other.line != "" or self.before == other.before != ""
        return (_ALIKE if self.left == other.left else 1.0) * (_AKIN if akin else 1.0)


def nearby_words(
    language: Language, text: str, offset: int, others: Sequence[str] = (), looked_up: Sequence[str] = ()
) -> Mapping[str, float]:
    """The words of a text, of `others` near it, and of what was `looked_up` for the place: what each counts.

    Most counts a word that stands where one would stand here: behind the same sign or at the beginning of a
    line, in brackets that are opened alike; then one that stands there often. The likeliest come first, of
    equals the nearest. A word in a comment does not count, nor one in a string that holds more than a word.
    """
    start, end = max(0, offset - _NEAR), offset + _NEAR
    reading = _Reading(language)
    before = [*reading.words(text[start:offset])]
    here = reading.place(_left_of(text, offset))
    found: dict[str, float] = {}

    def count(words: Iterable[tuple[tuple[str, _WordPlace], int]], weight: float) -> None:
        for (word, place), times in words:
            found[word] = found.get(word, 0.0) + times * weight * place.alike(here)

    count(Counter(reversed(before)).items(), 1.0)
    count(Counter(reading.words(text[offset:end])).items(), 1.0)
    for texts, weight in ((looked_up, 1.0), (others, _OTHER)):
        room = 2 * _NEAR
        for other in texts:
            if room <= 0:
                break
            count(_counted(language, other[:room]), weight)
            room -= len(other)
    return {word: found[word] for word in sorted(found, key=lambda word: -found[word])}


_Counted = tuple[tuple[tuple[str, _WordPlace], int], ...]


def _counted(language: Language, text: str) -> _Counted:
    """How often each word of a text stands so; the same texts are read list after list."""
    return _COUNTED.get((language, text), lambda: tuple(Counter(_Reading(language).words(text)).items()))


_COUNTED: LruCache[tuple[Language, str], _Counted] = LruCache(
    10 * 2 * _NEAR, lambda key: len(key[1]) + _LEAST_WEIGHT
)
"""Of the texts beside ten documents: a list reads all of those beside one, however many they are."""


class _Reading:
    """Reads a text, part by part, and knows which brackets are open."""

    def __init__(self, language: Language) -> None:
        self._comments = _pieces(language.comment)
        self._word = re.compile(language.word)
        self._closers = dict(language.brackets)
        signs = sorted({*self._closers, *self._closers.values()})
        self._part = re.compile("|".join(("\n", *map(re.escape, signs), language.word)))
        self._places: dict[_WordPlace, _WordPlace] = {}
        self._line: list[str] = []
        self._open: list[tuple[str, str, str]] = []

    def place(self, left: str) -> _WordPlace:
        """How a word stands that comes next."""
        found = _WordPlace(left, *self._open[-1][1:]) if self._open else _WordPlace(left)
        return self._places.setdefault(found, found)

    def words(self, text: str) -> Iterator[tuple[str, _WordPlace]]:
        """The words of a text that goes on from the last one."""
        for piece in self._comments.split(text):
            for quoted, code in _strings(piece):
                yield from self._in_code(code)
                if self._word.fullmatch(quoted) is not None:
                    self._line.append(quoted)
                    if len(quoted) >= _SHORTEST:
                        yield quoted, self.place(_QUOTED)

    def _in_code(self, code: str) -> Iterator[tuple[str, _WordPlace]]:
        for found in self._part.finditer(code):
            part = found[0]
            if part == "\n":
                self._line = []
            elif part in self._closers:
                self._open.append((self._closers[part], " ".join(self._line[:2]), "".join(self._line[-1:])))
            elif self._open and part == self._open[-1][0]:
                self._open.pop()
            elif len(part) >= _SHORTEST and not part.isdigit() and self._word.fullmatch(part):
                self._line.append(part)
                yield part, self.place(_left_of(code, found.start()))


def _left_of(text: str, offset: int) -> str:
    """The sign or letter before an offset in its line, blanks passed over; "" at the line's beginning."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip()
    return "a" if line[-1:].isalnum() else line[-1:]


_STRING = re.compile(
    rf"""\"{{3}}(?s:.*?)\"{{3}}|(?P<quote>[{"".join(QUOTES)}])(?P<inside>(?:(?!(?P=quote))[^\n\\]|\\.)*)(?P=quote)"""
)


def _strings(text: str) -> Iterator[tuple[str, str]]:
    """What each string of a text holds, with the code before it."""
    last = 0
    for match in _STRING.finditer(text):
        yield match["inside"] or "", text[last : match.start()]
        last = match.end()
    yield "", text[last:]


@lru_cache(maxsize=64)
def _pieces(comment: Comment) -> re.Pattern[str]:
    """Matches a comment."""
    lines = [rf"(?<![^\s]){re.escape(opener)}[^\n]*" for opener in comment.line]
    blocks = [rf"(?s:{re.escape(opener)}.*?{re.escape(closer)})" for opener, closer in comment.block]
    return re.compile("|".join((*lines, *blocks)) or r"(?!)")
