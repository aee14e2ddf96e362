"""The shortest way from a half-written suggestion to a place where the rest of the document fits.

It is needed where a model runs out of budget inside a string or a bracket. Only lexemes with a fixed text
are written, and the rest of the lexeme that was begun: nothing is made up. Where others are needed too, the
way is told, for the model to write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lsp_server.constraint.automaton import State
from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.hole import Body, Cfg, Symbol, left_quotient
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.table import END, Stack
from lsp_server.constraint.window import Window

_ALPHABET = [chr(code) for code in range(32, 127)]
_LONGEST_ENDING = 4
_FREE = 20
"""The cost of a lexeme without a fixed text, in quarters of a character."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a suggestion may go on to where the rest fits: the rest of the lexeme begun, then some terminals.

    `tag` is that of the innermost open paired terminal.
    """

    ending: str
    terminals: tuple[str, ...]
    tag: str | None


def closings(grammar: Grammar, stack: Stack, partial: str, windows: Iterable[Window]) -> Iterator[str]:
    """Texts that may lead home, without blanks between their lexemes and then with them, best first.

    Args:
        grammar: the language.
        stack: the stack before `partial`.
        partial: the beginning of a lexeme; may be empty.
        windows: readings of the text after the cursor.

    """
    for way in ways(grammar, stack, partial, windows, fixed=True):
        words = [grammar.terminals[name].word or "" for name in way.terminals]
        ending = way.ending
        yield ending + "".join(words)
        yield " ".join((ending, *words)) if ending or not partial else ending + " ".join(words)


def ways(
    grammar: Grammar, stack: Stack, partial: str, windows: Iterable[Window], *, fixed: bool
) -> Iterator[Way]:
    """The shortest way for each end that the lexeme begun may have; if `fixed`, of fixed lexemes only."""
    for ending, after in _endings(grammar, stack, partial):
        left = left_quotient(grammar.table, after.states())
        for window in windows:
            hole = right_quotient(left, window)
            terminals = None if hole is None else _shortest(grammar, hole, fixed=fixed)
            if terminals is not None:
                yield Way(ending, terminals, after.tag)
                break


def _endings(grammar: Grammar, stack: Stack, partial: str) -> Iterator[tuple[str, Stack]]:
    """Ways to finish the lexeme that was begun, with the stack after it, the shortest first."""
    if not partial:
        yield "", stack
        return
    terminals = grammar.scanner_at(stack).terminals - grammar.ignored
    state = grammar.automaton.start(terminals).run(partial, 0, len(partial))
    seen = {state}
    level: list[tuple[str, State]] = [("", state)]
    found: set[str] = set()
    for _ in range(_LONGEST_ENDING + 1):
        for ending, reached in level:
            for name in sorted(reached.accepting - found):
                found.add(name)
                text = partial + ending
                after = grammar.shift(stack, name, text, 0, len(text))
                if after is not None:
                    yield ending, after
        further: dict[State, str] = {}
        for ending, reached in level:
            for character in _ALPHABET:
                following = reached.step(character)
                if following.alive and following not in seen:
                    further.setdefault(following, ending + character)
        seen.update(further)
        level = [(ending, reached) for reached, ending in further.items()]


def _shortest(grammar: Grammar, hole: Cfg, *, fixed: bool) -> tuple[str, ...] | None:
    """The shortest sentence of a hole grammar; if `fixed`, all of it has a fixed text. None where none is.

    The least cost of each nonterminal is a fixed point over the rules (Knuth, A Generalization of
    Dijkstra's Algorithm, 1977); the cost is the number of characters.
    """
    best: dict[Symbol, tuple[int, Body]] = {}
    changed = True
    while changed:
        changed = False
        for symbol, bodies in hole.rules.items():
            for body in bodies:
                cost = _cost(grammar, hole, best, body, fixed=fixed)
                if cost is not None and (symbol not in best or cost < best[symbol][0]):
                    best[symbol] = (cost, body)
                    changed = True
    if hole.start not in best:
        return None
    terminals: list[str] = []
    pending: list[Symbol] = [hole.start]
    while pending:
        symbol = pending.pop()
        if symbol in hole.rules:
            pending.extend(reversed(best[symbol][1]))
        elif isinstance(symbol, str) and symbol != END:
            terminals.append(symbol)
    return tuple(terminals)


def _cost(
    grammar: Grammar, hole: Cfg, best: dict[Symbol, tuple[int, Body]], body: Body, *, fixed: bool
) -> int | None:
    total = 1
    for symbol in body:
        if symbol in hole.rules:
            if symbol not in best:
                return None
            total += best[symbol][0]
        elif symbol != END:
            terminal = grammar.terminals.get(symbol) if isinstance(symbol, str) else None
            if terminal is None or (fixed and terminal.word is None):
                return None
            total += _FREE if terminal.word is None else 4 * len(terminal.word)
    return total
