"""The first word of a text."""

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
