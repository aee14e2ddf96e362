"""LALR(1) lookaheads of Lark's item sets: as Lark works them out, but in sets that are bits of integers.

What may follow a nonterminal that a state goes over is a fixed point over two relations of such steps
(DeRemer, Pennello: Efficient Computation of LALR(1) Look-Ahead Sets, 1982). Of the analysis of a grammar with
some thousand states this would be the greater part.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from lark.grammar import Rule, Symbol, Terminal
from lark.parsers.grammar_analysis import LR0ItemSet
from lark.parsers.lalr_analysis import LALR_Analyzer

_END = Terminal("$END")


def find_lookaheads(analyzer: LALR_Analyzer) -> None:
    """Tell each item set before which terminals its rules may be reduced."""
    states = list(analyzer.lr0_itemsets)
    rules, nullable = analyzer.lr0_rules_by_origin, analyzer.NULLABLE
    terminals = [_END, *{symbol for state in states for symbol in state.transitions if symbol not in rules}]
    bits = {symbol: 1 << place for place, symbol in enumerate(terminals)}
    steps = [(state, symbol) for state in states for symbol in state.transitions if symbol in rules]
    numbers: dict[tuple[LR0ItemSet, Symbol], int] = {step: number for number, step in enumerate(steps)}

    after = [state.transitions[symbol] for state, symbol in steps]
    follow = [sum(bits.get(symbol, 0) for symbol in target.transitions) for target in after]
    reads = [[numbers[target, s] for s in target.transitions if s in nullable] for target in after]
    for root in analyzer.lr0_start_states.values():
        (item,) = root.kernel
        follow[numbers[root, item.next]] |= bits[_END]
    _close(follow, reads)

    includes: list[list[int]] = [[] for _ in steps]
    lookbacks: dict[tuple[LR0ItemSet, Rule], list[int]] = {}
    for state in states:
        for item in state.closure:
            number = numbers.get((state, item.rule.origin))
            if number is None:
                continue
            expansion, reached = item.rule.expansion, state
            last = _last_that_counts(item.rule, nullable)
            for place in range(item.index, len(expansion)):
                if place >= last and (reached, expansion[place]) in numbers:
                    includes[numbers[reached, expansion[place]]].append(number)
                reached = reached.transitions[expansion[place]]
            if item.index == 0:
                lookbacks.setdefault((reached, item.rule), []).append(number)
    _close(follow, includes)

    @cache
    def members(found: int) -> tuple[Symbol, ...]:
        return tuple(symbol for symbol, bit in bits.items() if found & bit)

    for (state, rule), numbered in lookbacks.items():
        found = 0
        for number in numbered:
            found |= follow[number]
        for symbol in members(found):
            state.lookaheads[symbol].add(rule)


def _last_that_counts(rule: Rule, nullable: set[Symbol]) -> int:
    """The place of the last symbol of a rule that is not nullable; 0 where all are."""
    expansion = rule.expansion
    return next((i for i in range(len(expansion) - 1, -1, -1) if expansion[i] not in nullable), 0)


def _close(sets: list[int], relation: Sequence[Sequence[int]]) -> None:
    """Let each set hold all of those that it is related to."""
    users: list[list[int]] = [[] for _ in sets]
    for user, used in enumerate(relation):
        for number in used:
            users[number].append(user)
    pending = list(range(len(sets)))
    waiting = [True] * len(sets)
    while pending:
        number = pending.pop()
        waiting[number] = False
        for user in users[number]:
            if sets[number] & ~sets[user]:
                sets[user] |= sets[number]
                if not waiting[user]:
                    waiting[user] = True
                    pending.append(user)
