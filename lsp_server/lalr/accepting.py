"""Whether a whole text is valid, and no more than that: in a third of the time that a tree takes.

The stack is a list of numbers that changes. Who asks more than yes or no reads with `lexing`.
"""

from __future__ import annotations

from lsp_server.lalr.general import GeneralTable
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Scanner
from lsp_server.lalr.lexing import rejected_at
from lsp_server.lalr.table import Stack


def accepts(grammar: Grammar, text: str) -> bool:
    """Whether a whole text is valid, as `check` has it."""
    table = grammar.table
    if isinstance(table, GeneralTable) or grammar.dynamic or grammar.blocks or grammar.openers:
        return rejected_at(grammar, text) is None
    start = grammar.start()
    states, offset, size = [start.state], 0, len(text)
    ignored, scanners = grammar.ignored, dict[int, Scanner]()
    while offset < size:
        state = states[-1]
        scanner = scanners.get(state)
        if scanner is None:
            scanner = scanners[state] = grammar.scanner_in(state, None)
        found = scanner.match(text, offset)
        if found is None:
            return False
        terminal, offset = found
        if terminal not in ignored and not table.advance(states, terminal):
            return False
    stack = start
    for state in states[1:]:
        stack = Stack(state, stack, None)
    return table.completes(stack)
