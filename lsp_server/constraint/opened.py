"""Whether something is open that lines are written in: a bracket, a block, a here-document.

The parser's stack knows it. Must not know a language: the manifest names brackets, blocks and paired terminals.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from lsp_server.constraint.enclosing import enclosures
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack


def opened(grammar: Grammar, stack: Stack) -> bool:
    """Whether what opens is on a stack, and no string is."""
    entered, openers, quotes = _entered(grammar), _openers(grammar), _quotes(grammar)
    symbols = {entered.get(state) for state in stack.states()}
    opens = _begins_block(grammar, stack.state) or not symbols.isdisjoint(openers)
    return opens and symbols.isdisjoint(quotes)


def _begins_block(grammar: Grammar, state: int) -> bool:
    """Whether the end of a line may stand next, and an indent after it."""
    if grammar.blocks is None:
        return False
    actions, rules = grammar.table.actions, grammar.blocks.layout.rules
    after = actions[state].get(rules.newline, -1)
    return after >= 0 and rules.indent in actions[after]


@cache
def _entered(grammar: Grammar) -> dict[int, str]:
    """The symbol with which each state is entered; all ways into a state have the same."""
    found = {}
    for state, kernel in enumerate(grammar.table.kernels.all()):
        item = next((item for item in kernel if item.dot), None)
        if item is not None:
            found[state] = item.rule.expansion[item.dot - 1]
    return found


@cache
def _openers(grammar: Grammar) -> frozenset[str]:
    """The symbols with which a bracket, a block or what a tag ends is opened, and not closed."""
    language, terminals = grammar.language, grammar.terminals.items()
    openers, closers = ({pair[side] for pair in language.brackets} for side in (0, 1))
    opening = {name for name, terminal in terminals if terminal.word in openers}
    closing = {name for name, terminal in terminals if terminal.word in closers}
    opening.update(pair.open for pair in language.paired)
    closing.update(pair.close for pair in language.paired)
    if grammar.blocks is not None:
        indent, dedent = grammar.blocks.layout.marks
        opening.add(indent)
        closing.add(dedent)
    return _with_rules(grammar, opening, closing)


@cache
def _quotes(grammar: Grammar) -> frozenset[str]:
    """The symbols with which a string is opened, and not closed."""
    strings = [one for one in enclosures(grammar) if one.certain]
    opening = {one.open for one in strings} - _openers(grammar)
    return _with_rules(grammar, opening, {one.close for one in strings})


def _with_rules(grammar: Grammar, opening: Collection[str], closing: Collection[str]) -> frozenset[str]:
    """Some terminals, and the symbols of rules that have more of them than of those that close."""
    return _having(grammar, opening, _having(grammar, closing, opening))


def _having(grammar: Grammar, more: Collection[str], less: Collection[str]) -> frozenset[str]:
    """Some symbols, and those of rules that have `more` of them than of others."""
    found, grown = set(more), True
    while grown:
        new = {
            rule.origin
            for rule in grammar.table.rules
            if rule.origin not in found
            and sum(s in found for s in rule.expansion) > sum(s in less for s in rule.expansion)
        }
        found |= new
        grown = bool(new)
    return frozenset(found)
