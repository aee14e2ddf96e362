"""Names that only the examples of a language define: a model that has seen them may say them anywhere.

Must not know a language: what is a name its query `locals` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lsp_server.constraint import load_grammar
from lsp_server.features.naming import names_of
from lsp_server.languages import Language
from lsp_server.retrieval import is_begun
from lsp_server.syntax import parse


def borrowed(language: Language, texts: Sequence[str], line: str, typed: str) -> int | None:
    """Where the first name ends in what is typed after a line that the examples define, and no text has.

    Where nobody has written much yet, any name will do.
    """
    if not is_begun(texts):
        return None
    names = _names_of_examples(language)
    for word in re.finditer(language.word, line + typed):
        end = word.end() - len(line)
        if end > 0 and word.group() in names and not _occurs(word.group(), texts):
            return end
    return None


def _occurs(word: str, texts: Sequence[str]) -> bool:
    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return any(found.search(text) for text in texts)


@lru_cache(maxsize=16)
def _names_of_examples(language: Language) -> frozenset[str]:
    """The names that the examples define, without what is a word of the language itself."""
    words = {terminal.word for terminal in load_grammar(language).terminals.values()}
    words |= {word.lower() for word in words if word is not None}
    found = (
        name.occurrence.name
        for text in language.examples.values()
        for name in names_of(parse(language, text))[0]
        if name.occurrence.defines
    )
    return frozenset(name for name in found if name not in words and name.lower() not in words)
