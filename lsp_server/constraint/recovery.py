"""Goes on after a syntax error: panic mode over the lists of the grammar.

Lists are left recursive, those too that Lark makes of repetitions, so the stack shows where one is open.
After an error, text is skipped lexeme by lexeme until, in one of the open lists and the innermost first,
what comes next parses for a few lexemes or up to the cursor (Aho, Sethi and Ullman, Compilers, 4.8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.constraint.grammar import CODE, Grammar
from lsp_server.constraint.lexing import NOTHING, drive
from lsp_server.constraint.table import END, Stack

_SURVIVES = 4
_SKIPS = 300
_LISTS = 24


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where parsing goes on, and with which stack."""

    offset: int
    stack: Stack


def recover(grammar: Grammar, stack: Stack, text: str, offset: int, cursor: int) -> Recovery | None:
    """The nearest place from `offset` to `cursor` at which an open list goes on; None if there is none."""
    lists = list(open_lists(grammar, stack))
    for place in _places(grammar, text, offset, cursor):
        for candidate in lists:
            if _survives(grammar, candidate, text, place, cursor):
                return Recovery(place, candidate)
    return None


def open_lists(grammar: Grammar, stack: Stack) -> Iterator[Stack]:
    """Stacks between two elements of a list that is open, the innermost first, at most `_LISTS`."""
    found = 0
    node: Stack | None = stack
    while node is not None and found < _LISTS:
        for state in grammar.table.lists_from(node.state):
            yield Stack(state, node, node.tag)
            found += 1
        node = node.below


def _places(grammar: Grammar, text: str, offset: int, cursor: int) -> Iterator[int]:
    """Starts of lexemes from an offset to the cursor, as far as they can be told without a parser."""
    scanner = grammar.scanner(grammar.accepted_in.get(CODE, frozenset()), None)
    skipped = offset
    for _ in range(_SKIPS):
        if offset >= cursor:
            break
        found = scanner.match(text, offset)
        if found is None or found[0] not in grammar.ignored:
            yield offset
        skipped, offset = offset, offset + 1 if found is None else found[1]
    if offset == cursor or (offset > cursor and text[skipped:cursor].isspace()):
        yield min(offset, skipped)


def _survives(grammar: Grammar, stack: Stack, text: str, offset: int, cursor: int) -> bool:
    for count, (lexeme, before) in enumerate(drive(grammar, stack, text, offset)):
        if lexeme.start >= cursor:
            return True
        if lexeme.terminal == NOTHING:
            state = grammar.automaton.start(grammar.scanner_at(before).terminals)
            return count > 0 and bool(state.run(text, lexeme.start, cursor).alive)
        if lexeme.terminal == END or lexeme.end >= cursor or count >= _SURVIVES:
            return True
    return False
