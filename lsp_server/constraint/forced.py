"""What has to be written on: the rest of a lexeme that can become but one, if that has a fixed text."""

from __future__ import annotations

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.onward import may_stand
from lsp_server.lalr.table import Stack


def forced(grammar: Grammar, stack: Stack, begun: str) -> str:
    """The letters that every text goes on with after a stack and what begins a lexeme; "" if there are none.

    Of letters that may be capitals or not, those are forced that are as all that stand.
    """
    if not begun:
        return ""
    scanner = grammar.scanner_at(stack)
    found = scanner.match(begun, 0)
    if found is not None and _may_come(grammar, stack, found[0]):
        return ""
    alive = grammar.automaton.start(scanner.terminals).run(begun, 0, len(begun)).alive
    names = [name for name in alive if _may_come(grammar, stack, name)]
    word = grammar.terminals[names[0]].word if len(names) == 1 and names[0] in grammar.terminals else None
    spellings = () if word is None else (word, word.lower(), word.upper())
    return next((spelling[len(begun) :] for spelling in spellings if spelling.startswith(begun)), "")


def _may_come(grammar: Grammar, stack: Stack, terminal: str) -> bool:
    """Whether a terminal may stand next, also as something ignored, or as the end of a line."""
    passed = terminal in grammar.ignored or terminal in grammar.line_ends
    return passed or may_stand(grammar.table, stack, terminal)
