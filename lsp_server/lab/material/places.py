"""Where a cursor in a file would be: in code, in a comment, or in a string, as the language's lexer reads it.

It knows no quotes and no comment markers: free text is what a lexeme may go on with whatever is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

from lsp_server.constraint import Grammar, load_grammar
from lsp_server.lalr.automaton import State
from lsp_server.languages import Language
from lsp_server.text import Span

_ANYTHING = "x/#x"
"""What goes on in free text, and neither in a name nor in an operator."""


class PlaceKind(IntEnum):
    """What an offset is in; `UNREAD` is beyond a place where the constraint grammar refuses the file."""

    CODE = 0
    STRING = 1
    COMMENT = 2
    UNREAD = 3


@lru_cache(maxsize=256)
def places(language: Language, text: str) -> bytes:
    """The `PlaceKind` of each offset, the text's end included.

    A string is any free text that the parser sees: between quotes of any kind, in a block string or a
    here-document, in angle brackets. Beside a quote, what counts is whether it would get what is typed there.
    """
    grammar = load_grammar(language)
    found = bytearray([PlaceKind.CODE]) * (len(text) + 1)
    known: dict[State, PlaceKind] = {}
    end = 0
    for start, end, terminals, ignored in _pieces(grammar, text):
        state = grammar.automaton.start(terminals)
        for offset in range(start, end + 1):
            if state not in known:
                known[state] = _place(grammar, state)
            free = known[state] != PlaceKind.CODE
            found[offset] = found[offset] or (PlaceKind.COMMENT if ignored and free else known[state])
            if offset < end:
                state = state.step(text[offset])
    for offset in range(end + 1, len(found)):
        found[offset] = PlaceKind.UNREAD
    return bytes(found)


def strings(language: Language, text: str) -> tuple[Span, ...]:
    """The stretches of a file in whose every offset, the last one too, a cursor is in a string."""
    runs = re.finditer(bytes((PlaceKind.STRING,)) + b"+", places(language, text))
    return tuple(Span(run.start(), run.end() - 1) for run in runs)


def _pieces(grammar: Grammar, text: str) -> Iterator[tuple[int, int, frozenset[str], bool]]:
    """Each lexeme and all that is ignored: start, end, what could stand there, and whether it is ignored."""
    stack = grammar.start()
    offset = 0
    while offset < len(text):
        scanner = grammar.scanner_at(stack)
        found = scanner.match(text, offset)
        if found is None:
            return
        name, end = found
        if name not in grammar.ignored:
            after = grammar.shift(stack, name, text, offset, end)
            if after is None:
                return
            stack = after
        yield offset, end, scanner.terminals, name in grammar.ignored
        offset = end


def _place(grammar: Grammar, state: State) -> PlaceKind:
    alive = state.run(_ANYTHING, 0, len(_ANYTHING)).alive
    if not alive:
        return PlaceKind.CODE
    return PlaceKind.COMMENT if alive <= grammar.ignored else PlaceKind.STRING
