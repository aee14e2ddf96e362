"""Looks for a text that finishes an unfinished one, so that a judge can show it to be a beginning.

It must not say that a text is a beginning: only the judge's consent to one of these endings shows that.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import NOTHING, drive
from lsp_server.lalr.table import END, Stack

TRIES = 20_000
"""How many steps the search for an ending takes before it gives up."""


def endings(grammar: Grammar, text: str, original: str, start: int) -> Iterator[str]:
    """Texts that may finish `text`, each to be put to a judge.

    Args:
        grammar: of the language.
        text: the unfinished text.
        original: the file it was made from by a removal.
        start: where the removal began.

    First come the ends of the original, from every place after the removal's beginning; then one
    derived from the grammar, made of lexemes that the original has.

    """
    for offset in range(start, len(original) + 1):
        for glue in ("", " ", "\n"):
            yield glue + original[offset:]
    yield from closings(grammar, text, original)


def closings(grammar: Grammar, text: str, original: str) -> Iterator[str]:
    """Texts derived from the grammar that may finish `text`, made of lexemes that the original has."""
    *_, (lexeme, stack) = drive(grammar, grammar.start(), text, 0)
    if lexeme.terminal == END:
        samples = {t.name: t.word for t in grammar.terminals.values() if t.word is not None}
        samples |= {
            found.terminal: original[found.start : found.end]
            for found, _ in drive(grammar, grammar.start(), original, 0)
            if found.terminal not in (END, NOTHING)
        }
        ending = _shortest(grammar, stack, samples)
        if ending is not None:
            yield from (ending, "\n" + ending, ending + "\n")


def _shortest(grammar: Grammar, stack: Stack, samples: dict[str, str]) -> str | None:
    """Lexemes after which the parse is complete, found by shrinking the stack first; None after `TRIES`."""
    order = itertools.count()
    heap: list[tuple[int, int, Stack, str]] = [(stack.depth, next(order), stack, "")]
    seen: set[tuple[tuple[int, ...], str | None]] = set()
    for _ in range(TRIES):
        if not heap:
            return None
        _, _, stack, text = heapq.heappop(heap)
        if grammar.completes(stack):
            return text
        blank = grammar.scanner_at(stack).match(" ", 0)
        glue = " " if blank is not None and blank[0] in grammar.ignored else ""
        for terminal in sorted(grammar.table.accepts[stack.state]):
            sample = stack.tag if terminal in grammar.closers else samples.get(terminal)
            if sample is None:
                continue
            after = grammar.shift(stack, terminal, sample, 0, len(sample))
            if after is None or (after.states(), after.tag) in seen:
                continue
            seen.add((after.states(), after.tag))
            heapq.heappush(heap, (after.depth, next(order), after, text + glue + sample))
    return None
