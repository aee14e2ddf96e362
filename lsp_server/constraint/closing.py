"""The shortest way from a half-written suggestion to a place where the rest of the document fits.

It is needed where a model runs out of budget inside a string or a bracket. Only lexemes with a fixed text
are written, and the rest of the lexeme that was begun: nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.constraint.automaton import State
from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.hole import Body, Cfg, Symbol, left_quotient
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.table import END, Stack
from lsp_server.constraint.window import Window

_ALPHABET = [chr(code) for code in range(32, 127)]
_LONGEST_ENDING = 4


def closings(grammar: Grammar, stack: Stack, partial: str, windows: Iterable[Window]) -> Iterator[str]:
    """Texts that may lead home, without blanks between their lexemes and then with them, best first.

    Args:
        grammar: the language.
        stack: the stack before `partial`.
        partial: the beginning of a lexeme; may be empty.
        windows: readings of the text after the cursor.

    """
    for ending, after in _endings(grammar, stack, partial):
        left = left_quotient(grammar.table, after.states())
        for window in windows:
            hole = right_quotient(left, window)
            words = None if hole is None else _shortest(grammar, hole)
            if words is not None:
                yield ending + "".join(words)
                yield " ".join((ending, *words)) if ending or not partial else ending + " ".join(words)
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


def _shortest(grammar: Grammar, hole: Cfg) -> list[str] | None:
    """The shortest sentence of a hole grammar in which every terminal has a fixed text; None without one.

    The least cost of each nonterminal is a fixed point over the rules (Knuth, A Generalization of
    Dijkstra's Algorithm, 1977); the cost is the number of characters.
    """
    best: dict[Symbol, tuple[int, Body]] = {}
    changed = True
    while changed:
        changed = False
        for symbol, bodies in hole.rules.items():
            for body in bodies:
                cost = _cost(grammar, hole, best, body)
                if cost is not None and (symbol not in best or cost < best[symbol][0]):
                    best[symbol] = (cost, body)
                    changed = True
    if hole.start not in best:
        return None
    words: list[str] = []
    pending: list[Symbol] = [hole.start]
    while pending:
        symbol = pending.pop()
        if symbol in hole.rules:
            pending.extend(reversed(best[symbol][1]))
        elif symbol != END:
            words.append(_word(grammar, symbol) or "")
    return words


def _cost(grammar: Grammar, hole: Cfg, best: dict[Symbol, tuple[int, Body]], body: Body) -> int | None:
    total = 1
    for symbol in body:
        if symbol in hole.rules:
            if symbol not in best:
                return None
            total += best[symbol][0]
        elif symbol != END:
            word = _word(grammar, symbol)
            if word is None:
                return None
            total += 4 * len(word)
    return total


def _word(grammar: Grammar, symbol: Symbol) -> str | None:
    terminal = grammar.terminals.get(symbol) if isinstance(symbol, str) else None
    return None if terminal is None else terminal.word
