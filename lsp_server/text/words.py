"""Words of a text: the first one, and that at a cursor."""

from __future__ import annotations

import re


def first_word(text: str, word: str = r"\w+") -> str:
    """The word, or the signs that touch, with which a text begins, and the blanks before; else all of it.

    Args:
        text: any.
        word: a regular expression of what is a word besides.

    """
    found = re.match(rf"\s*(?:{word}|\w+|[^\w\s]+)", text)
    return found.group() if found else text


def word_at(text: str, offset: int, word: str) -> str:
    """The word that a cursor touches, or ""; `word` is a regular expression of what is one."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].partition("\n")[0]
    found = (match for match in re.finditer(word, line) if match.start() <= offset - start <= match.end())
    return next((match[0] for match in found), "")
