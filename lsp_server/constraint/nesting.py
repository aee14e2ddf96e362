"""Which brackets are open where a text stops, as the parser sees it. Must not know what a bracket is."""

from __future__ import annotations

from collections.abc import Collection

from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.lexing import Lexeme, drive
from lsp_server.constraint.table import Stack


def open_lexemes(grammar: Grammar, text: str, openers: Collection[str]) -> tuple[Lexeme, ...]:
    """The lexemes, spelled as one of `openers`, that no rule has closed where a text stops fitting or ends.

    An opener is closed once the rule that began with it is reduced. Reductions wait for the next lexeme, so
    any that fits is tried; which one does not matter, because none of them closes what stands before it.
    """
    pushed: dict[Stack, Lexeme] = {}
    stack = start = grammar.table.start()
    before: Lexeme | None = None
    for lexeme, stack in drive(grammar, start, text, 0):
        if before is not None and text[before.start : before.end] in openers:
            pushed[stack] = before
        before = lexeme
    shifted = (grammar.table.shift(stack, terminal) for terminal in grammar.table.accepts[stack.state])
    node = next((after.below for after in shifted if after is not None), None)
    found: list[Lexeme] = []
    while node is not None:
        if node in pushed:
            found.append(pushed[node])
        node = node.below
    return tuple(reversed(found))
