"""The words that stand in code near a cursor, those first that are likeliest to stand there again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lsp_server.languages import QUOTES, Comment, Language

_NEAR = 20_000
"""Characters on each side of the cursor that are read, and of all other texts together."""

_SHORTEST = 2
_OTHER = 0.2
"""How much a word of another text counts, beside one of the same."""


def nearby_words(language: Language, text: str, offset: int, others: Sequence[str] = ()) -> tuple[str, ...]:
    """The words of a text and of `others`, those that stand there most often first, of equals the nearest.

    A word in a comment does not count, nor one in a string that holds more than a word.
    """
    start, end = max(0, offset - _NEAR), offset + _NEAR
    before, after = _words(language, text[start:offset]), _words(language, text[offset:end])
    found: Counter[str] = Counter()
    for word in (*reversed([*before]), *after):
        found[word] += 1
    here, left = Counter(found), _NEAR
    for other in others:
        if left <= 0:
            break
        for word in _words(language, other[:left]):
            found[word] += 1
        left -= len(other)
    return tuple(sorted(found, key=lambda word: -(here[word] + _OTHER * (found[word] - here[word]))))


def _words(language: Language, text: str) -> Iterator[str]:
    word = re.compile(language.word)
    for piece in _pieces(language.comment).split(text):
        for quoted, code in _strings(piece):
            match = word.fullmatch(quoted)
            if match is not None and len(quoted) >= _SHORTEST:
                yield quoted
            for found in word.finditer(code):
                if len(found[0]) >= _SHORTEST and not found[0].isdigit():
                    yield found[0]


_STRING = re.compile(rf"([{''.join(QUOTES)}])(?P<inside>(?:(?!\1)[^\n\\]|\\.)*)\1")


def _strings(text: str) -> Iterator[tuple[str, str]]:
    """What each string of a text holds, with the code before it."""
    last = 0
    for match in _STRING.finditer(text):
        yield match["inside"], text[last : match.start()]
        last = match.end()
    yield "", text[last:]


@lru_cache(maxsize=64)
def _pieces(comment: Comment) -> re.Pattern[str]:
    """Matches a comment."""
    lines = [rf"(?<![^\s]){re.escape(opener)}[^\n]*" for opener in comment.line]
    blocks = [rf"(?s:{re.escape(opener)}.*?{re.escape(closer)})" for opener, closer in comment.block]
    return re.compile("|".join((*lines, *blocks)) or r"(?!)")
