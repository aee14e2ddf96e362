"""The words of texts as they are compared: identifiers split at case and underscores, endings left off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lsp_server.languages import Language
from lsp_server.lazy_imports import TURN

_PART = re.compile(
    r"(?<![^\W_])[A-Za-z]{1,4}\d{1,3}(?![^\W_])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+|\d+"
)
_LONGEST = 40
"""A word of more letters is cut there: it is a key or data."""

_ENDINGS = (("ies", "y", 5), ("sses", "ss", 5), ("ing", "", 6), ("ed", "", 5), ("s", "", 4))
"""An ending, what stands in its place, and how long a word has to be that loses it."""


def words_of(text: str) -> Iterator[str]:
    """The words of a text in order: `maxBodySize`, `max_body_size` and `Max body sizes` are the same."""
    return (word for _, word in parts_of(text))


def parts_of(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where the words of a text stand, and each as it is compared."""
    return ((match, stem(match[0][:_LONGEST].lower())) for match in _PART.finditer(text))


def stem(word: str) -> str:
    """A word without the commonest endings of English: those who write of members and of a member mean one
    thing.
    """
    for ending, other, least in _ENDINGS:
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word.removesuffix(ending) + other
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=64)
def fixed_words(language: Language) -> frozenset[str]:
    """The words that the grammar itself has: they say little of what a text is about."""
    with TURN:  # a start of the server does without the rooms of grammars
        from lsp_server.lalr import load_grammar

    terminals = load_grammar(language).terminals.values()
    return frozenset(word for one in terminals if one.word is not None for word in words_of(one.word))


_SMALL = (
    "a all an and any are as at be but by can do each every for from has have if in into is it its me my new "
    "no not of on only or our please so some that the their them then there these this those to use using "
    "want was we which who will with you your one two three get keep make show give let allow add new write "
    "create"
)
_COMMON = frozenset(stem(word) for word in _SMALL.split())


def telling(word: str) -> bool:
    """Whether a word of a sentence says something of what it is about."""
    return word not in _COMMON
