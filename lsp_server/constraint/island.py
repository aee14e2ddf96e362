"""Islands of a text that are in the language, among other text that is not."""

from __future__ import annotations

from lsp_server.cache import cached_property
from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexing import NOTHING, lexeme_read

_LONGEST = 1_000
"""After so many lexemes an island is taken to have no end; chosen, not measured."""


class Island:
    """The island that a cursor is in, where a language has islands.

    Args:
        grammar: the language.
        suffix: what follows the cursor.

    """

    def __init__(self, grammar: Grammar, suffix: str) -> None:
        self._grammar = grammar
        self._suffix = suffix

    @cached_property
    def rest(self) -> str:
        """What follows the cursor up to the end of the island; "" if that has none there, or is none.

        All that is in an island is in the language.
        """
        grammar, text, offset = self._grammar, self._suffix, 0
        if not grammar.outside:
            return ""
        scanner = grammar.scanner(frozenset(grammar.terminals) - grammar.outside, None)
        for _ in range(_LONGEST):
            lexeme = lexeme_read(scanner, grammar.ignored, text, offset)
            if lexeme.terminal in grammar.leaving:
                return text[: lexeme.end]
            if lexeme.terminal in (END, NOTHING, *grammar.entering):
                break
            offset = lexeme.end
        return ""

    @cached_property
    def forbidden(self) -> frozenset[str]:
        """What is not to be typed: text outside of the language, and what ends an island that has its end."""
        grammar = self._grammar
        return grammar.outside | grammar.leaving if self.rest else grammar.outside
