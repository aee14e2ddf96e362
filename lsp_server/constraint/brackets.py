"""Which brackets are open on a stack of the parser, as far as its states tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexicon import Terminal

_LONGEST = 4
"""A bracket with a sign of its own, as `${`, has no more characters."""


@dataclass(frozen=True, slots=True)
class BracketStates:
    """By state, whether the symbol that leads to it opens a bracket, or closes one."""

    opens: tuple[bool, ...]
    closes: tuple[bool, ...]

    def open_on(self, states: Sequence[int]) -> list[int]:
        """The depths at which brackets are open on a stack with some states, from the bottom up."""
        found: list[int] = []
        for depth, state in enumerate(states):
            if self.opens[state]:
                found.append(depth)
            elif self.closes[state] and found:
                found.pop()
        return found


@lru_cache(maxsize=64)
def bracket_states(grammar: Grammar) -> BracketStates:
    """The states of a grammar that brackets lead to."""
    table, pairs = grammar.table, grammar.language.brackets
    opening = closing = 0
    for name, terminal in grammar.terminals.items():
        if name in table.bits:
            opening |= table.bits[name] * any(_has(terminal, opener) for opener, _ in pairs)
            closing |= table.bits[name] * any(_has(terminal, closer) for _, closer in pairs)
    occurring = table.bits | table.occurring
    leading = (items[0] for items in table.kernels.all())
    masks = [occurring.get(item.rule.expansion[item.dot - 1], 0) if item.dot else 0 for item in leading]
    return BracketStates(
        tuple(bool(mask & opening) and not mask & closing for mask in masks),
        tuple(bool(mask & closing) and not mask & opening for mask in masks),
    )


def _has(terminal: Terminal, bracket: str) -> bool:
    """Whether a terminal is a bracket, perhaps with a sign of its own as in `${`."""
    if terminal.word is not None:
        return bracket in terminal.word
    longest = -terminal.order[1]
    return longest <= _LONGEST and re.escape(bracket) in terminal.pattern
