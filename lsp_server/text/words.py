"""Words of a text: the first one, and those at a cursor; and how far two texts are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsp_server.text.snapshot import Span


def common(one: Sequence[object], other: Sequence[object]) -> int:
    """With how many items, such as characters, both begin; two of one type, for stretches are compared."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def first_word(text: str, word: str = r"\w+") -> str:
    """The word, or the signs that touch, with which a text begins, and the blanks before; else all of it.

    Args:
        text: any.
        word: a regular expression of what is a word besides.

    """
    found = re.match(rf"\s*(?:{word}|\w+|[^\w\s]+)", text)
    return found.group() if found else text


def words_at(text: str, offset: int, word: str) -> Iterator[Span]:
    """Where the words stand that a cursor touches; `word` is a regular expression of what is one."""
    start = text.rfind("\n", 0, offset) + 1
    for match in re.finditer(word, text[start:].partition("\n")[0]):
        if match.start() <= offset - start <= match.end():
            yield Span(*match.span()).moved(start)


def word_at(text: str, offset: int, word: str) -> str:
    """The word that a cursor touches, or ""; `word` is a regular expression of what is one."""
    return next((text[found.start : found.end] for found in words_at(text, offset, word)), "")
