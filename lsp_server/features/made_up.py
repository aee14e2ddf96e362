"""Words that a suggestion makes up: they stand nowhere in what a person has, nor in what their language has.

A model that has learnt a language knows words of it. Of one that it has not, it knows what it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lsp_server.constraint import load_grammar
from lsp_server.languages import Language, is_bundled

_LEAST = 2
"""So many letters and digits make a word: one letter stands somewhere anyway."""


def made_up(language: Language, before: str, typed: str, after: str, beside: Iterable[str]) -> str | None:
    """The first word in a text that is made up; None where none is, or the language comes with the product.

    Args:
        language: of the text.
        before: what stands before it, whose last word it may go on.
        typed: the text.
        after: what stands behind it.
        beside: other texts that the person has.

    """
    if is_bundled(language.directory):
        return None
    begun = re.search(r"\w*\Z", before)
    start = len(before) if begun is None else begun.start()
    rest = re.match(r"\w*", after)
    end = 0 if rest is None else rest.end()
    words = re.findall(r"\w*[^\W\d]\w*", before[start:] + typed + after[:end])
    own = (before[:start], after[end:])
    fixed = {terminal.word.lower() for terminal in load_grammar(language).terminals.values() if terminal.word}
    names = {builtin.name for builtin in language.builtins}
    unsure = [
        word for word in words if len(word) >= _LEAST and word.lower() not in fixed and word not in names
    ]
    sources = (*own, *beside, *language.examples.values())
    return next((word for word in unsure if not _stands_in(word, sources)), None)


def _stands_in(word: str, texts: Sequence[str]) -> bool:
    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return any(word in text and found.search(text) is not None for text in texts)
