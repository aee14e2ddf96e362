"""What a language reads in a way of its own between two lexemes, as strings are read: for who has no table.

Follows from the lexical modes of a grammar: a rule that begins with a lexeme after which a blank is text, and
ends with one after which it is not, encloses what is between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.lalr.grammar import CODE, Grammar


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Names of terminals: what opens and what closes, what may stand between, and what of that opens code.

    `certain` is false where what opens may stand for something else as well.
    """

    open: str
    close: str
    inside: frozenset[str]
    code: frozenset[str]
    certain: bool


def enclosures(grammar: Grammar) -> tuple[Enclosure, ...]:
    """All enclosures of a grammar, by the names of what opens and closes them."""
    found: dict[tuple[str, str], set[str]] = {}
    for opened, closed, state in _pairs(grammar):
        if grammar.modes[state] != CODE and CODE in _modes_after(grammar, closed):
            inside = grammar.table.accepts[state] & grammar.terminals.keys()
            found.setdefault((opened, closed), set()).update(inside - grammar.table.dead - {closed})
    return tuple(
        Enclosure(
            opened,
            closed,
            frozenset(inside),
            code=frozenset(name for name in inside if _modes_after(grammar, name) == {CODE}),
            certain=CODE not in _modes_after(grammar, opened),
        )
        for (opened, closed), inside in sorted(found.items())
    )


def _pairs(grammar: Grammar) -> Iterator[tuple[str, str, int]]:
    """The first and the last terminal of each rule that has both, and each state after the first."""
    for state, items in enumerate(grammar.table.kernels.all()):
        for item in items:
            ends = item.rule.expansion[:1] + item.rule.expansion[1:][-1:]
            if item.dot == 1 and len(ends) == 2 and all(end in grammar.terminals for end in ends):
                yield ends[0], ends[1], state


def _modes_after(grammar: Grammar, terminal: str) -> set[str]:
    return {grammar.modes[state] for state in grammar.after[terminal]}
