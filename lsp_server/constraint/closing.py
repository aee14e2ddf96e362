"""The shortest way from a half-written suggestion to a place where the rest of the document fits.

It is needed where a model runs out of budget inside a string or a bracket. Only lexemes with a fixed text
are written, and the rest of the lexeme that was begun: nothing is made up. Where others are needed too, the
way is told, for the model to write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import heapify, heappop, heappush
from itertools import islice, pairwise

from lsp_server.constraint.hole import Beginning, Body, Cfg, Symbol, left_quotient
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.window import Window, WindowLexeme
from lsp_server.lalr.automaton import State
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexicon import closer_pattern
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set
from lsp_server.lalr.table import END, Stack

_ALPHABET = [chr(code) for code in range(32, 127)]
_LONGEST_ENDING = 6
_LONGEST_BRIDGE = 12
_MOST_ENDINGS = 8
_NOTHING_FOLLOWS = Window((WindowLexeme(frozenset((END,))),), open=False)
_FREE = 7
"""The cost of a lexeme without a fixed text, in quarters of a character."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a suggestion may go on to where the rest fits: the rest of the lexeme begun, then some terminals.

    The last of them may be the `Beginning` of one that what follows the cursor ends. `tag` is that of the
    innermost open paired terminal, `lines` what is open by indentation.
    """

    ending: str
    terminals: tuple[Symbol, ...]
    tag: str | None
    lines: Lines | None = None


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
        if partial and not ending:
            yield " ".join(words)
        yield " ".join((ending, *words))


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
    costs = _Costs(grammar, fixed, in_line)
    windows = tuple(windows)
    seen: set[tuple[str, tuple[Symbol, ...]]] = set()
    for ending, after in endings(grammar, stack, partial):
        for window in windows:
            terminals = _terminals(costs, after.states(), window)
            if terminals is not None and (ending, terminals) not in seen:
                seen.add((ending, terminals))
                yield Way(ending, terminals, after.tag, after.lines)


@lru_cache(maxsize=256)
def _terminals(costs: _Costs, states: tuple[int, ...], window: Window) -> tuple[Symbol, ...] | None:
    """The shortest text between a stack and a window, if any; the same is asked for key after key."""
    hole = _hole(costs.grammar, states, window)
    return None if hole is None else _shortest(hole, costs)


@lru_cache(maxsize=16)
def _hole(grammar: Grammar, states: tuple[int, ...], window: Window) -> Cfg | None:
    """What fits between a stack and a window; the same are asked for again from farther back."""
    return right_quotient(left_quotient(grammar.table, states), window)


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


def finishing(grammar: Grammar, stack: Stack, partial: str) -> Iterator[str]:
    """Texts that finish a lexeme begun and all that is open before it, as if nothing followed, best first.

    In the place of a lexeme without a fixed text stands the shortest that is one.
    """
    costs = _Costs(grammar, fixed=False, in_line=False)
    for ending, after in endings(grammar, stack, partial):
        is_whole = grammar.completes(after)
        terminals = () if is_whole else _terminals(costs, after.states(), _NOTHING_FOLLOWS)
        text = None if terminals is None else _spelled(grammar, after, terminals)
        if text is not None:
            yield ending + text


def _spelled(grammar: Grammar, stack: Stack, terminals: Sequence[Symbol]) -> str | None:
    """Some terminals after a stack as a text; None where one has none."""
    text = ""
    for name, following in pairwise((*terminals, END)):
        if name in grammar.line_marks and name not in grammar.line_ends:
            continue  # the end of the line before has it
        word = _word(grammar, stack, name, following) if isinstance(name, str) else None
        after = None if word is None else grammar.shift(stack, str(name), word, 0, len(word))
        if word is None or after is None:
            return None
        # In a string and the like a blank would be text.
        text += f" {word}" if grammar.modes[stack.state] == CODE else word
        stack = after
    return text


def _word(grammar: Grammar, stack: Stack, name: str, following: Symbol) -> str | None:
    """A text of a terminal after a stack.

    What closes a paired one repeats its tag; the end of a line ends all blocks, or begins one.
    """
    blocks, pair = grammar.blocks, grammar.closers.get(name)
    if blocks is not None and stack.lines is not None and name in grammar.line_ends:
        lines, begins = stack.lines, following == blocks.layout.rules.indent
        return "\n" + " " * (lines.column + blocks.layout.unit(lines) if begins else 0)
    if pair is None or stack.tag is None:
        return sample(grammar, name)
    closer, plain = re.compile(closer_pattern(pair, stack.tag)), re.sub(r"\\(.)", r"\1", pair.pattern)
    texts = (stack.tag, f"\n{stack.tag}", plain.replace("{tag}", stack.tag))
    return next((text for text in texts if closer.fullmatch(text)), None)


@lru_cache(maxsize=64)
def sample(grammar: Grammar, name: str) -> str | None:
    """A text of a terminal: its fixed one, else a shortest one; None where that is too long to be found."""
    terminal = grammar.terminals.get(name)
    if terminal is None or terminal.word is not None:
        return None if terminal is None else terminal.word
    level = [("", grammar.automaton.start(frozenset((name,))))]
    seen = {level[0][1]}
    for _ in range(_LONGEST_BRIDGE):
        level = _longer(level, seen, (*_ALPHABET, "\n"))
        for text, reached in level:
            if name in reached.accepting:
                return text
    return None


def endings(grammar: Grammar, stack: Stack, partial: str) -> Iterator[tuple[str, Stack]]:
    """Some ways to finish the lexeme that was begun, with the stack after it, the shortest first."""
    return islice(_endings(grammar, stack, partial), _MOST_ENDINGS)


def _endings(grammar: Grammar, stack: Stack, partial: str) -> Iterator[tuple[str, Stack]]:
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


def _longer(
    level: Iterable[tuple[str, State]], seen: set[State], alphabet: Sequence[str] = _ALPHABET
) -> list[tuple[str, State]]:
    """What is reached by one character more from some states, each new state once; those are now seen."""
    further: dict[State, str] = {}
    for text, reached in level:
        for character in alphabet:
            following = reached.step(character)
            if following.alive and following not in seen:
                further.setdefault(following, text + character)
    seen.update(further)
    return [(text, reached) for reached, text in further.items()]


@dataclass(frozen=True, slots=True)
class _Costs:
    """What lexemes cost, in quarters of a character: None for one that is not to be written.

    If `fixed`, that is each without a fixed text; if `in_line`, each that cannot be written within a line.
    """

    grammar: Grammar
    fixed: bool
    in_line: bool

    def of(self, symbol: Symbol) -> int | None:
        """The cost of a lexeme, or the least one of a nonterminal of the grammar itself."""
        if isinstance(symbol, Beginning):
            return None if self.fixed else _FREE
        if symbol == END:
            return 0
        if not isinstance(symbol, str):
            return None
        if symbol in self.grammar.table.by_origin:
            least = _least_of_grammar(self).get(symbol)
            return None if least is None else least[0]
        return self._of_terminal(symbol)

    def _of_terminal(self, name: str) -> int | None:
        terminal = self.grammar.terminals.get(name)
        if name in self.grammar.line_marks and not (self.fixed or terminal):
            return 0
        if terminal is None or (self.in_line and name in _with_line_end(self.grammar)):
            return None
        if terminal.word is None:
            return None if self.fixed else _FREE
        return 4 * len(terminal.word)


@lru_cache(maxsize=64)
def _with_line_end(grammar: Grammar) -> frozenset[str]:
    """The terminals that cannot be written within a line."""
    found = (name for name, terminal in grammar.terminals.items() if not _in_line(terminal.node))
    return grammar.line_ends.union(found)


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


def _shortest(hole: Cfg, costs: _Costs) -> tuple[Symbol, ...] | None:
    """The shortest sentence of a hole grammar; None where none may be written."""
    best = _least({key: found for key, found in hole.rules.items() if not isinstance(key, str)}, costs.of)
    if hole.start not in best:
        return None
    terminals: list[Symbol] = []
    pending: list[Symbol] = [hole.start]
    while pending:
        symbol = pending.pop()
        found = best.get(symbol) or _least_of_grammar(costs).get(symbol)
        if found is not None:
            pending.extend(reversed(found[1]))
        elif symbol != END:
            terminals.append(symbol)
    return tuple(terminals)


@cache
def _least_of_grammar(costs: _Costs) -> Mapping[Symbol, tuple[int, Body]]:
    """For each nonterminal of the grammar itself, its least cost and the body that has it."""
    rules: Mapping[Symbol, tuple[Body, ...]] = dict(costs.grammar.table.sound)
    return _least(rules, costs.of)


def _least(
    rules: Mapping[Symbol, tuple[Body, ...]], cost_of: Callable[[Symbol], int | None]
) -> dict[Symbol, tuple[int, Body]]:
    """For each symbol that has rules, the least cost of what it derives and the body that has it.

    The cheapest are found first (Knuth, A Generalization of Dijkstra's Algorithm, 1977). Of equal ones the
    first in the order of the rules is taken. `cost_of` is asked of symbols without rules.
    """
    found: list[tuple[Symbol, Body]] = []
    totals: list[int] = []
    missing: list[int] = []
    users: dict[Symbol, list[int]] = {}
    for symbol, bodies in rules.items():
        for body in bodies:
            costs = [cost_of(part) for part in body if part not in rules]
            if None in costs:
                continue
            nonterminals = [part for part in body if part in rules]
            for part in nonterminals:
                users.setdefault(part, []).append(len(found))
            found.append((symbol, body))
            totals.append(1 + sum(cost for cost in costs if cost is not None))
            missing.append(len(nonterminals))
    ready = [(total, number) for number, total in enumerate(totals) if not missing[number]]
    heapify(ready)
    best: dict[Symbol, tuple[int, Body]] = {}
    while ready:
        total, number = heappop(ready)
        symbol, body = found[number]
        if symbol in best:
            continue
        best[symbol] = (total, body)
        for user in users.get(symbol, ()):
            totals[user] += total
            missing[user] -= 1
            if not missing[user]:
                heappush(ready, (totals[user], user))
    return best
