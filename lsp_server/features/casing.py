"""How keywords are written that may be written in capitals or not: as most of them are in the text nearby."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from lsp_server.constraint import Grammar
from lsp_server.languages import Snippet

_NEAR = 4_000
_WORD = re.compile(r"[A-Za-z]{2,}")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


def recased(snippet: Snippet, written: Callable[[str], str]) -> Snippet:
    """A snippet whose words in capitals are written as keywords are nearby."""
    return replace(snippet, text=_CAPITALS.sub(lambda word: written(word[0]), snippet.text))


def casing(grammar: Grammar, text: str, offset: int) -> Callable[[str], str]:
    """Writes a fixed lexeme as the text about an offset does; where that tells nothing, as the grammar."""
    folded, fixed = _words(grammar)
    nearby = _WORD.findall(text, max(0, offset - _NEAR), offset + _NEAR)
    known = [word for word in nearby if word.upper() in folded and word not in fixed]
    small = sum(word.islower() for word in known)
    write = str.lower if small > len(known) - small else str.upper

    def written(lexeme: str) -> str:
        return write(lexeme) if known and lexeme.upper() in folded and lexeme not in fixed else lexeme

    return written


@lru_cache(maxsize=64)
def _words(grammar: Grammar) -> tuple[frozenset[str], frozenset[str]]:
    """The fixed lexemes that may be written either way, in capitals, and those that may not."""
    words = [terminal for terminal in grammar.terminals.values() if terminal.word is not None]
    folded = frozenset(str(terminal.word).upper() for terminal in words if terminal.fold)
    return folded, frozenset(str(terminal.word) for terminal in words if not terminal.fold)
