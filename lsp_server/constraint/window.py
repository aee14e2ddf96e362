"""The lexemes that stand after a cursor, read without knowing the parser's state there.

What a text is read as depends on what may stand where it begins. Here that is approximated by the states
that the lexeme before it may lead to, among those of the lexical mode that the text is in. So each lexeme
is a set of terminals, and one that may also be skipped is optional. The oracle settles later, on the
joined text, what it really is.
"""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.table import END


@dataclass(frozen=True, slots=True)
class WindowLexeme:
    """One lexeme after the cursor: the terminals it may be, and whether it may be ignored text instead."""

    terminals: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The first lexemes after a cursor; `open` unless the text ends with the last of them (then `END`)."""

    lexemes: tuple[WindowLexeme, ...]
    open: bool

    def first(self, count: int) -> Window:
        """The window cut to its first lexemes."""
        return self if count >= len(self.lexemes) else Window(self.lexemes[:count], open=True)


def windows(grammar: Grammar, text: str, state: CursorState, size: int) -> tuple[Window, ...]:
    """The readings of the text after a cursor, the likelier first.

    The first takes it to go on in the mode at the cursor, the others in the modes around that, since what
    was open at the cursor may be about to be closed.
    """
    arounds = [around[index:] for around in _arounds(grammar, state) for index in range(len(around))]
    found = (
        _read(grammar, text, state.cursor, around, state.here.tag, size) for around in dict.fromkeys(arounds)
    )
    return tuple(dict.fromkeys(window for window in found if window.lexemes))


def _arounds(grammar: Grammar, state: CursorState) -> tuple[tuple[str, ...], ...]:
    return grammar.modes_at(state.here), grammar.modes_at(state.stack)


def _read(
    grammar: Grammar, text: str, cursor: int, around: tuple[str, ...], tag: str | None, size: int
) -> Window:
    """Up to `size` lexemes after a cursor, until the first place that no terminal fits.

    The end of the text counts as a lexeme. `around` are the modes there, the innermost first.
    """
    lexemes: list[WindowLexeme] = []
    candidates = grammar.accepted_in[around[0]]
    offset = cursor
    while len(lexemes) < size:
        found = grammar.scanner(candidates, tag).match(text, offset) if offset < len(text) else (END, offset)
        if found is None:
            break
        name, end = found
        if name == END:
            lexemes.append(WindowLexeme(frozenset((END,))))
            return Window(tuple(lexemes), open=False)
        if name not in grammar.ignored:
            readings = grammar.automaton.start(candidates | grammar.ignored).run(text, offset, end)
            same = readings.accepting | {name}
            terminals = same - grammar.ignored
            lexemes.append(WindowLexeme(terminals, optional=terminals != same))
            following, around = _following(grammar, terminals, around)
            candidates = following | candidates if terminals != same else following
        offset = end
    return Window(tuple(lexemes), open=True)


def _following(
    grammar: Grammar, terminals: frozenset[str], around: tuple[str, ...]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """What may stand after one of some terminals, and the modes there: the same if possible, else a nearer one."""
    states = [state for terminal in terminals for state in grammar.after.get(terminal, ())]
    reached = {grammar.modes[state] for state in states}
    depth = next((depth for depth, mode in enumerate(around) if mode in reached), None)
    if depth is not None:
        around = around[depth:]
    elif reached:
        around = (min(reached), *around)
    accepts = (grammar.table.accepts[state] for state in states if grammar.modes[state] == around[0])
    return frozenset().union(*accepts), around
