"""Line ends within brackets, where the ends of lines tell the blocks: there they are skipped.

A mask engine that is told to skip something does so everywhere. So a hole grammar has to say it: what stands
within brackets becomes a rule of its own, in which each lexeme may have a line end after it. Which brackets
are open at the cursor the stack tells, of others the rules do: a pair is taken to stand in one rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from lsp_server.cache import BoundedDict
from lsp_server.constraint.hole import (
    After,
    Apart,
    Beginning,
    Body,
    Cfg,
    Crossing,
    Hole,
    Maybe,
    Symbol,
    Variant,
    Within,
)
from lsp_server.constraint.indents import skipped
from lsp_server.lalr.grammar import END, Grammar

_MOST_KNOWN = 4_000
"""The bodies of so many symbols are kept."""


def bracketed(grammar: Grammar, cfg: Cfg, states: Sequence[int]) -> Cfg:
    """A hole grammar that skips line ends within brackets; as it is, where line ends tell no blocks.

    Args:
        grammar: the language.
        cfg: the hole grammar.
        states: those of the stack at the cursor, from below.

    """
    if grammar.blocks is None:
        return cfg
    return _Bracketed(grammar, cfg, states).result()


class _Bracketed:
    def __init__(self, grammar: Grammar, cfg: Cfg, states: Sequence[int]) -> None:
        assert grammar.blocks is not None
        self._cfg = cfg
        self._weights = grammar.blocks.layout.brackets
        self._skipped = skipped(grammar.blocks)
        self._known = _known(grammar)
        reached = (grammar.table.kernels[state][0] for state in states)
        symbols = (item.rule.expansion[item.dot - 1] if item.dot else "" for item in reached)
        self._open = tuple(accumulate(self._weights.get(symbol, 0) for symbol in symbols))

    def result(self) -> Cfg:
        """The grammar."""
        start = self._cfg.start
        rules = {start: tuple(self._bodies(start, start))}
        pending = [part for body in rules[start] for part in body]
        while pending:
            symbol = pending.pop()
            symbol = symbol.symbol if isinstance(symbol, Maybe) else symbol
            inner = symbol.symbol if isinstance(symbol, Within) else symbol
            if symbol not in rules and (symbol != inner or inner in self._cfg.rules):
                rules[symbol] = self._bodies_of(symbol, inner)
                pending.extend(part for body in rules[symbol] for part in body)
        return Cfg(start, rules, self._cfg.table, self._cfg.open)

    def _bodies_of(self, symbol: Symbol, inner: Symbol) -> tuple[Body, ...]:
        """The bodies of a symbol; those that are the same at every cursor are written once."""
        before = self._cfg.rules.get(inner)
        known = self._known.get(symbol)
        if known is None or known[0] is not before:
            known = before, tuple(self._bodies(symbol, inner))
            if _place(inner) is None:
                self._known[symbol] = known
        return known[1]

    def _bodies(self, symbol: Symbol, inner: Symbol) -> Iterator[Body]:
        if inner not in self._cfg.rules:
            yield (inner,)
            yield inner, self._skipped
            return
        place = _place(inner)
        begun = int(symbol != inner) if place is None else self._open[place]
        for body in self._cfg.rules[inner]:
            written = tuple(self._within(body, begun))
            yield written
            if begun and isinstance(symbol, Hole):
                yield self._skipped, *written

    def _within(self, body: Body, begun: int) -> Iterator[Symbol]:
        """A body, where so many brackets are open before it."""
        for part in body:
            name = part.terminal if isinstance(part, Apart) else part
            begun = max(0, begun + (self._weights.get(name, 0) if isinstance(name, str) else 0))
            if not begun or part == END or isinstance(part, Beginning) or _place(part) is not None:
                yield part
            elif isinstance(part, Maybe):
                yield Maybe(Within(part.symbol))
            else:
                yield Within(part)


@lru_cache(maxsize=64)
def _known(grammar: Grammar) -> BoundedDict[Symbol, tuple[tuple[Body, ...] | None, tuple[Body, ...]]]:
    """By symbol, the bodies of which some were made, and those."""
    return BoundedDict(_MOST_KNOWN)


def _place(symbol: Symbol) -> int | None:
    """Of what comes after something on the stack, the depth at which that begins."""
    match symbol:
        case After(depth, _):
            return depth
        case Hole():
            return -1
        case Crossing(inner) | Variant(inner) | Maybe(inner):
            return _place(inner)
        case _:
            return None
