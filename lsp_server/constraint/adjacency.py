"""A hole grammar in which no two lexemes touch that would then be read as something else.

Where a terminal A may come last in X and a terminal B first in Y, and the two must not touch, `X Y` becomes
`X' Y | X Y'`: in X' the A that comes last is followed by something ignored, in Y' no B comes first. That is
an intersection with an automaton that remembers the last lexeme, but only those rules are split to which it
makes a difference. What is the same in every hole, the grammar's own rules, is split once.

At the right edge X is the whole hole and Y what stands at the cursor. There is no left edge: a hole begins
before every lexeme that touches the cursor or may still grow to it, with the text that stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from lsp_server.constraint.hole import Apart, Beginning, Body, Cfg, Symbol, Variant, ends_inside
from lsp_server.constraint.table import END, NULLABLE, Table

Glued = Mapping[str, int]
_Rules = Mapping[Symbol, tuple[Body, ...]]


class Adjacency:
    """Keeps apart what must not touch, in grammars made of one table.

    Args:
        table: the table.
        glued: by terminal, those that must not touch its end, as bits of the table, but those that the mask
            engine keeps apart.
        touching: the same, with those.

    """

    def __init__(self, table: Table, glued: Glued, touching: Glued) -> None:
        self._table = table
        self._glued = glued
        self._touching = touching
        self._names = {bit: name for name, bit in table.bits.items()}
        self._last: dict[Symbol, int] = {}
        self._bodies: dict[Symbol, tuple[Body, ...]] = {}
        self._groups: dict[int, tuple[tuple[int, int], ...]] = {}

    def kept_apart(self, cfg: Cfg, after: int = 0) -> Cfg:
        """A grammar of the same texts but those in which something touches that must not.

        Args:
            cfg: a hole grammar, without symbols that derive nothing.
            after: the terminals as one of which what stands right at the cursor is read, as bits.

        """
        return _Split(self, cfg).result(after)

    def at_edge(self, last: int, after: int) -> int:
        """Those of some terminals that must not touch one of others."""
        return sum(bit for bit in _bits(last) if self._touching.get(self._names[bit], 0) & after)

    def groups(self, last: int) -> tuple[tuple[int, int], ...]:
        """Some terminals by what must not touch them: pairs of that and of those terminals."""
        found = self._groups.get(last)
        if found is None:
            by_glued: dict[int, int] = {}
            for bit in _bits(last):
                glued = self._glued.get(self._names[bit], 0)
                if glued:
                    by_glued[glued] = by_glued.get(glued, 0) | bit
            found = self._groups[last] = tuple(by_glued.items())
        return found


class _Split:
    """One grammar on its way to being split; what concerns the table's own rules is left in `Adjacency`."""

    def __init__(self, shared: Adjacency, cfg: Cfg) -> None:
        self._shared = shared
        self._table = cfg.table
        self._cfg = cfg
        self._rules: _Rules = cfg.rules
        own = [symbol for symbol in cfg.rules if not isinstance(symbol, str)]
        self._firsts: dict[Symbol, int] = _fixed_point(cfg.rules, own, self._first_of)
        self._lasts: dict[Symbol, int] = _fixed_point(cfg.rules, own, self._last_of)

    def result(self, after: int) -> Cfg:
        """The grammar, split; `after` as in `kept_apart`."""
        start = self._cfg.start
        found: dict[Symbol, tuple[Body, ...]] = {start: tuple(self._at_edge(self._rules[start], after))}
        pending = [part for body in found[start] for part in body if self._has_rules(part)]
        while pending:
            symbol = pending.pop()
            if symbol in found:
                continue
            found[symbol] = bodies = self._bodies(symbol)
            pending.extend(part for body in bodies for part in body if self._has_rules(part))
        return Cfg(start, found, self._table, self._cfg.open)

    def _has_rules(self, symbol: Symbol) -> bool:
        return isinstance(symbol, Variant) or symbol in self._rules

    def _at_edge(self, bodies: Iterable[Body], after: int) -> Iterator[Body]:
        """The bodies of the whole hole, each of which comes before what stands at the cursor.

        What ends inside a lexeme that stands there goes on into it.
        """
        for body in bodies:
            edge = 0 if ends_inside(body) else self._shared.at_edge(self._last_of(body, {}), after)
            if edge:
                yield from self._ways(body, 0, edge, strict=False)
            else:
                yield from self._split(body, 0, 0, strict=False)

    def _bodies(self, symbol: Symbol) -> tuple[Body, ...]:
        inner, without, apart = symbol, 0, 0
        if isinstance(symbol, Variant):
            inner, without, apart = symbol.symbol, symbol.without, symbol.apart
        shared = self._shared._bodies if isinstance(inner, str) else None
        found = None if shared is None else shared.get(symbol)
        if found is None:
            bodies: dict[Body, None] = {}
            strict = isinstance(symbol, Variant)
            for body in self._rules[inner]:
                bodies.update(dict.fromkeys(self._split(body, without, apart, strict=strict)))
            found = tuple(bodies)
            if shared is not None:
                shared[symbol] = found
        return found

    def _first(self, symbol: Symbol) -> int:
        """The terminals that a symbol may begin with, and `NULLABLE`."""
        if isinstance(symbol, Beginning):
            return self._table.bits[symbol.terminal]
        if not isinstance(symbol, str):
            return self._firsts[symbol]
        if symbol == END:
            return NULLABLE
        return self._table.first[symbol] if symbol in self._table.first else self._table.bits[symbol]

    def _last(self, symbol: Symbol) -> int:
        """The terminals that a symbol may end with; what ends behind the cursor is none."""
        if isinstance(symbol, Beginning) or symbol == END:
            return 0
        if not isinstance(symbol, str):
            return self._lasts[symbol]
        return self._table.last[symbol] if symbol in self._table.last else self._table.bits[symbol]

    def _first_of(self, body: Body, known: Mapping[Symbol, int]) -> int:
        mask = 0
        for symbol in body:
            part = known[symbol] if symbol in known else self._first(symbol)
            mask |= part & ~NULLABLE
            if not part & NULLABLE:
                return mask
        return mask | NULLABLE

    def _last_of(self, body: Body, known: Mapping[Symbol, int]) -> int:
        mask = 0
        for symbol in reversed(body):
            mask |= known[symbol] if symbol in known else self._last(symbol)
            if not self._first(symbol) & NULLABLE:
                break
        return mask

    def _split(self, body: Body, without: int, apart: int, *, strict: bool) -> Iterable[Body]:
        """What a body becomes; if `strict`, it is not empty."""
        if not strict and not self._clashes(body):
            return (body,)
        return self._ways(body, without, apart, strict=strict)

    def _clashes(self, body: Body) -> bool:
        glued = 0
        for symbol in body:
            first = self._first(symbol)
            if glued & first:
                return True
            if not first & NULLABLE:
                glued = 0
            for mask, _ in self._shared.groups(self._last(symbol)):
                glued |= mask
        return False

    def _ways(self, body: Body, without: int, apart: int, *, strict: bool) -> Iterator[Body]:
        choices = [(True, False) if self._first(s) & NULLABLE else (True,) for s in body]
        for choice in product(*choices):
            symbols = [symbol for symbol, there in zip(body, choice, strict=True) if there and symbol != END]
            if symbols:
                yield from self._apart(symbols, 0, without, apart)
            elif not strict and (END not in body or choice[body.index(END)]):
                yield ()

    def _apart(self, symbols: list[Symbol], place: int, without: int, apart: int) -> Iterator[Body]:
        """The ways to write some symbols, from a place on, none of them empty."""
        symbol = symbols[place]
        if place + 1 == len(symbols):
            last = self._variant(symbol, without, apart)
            if last is not None:
                yield (last,)
            return
        first = self._first(symbols[place + 1]) & ~NULLABLE
        glued = every = 0
        for mask, terminals in self._shared.groups(self._last(symbol)):
            if mask & first:
                glued |= mask & first
                every |= terminals
        options = [(every, 0), (0, glued)] if every else [(0, 0)]
        for kept, excluded in options:
            variant = self._variant(symbol, without, kept)
            if variant is not None:
                for rest in self._apart(symbols, place + 1, excluded, apart):
                    yield (variant, *rest)

    def _variant(self, symbol: Symbol, without: int, apart: int) -> Symbol | None:
        first = self._first(symbol)
        without &= first
        apart &= self._last(symbol)
        if without == first & ~NULLABLE:
            return None
        if symbol not in self._rules:
            return Apart(str(symbol)) if apart else symbol
        if without or apart or first & NULLABLE:
            return Variant(symbol, without, apart)
        return symbol


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _fixed_point(
    rules: _Rules, symbols: Sequence[Symbol], of: Callable[[Body, Mapping[Symbol, int]], int]
) -> dict[Symbol, int]:
    """Grow masks by symbol until no rule adds a bit."""
    found = dict.fromkeys(symbols, 0)
    changed = True
    while changed:
        changed = False
        for symbol in reversed(symbols):
            mask = found[symbol]
            for body in rules[symbol]:
                mask |= of(body, found)
            if mask != found[symbol]:
                found[symbol] = mask
                changed = True
    return found
