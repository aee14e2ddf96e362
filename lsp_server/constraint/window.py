"""The lexemes that stand after a cursor, read without knowing the parser's state there.

What a text is read as depends on what may stand where it begins. Here that is approximated by the states
that the lexeme before it may lead to, among those of the lexical mode that the text is in. So each lexeme
is a set of terminals, and one that may also be skipped is optional. The oracle settles later, on the
joined text, what it really is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.prefix import CursorState
from lsp_server.constraint.table import END

_FORKS = 6


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
    """The readings of the text after a cursor, the likelier first, each up to `size` lexemes long.

    The first take it to go on in the mode at the cursor, the others in the modes around that, since what
    was open at the cursor may be about to be closed. One that can be read further is the likelier.
    """
    arounds = [grammar.modes_at(state.here), grammar.modes_at(state.stack)]
    found: list[Window] = []
    for around in dict.fromkeys(modes[index:] for modes in arounds for index in range(len(modes))):
        candidates = grammar.accepted_in[around[0]] - grammar.table.dead
        start = _Reading(state.cursor, (), candidates, around)
        found.extend(_finish(grammar, text, state.here.tag, start, size))
    full = [window for window in dict.fromkeys(found) if window.lexemes]
    return tuple(sorted(full, key=lambda window: -len(window.lexemes) if window.open else -size))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Lexemes up to an offset, the terminals that may come next, and the modes there, innermost first."""

    offset: int
    lexemes: tuple[WindowLexeme, ...]
    candidates: frozenset[str]
    around: tuple[str, ...]


def _finish(grammar: Grammar, text: str, tag: str | None, start: _Reading, size: int) -> Iterator[Window]:
    """All ways to go on with a reading, at most `_FORKS` of them."""
    pending = [start]
    forks = 0
    while pending:
        reading = pending.pop()
        if reading.offset >= len(text) and len(reading.lexemes) < size:
            yield Window((*reading.lexemes, WindowLexeme(frozenset((END,)))), open=False)
            continue
        found = None
        if len(reading.lexemes) < size:
            found = grammar.scanner(reading.candidates, tag).match(text, reading.offset)
        if found is None:
            yield Window(reading.lexemes, open=True)
            continue
        further = list(_further(grammar, text, reading, found))
        forks += len(further) - 1
        pending.extend(reversed(further if forks < _FORKS else further[:1]))


def _further(grammar: Grammar, text: str, reading: _Reading, found: tuple[str, int]) -> Iterator[_Reading]:
    """A reading with one more lexeme, once for each mode that may follow it, nearer modes first."""
    name, end = found
    candidates, around = reading.candidates, reading.around
    if name in grammar.ignored:
        yield _Reading(end, reading.lexemes, candidates, around)
        return
    states = grammar.automaton.start(candidates | grammar.ignored).run(text, reading.offset, end)
    readings = states.accepting | {name}
    terminals = readings - grammar.ignored
    lexemes = (*reading.lexemes, WindowLexeme(terminals, optional=terminals != readings))
    reached = [state for terminal in sorted(terminals) for state in grammar.after.get(terminal, ())]
    modes = dict.fromkeys(mode for mode in around if any(grammar.modes[state] == mode for state in reached))
    nearer = [around[around.index(mode) :] for mode in modes]
    others = sorted({grammar.modes[state] for state in reached} - set(around)) if not nearer else []
    for after in (*nearer, *((mode, *around) for mode in others)):
        accepts = (grammar.table.accepts[state] for state in reached if grammar.modes[state] == after[0])
        following = frozenset[str]().union(*accepts) - grammar.table.dead
        yield _Reading(end, lexemes, following | candidates if terminals != readings else following, after)
