"""Where a text comes to the repetition at its root, between whose elements the stack is always the same."""

from __future__ import annotations

from itertools import islice

from lsp_server.lalr.grammar import END, Grammar
from lsp_server.lalr.lexing import drive, next_lexeme

_HEAD = 2_000


def first_between(grammar: Grammar, text: str) -> int:
    """The offset from which on each place between two elements has the stack of the repetition at the root.

    That is the beginning of the text where the repetition is all there is. Where something comes before it,
    which a tree may take for elements too, it is where the second element begins; else it is beyond the end.
    """
    between = grammar.list_stack
    if between is not None and between.depth == 1:
        return 0
    if between is not None:
        for lexeme, stack in islice(drive(grammar, grammar.table.start(), text, 0), _HEAD):
            fresh = grammar.table.shift(between, lexeme.terminal)
            after = None if fresh is None else grammar.table.shift(stack, lexeme.terminal)
            if fresh is not None and after is not None and fresh.same_as(after):
                return lexeme.start
    return len(text) + 1


def begins_further(grammar: Grammar, text: str, offset: int) -> bool:
    """Whether what stands at an offset may be a further element of the repetition at the root.

    Where a text may be something else than the repetition, what a tree takes for elements may be parts of
    that: then the lexeme there must be one that begins an element.
    """
    between, table = grammar.list_stack, grammar.table
    if between is None or set(table.accepts[0]) <= set(table.accepts[between.state]):
        return True
    lexeme = next_lexeme(grammar, between, text, offset)
    return lexeme.terminal in (END, *table.accepts[between.state])
