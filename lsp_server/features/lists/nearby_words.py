"""The words that stand in code near a cursor, those first that are likeliest to stand there again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lsp_server.languages import QUOTES, Comment, Language

_NEAR = 20_000
"""Characters on each side of the cursor that are read; twice as many of all other texts together."""

_SHORTEST = 2
_OTHER, _ALIKE = 0.2, 4.0
"""How much a word of another text counts beside one of this, and one behind the same sign beside others."""

_QUOTED = '"'


def nearby_words(language: Language, text: str, offset: int, others: Sequence[str] = ()) -> tuple[str, ...]:
    """The words of a text and of `others`, the likeliest first.

    Those come first that stand where a word would stand here, behind the same sign or at the beginning of a
    line; then those that stand there most often; of equals the nearest. A word in a comment does not count,
    nor one in a string that holds more than a word.
    """
    start, end = max(0, offset - _NEAR), offset + _NEAR
    here = _left_of(text, offset)
    found: dict[str, float] = {}

    def count(words: Iterable[tuple[tuple[str, str], int]], weight: float) -> None:
        for (word, left), times in words:
            found[word] = found.get(word, 0.0) + times * weight * (_ALIKE if left == here else 1.0)

    before = [*_words(language, text[start:offset])]
    count(Counter(reversed(before)).items(), 1.0)
    count(Counter(_words(language, text[offset:end])).items(), 1.0)
    room = 2 * _NEAR
    for other in others:
        if room <= 0:
            break
        count(_counted(language, other[:room]), _OTHER)
        room -= len(other)
    return tuple(sorted(found, key=lambda word: -found[word]))


@lru_cache(maxsize=64)
def _counted(language: Language, text: str) -> tuple[tuple[tuple[str, str], int], ...]:
    """How often each word of a text stands behind each sign; the same texts are read list after list."""
    return tuple(Counter(_words(language, text)).items())


def _words(language: Language, text: str) -> Iterator[tuple[str, str]]:
    """The words of a text, each with what stands left of it."""
    word = re.compile(language.word)
    for piece in _pieces(language.comment).split(text):
        for quoted, code in _strings(piece):
            match = word.fullmatch(quoted)
            if match is not None and len(quoted) >= _SHORTEST:
                yield quoted, _QUOTED
            for found in word.finditer(code):
                if len(found[0]) >= _SHORTEST and not found[0].isdigit():
                    yield found[0], _left_of(code, found.start())


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
