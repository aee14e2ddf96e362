"""The shortest way from a half-written suggestion to a place where the rest of the document fits.

It is needed where a model runs out of budget inside a string or a bracket. Only lexemes with a fixed text
are written, and the rest of the lexeme that was begun: nothing is made up. Where others are needed too, the
way is told, for the model to write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lsp_server.constraint.automaton import State
from lsp_server.constraint.grammar import Grammar
from lsp_server.constraint.hole import Beginning, Body, Cfg, Symbol, left_quotient
from lsp_server.constraint.regex import Alt, Chars, Node, Repeat, Seq, in_set
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.table import END, Stack
from lsp_server.constraint.window import Window

_ALPHABET = [chr(code) for code in range(32, 127)]
_LONGEST_ENDING = 6
_LONGEST_BRIDGE = 12
_MOST_ENDINGS = 8
_FREE = 20
"""The cost of a lexeme without a fixed text, in quarters of a character."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a suggestion may go on to where the rest fits: the rest of the lexeme begun, then some terminals.

    The last of them may be the `Beginning` of one that what follows the cursor ends. `tag` is that of the
    innermost open paired terminal.
    """

    ending: str
    terminals: tuple[Symbol, ...]
    tag: str | None


def closings(grammar: Grammar, stack: Stack, partial: str, windows: Iterable[Window]) -> Iterator[str]:
    """Texts that may lead home, without blanks between their lexemes and then with them, best first.

    Args:
        grammar: the language.
        stack: the stack before `partial`.
        partial: the beginning of a lexeme; may be empty.
        windows: readings of the text after the cursor.

    """
    windows = tuple(windows)
    for tail in dict.fromkeys(window.tail for window in windows if window.tail and partial):
        yield from _bridges(grammar, stack, partial, tail)
    for way in ways(grammar, stack, partial, windows, fixed=True):
        words = [grammar.terminals[name].word or "" for name in way.terminals if isinstance(name, str)]
        ending = way.ending
        yield ending + "".join(words)
        yield " ".join((ending, *words)) if ending or not partial else ending + " ".join(words)


def ways(
    grammar: Grammar,
    stack: Stack,
    partial: str,
    windows: Iterable[Window],
    *,
    fixed: bool,
    in_line: bool = False,
) -> Iterator[Way]:
    """The shortest way for each end that the lexeme begun may have, and each window, each way once.

    If `fixed`, it is made of fixed lexemes only. If `in_line`, none of the lexemes needs a line end.
    """
    left_out = _with_line_end(grammar) if in_line else frozenset[str]()
    windows = tuple(windows)
    seen: set[tuple[str, tuple[Symbol, ...]]] = set()
    for ending, after in islice(_endings(grammar, stack, partial), _MOST_ENDINGS):
        left = left_quotient(grammar.table, after.states())
        for window in windows:
            hole = right_quotient(left, window)
            terminals = None if hole is None else _shortest(grammar, hole, left_out, fixed=fixed)
            if terminals is not None and (ending, terminals) not in seen:
                seen.add((ending, terminals))
                yield Way(ending, terminals, after.tag)


def _bridges(grammar: Grammar, stack: Stack, partial: str, tail: str) -> Iterator[str]:
    """Short texts between the beginning of a lexeme and its end that make it one, the shortest first."""
    terminals = grammar.scanner_at(stack).terminals - grammar.ignored
    level = [("", grammar.automaton.start(terminals).run(partial, 0, len(partial)))]
    seen = {level[0][1]}
    for _ in range(_LONGEST_BRIDGE):
        level = _longer(level, seen)
        for middle, reached in level:
            if reached.run(tail, 0, len(tail)).accepting:
                yield middle


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
        level = _longer(level, seen)


def _longer(level: Iterable[tuple[str, State]], seen: set[State]) -> list[tuple[str, State]]:
    """What is reached by one character more from some states, each new state once; those are now seen."""
    further: dict[State, str] = {}
    for text, reached in level:
        for character in _ALPHABET:
            following = reached.step(character)
            if following.alive and following not in seen:
                further.setdefault(following, text + character)
    seen.update(further)
    return [(text, reached) for reached, text in further.items()]


@cache
def _with_line_end(grammar: Grammar) -> frozenset[str]:
    """The terminals that cannot be written within a line."""
    return frozenset(name for name, terminal in grammar.terminals.items() if not _in_line(terminal.node))


def _in_line(node: Node) -> bool:
    match node:
        case Chars(source):
            return any(map(in_set(source).match, _ALPHABET)) or not any(map(in_set(source).match, "\r\n"))
        case Seq(items):
            return all(map(_in_line, items))
        case Alt(options):
            return any(map(_in_line, options))
        case Repeat(item, low, _):
            return low == 0 or _in_line(item)


def _shortest(
    grammar: Grammar, hole: Cfg, left_out: frozenset[str], *, fixed: bool
) -> tuple[Symbol, ...] | None:
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
                cost = _cost(grammar, hole, best, body, left_out, fixed=fixed)
                if cost is not None and (symbol not in best or cost < best[symbol][0]):
                    best[symbol] = (cost, body)
                    changed = True
    if hole.start not in best:
        return None
    terminals: list[Symbol] = []
    pending: list[Symbol] = [hole.start]
    while pending:
        symbol = pending.pop()
        if symbol in hole.rules:
            pending.extend(reversed(best[symbol][1]))
        elif symbol != END:
            terminals.append(symbol)
    return tuple(terminals)


def _cost(
    grammar: Grammar,
    hole: Cfg,
    best: dict[Symbol, tuple[int, Body]],
    body: Body,
    left_out: frozenset[str],
    *,
    fixed: bool,
) -> int | None:
    total = 1
    for symbol in body:
        if symbol in hole.rules:
            if symbol not in best:
                return None
            total += best[symbol][0]
        elif isinstance(symbol, Beginning):
            if fixed:
                return None
            total += _FREE
        elif symbol != END:
            terminal = grammar.terminals.get(symbol) if isinstance(symbol, str) else None
            if terminal is None or symbol in left_out or (fixed and terminal.word is None):
                return None
            total += _FREE if terminal.word is None else 4 * len(terminal.word)
    return total
