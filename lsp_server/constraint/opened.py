"""Whether something is open that more lines are written in: a bracket, a here-document, a block just begun.

The parser's stack knows it. Must not know a language: its manifest names
brackets and paired terminals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from lsp_server.constraint.enclosing import enclosures
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack


def opened(grammar: Grammar, stack: Stack) -> bool:
    """Whether something is open that more lines are written in."""
    return _begins_block(grammar, stack.state) or _leaves_open(grammar, stack, _brackets(grammar))


def in_string(grammar: Grammar, stack: Stack) -> bool:
    """Whether a string is open."""
    return _leaves_open(grammar, stack, _quotes(grammar))


def _leaves_open(grammar: Grammar, stack: Stack, left: Mapping[str, int]) -> bool:
    # What closes stays on the stack until its rule ends.
    entered = _entered(grammar)
    return sum(left.get(entered.get(state, ""), 0) for state in stack.states()) > 0


def _begins_block(grammar: Grammar, state: int) -> bool:
    """Whether the end of a line may stand next, and an indent after it."""
    if grammar.blocks is None:
        return False
    actions, rules = grammar.table.actions, grammar.blocks.layout.rules
    after = actions[state].get(rules.newline, -1)
    return after >= 0 and rules.indent in actions[after]


@lru_cache(maxsize=64)
def _entered(grammar: Grammar) -> Mapping[int, str]:
    """The symbol with which each state is entered; all ways into a state have the same."""
    found = {}
    for state, kernel in enumerate(grammar.table.kernels.all()):
        item = next((item for item in kernel if item.dot), None)
        if item is not None:
            found[state] = item.rule.expansion[item.dot - 1]
    return found


@lru_cache(maxsize=64)
def _brackets(grammar: Grammar) -> Mapping[str, int]:
    """How many brackets, and texts that a tag ends, each symbol leaves open.

    Blocks of lines count for nothing: a file may end in one wherever a statement does.
    """
    language, terminals = grammar.language, grammar.terminals.items()
    openers, closers = ({pair[side] for pair in language.brackets} for side in (0, 1))
    opening = {name for name, terminal in terminals if terminal.word in openers}
    closing = {name for name, terminal in terminals if terminal.word in closers}
    opening.update(pair.open for pair in grammar.pairs)
    closing.update(pair.close for pair in grammar.pairs)
    return _left_open(grammar, opening, closing)


@lru_cache(maxsize=64)
def _quotes(grammar: Grammar) -> Mapping[str, int]:
    """How many strings each symbol leaves open."""
    tagged = {pair.open for pair in grammar.pairs}
    strings = [one for one in enclosures(grammar) if one.certain and one.open not in tagged]
    return _left_open(grammar, {one.open for one in strings}, {one.close for one in strings})


def _left_open(grammar: Grammar, opening: Collection[str], closing: Collection[str]) -> Mapping[str, int]:
    """How many more of some terminals than of others each symbol holds, as one of its rules has it."""
    rules, symbols = grammar.table.rules, grammar.table.by_origin
    found = {
        name: (name in opening) - (name in closing)
        for name in {*grammar.terminals, *opening, *closing, *grammar.table.bits} - symbols.keys()
    }
    grown = True
    while grown:
        grown = False
        for rule in rules:
            if rule.origin not in found and all(symbol in found for symbol in rule.expansion):
                found[rule.origin] = sum(found[symbol] for symbol in rule.expansion)
                grown = True
    return {name: left for name, left in found.items() if left}
