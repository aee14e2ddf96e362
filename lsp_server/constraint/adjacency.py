"""A hole grammar in which no two lexemes touch that would then be read as something else.

Where a terminal A may come last in X and a terminal B first in Y, and the two must not touch, `X Y` becomes
`X' Y | X Y'`: in X' the A that comes last is followed by something ignored, in Y' no B comes first. `X' Y`
alone is enough where Y begins with nothing else. That is an intersection with an automaton that remembers
the last lexeme, but only those rules are split to which it makes a difference. What is the same in every
hole, the grammar's own rules, is split once.

At the right edge X is the whole hole and Y what stands at the cursor. There is no left edge: a hole begins
before every lexeme that touches the cursor or may still grow to it, with the text that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from lsp_server.cache import BoundedDict
from lsp_server.constraint.hole import Apart, Beginning, Body, Cfg, Maybe, Symbol, Variant, ends_inside
from lsp_server.lalr.fixpoints import NULLABLE
from lsp_server.lalr.table import END, Table

Glued = Mapping[str, int]
_MOST_CLASHES = 4_000
_Rules = Mapping[Symbol, tuple[Body, ...]]
_Bodies = tuple[tuple[Body, ...], tuple[Symbol, ...]]
"""What a symbol derives, and the symbols in that which have rules."""


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
        self.splits = any(glued.values())
        self._names = {bit: name for name, bit in table.bits.items()}
        self.firsts: Mapping[str, int] = {**table.bits, **table.first, END: NULLABLE}
        self.lasts: Mapping[str, int] = {**table.bits, **table.last, END: 0}
        self._bodies: dict[Symbol, _Bodies] = {}
        self._clashes = BoundedDict[tuple[int, int], tuple[int, int]](_MOST_CLASHES)
        self._groups = BoundedDict[int, tuple[tuple[int, int], ...]](_MOST_CLASHES)

    def kept_apart(self, cfg: Cfg, after: int = 0, without: int = 0) -> Cfg:
        """A grammar of the same texts but those in which something touches that must not.

        Args:
            cfg: a hole grammar, without symbols that derive nothing.
            after: the terminals as one of which what stands right at the cursor is read, as bits.
            without: the terminals that must not come first.

        """
        return _Split(self, cfg).result(after, without) if self.splits or after or without else cfg

    def not_behind(self, terminal: str) -> int:
        """The terminals that must not touch the end of one, as bits."""
        return self._touching.get(terminal, 0)

    def at_edge(self, last: int, after: int) -> int:
        """Those of some terminals that must not touch one of others."""
        return sum(bit for bit in _bits(last) if self._touching.get(self._names[bit], 0) & after)

    def clash(self, last: int, following: int) -> tuple[int, int]:
        """Of some terminals those that must not touch some that come before, and the latter."""
        found = self._clashes.get((last, following))
        if found is None:
            glued = every = 0
            for mask, terminals in self._by_glued(last):
                if mask & following:
                    glued |= mask & following
                    every |= terminals
            found = self._clashes[last, following] = glued, every
        return found

    def _by_glued(self, last: int) -> tuple[tuple[int, int], ...]:
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
        self._firsts: dict[Symbol, int] = dict.fromkeys(own, 0)
        self._lasts: dict[Symbol, int] = dict.fromkeys(own, 0)
        self._find_masks(own)

    def _find_masks(self, own: Sequence[Symbol]) -> None:
        """Find what the hole's own symbols may begin and end with; only the last part of a body is one."""
        firsts, lasts = self._firsts, self._lasts
        first_of: dict[Symbol, list[Symbol]] = {}
        last_of: dict[Symbol, list[Symbol]] = {}
        before: list[tuple[Symbol, Symbol, int]] = []
        for symbol in own:
            first = last = 0
            for body in self._rules[symbol]:
                tail = body[-1] if body and body[-1] in lasts else None
                head = body if tail is None else body[:-1]
                begun, ended = self._first_of(head), self._last_of(head)
                if tail is None:
                    first, last = first | begun, last | ended
                    continue
                first |= begun & ~NULLABLE
                if begun & NULLABLE:
                    first_of.setdefault(tail, []).append(symbol)
                last_of.setdefault(tail, []).append(symbol)
                before.append((symbol, tail, ended))
            firsts[symbol], lasts[symbol] = first, last
        _spread(firsts, first_of)
        for symbol, tail, ended in before:
            if firsts[tail] & NULLABLE:
                lasts[symbol] |= ended
        _spread(lasts, last_of)

    def result(self, after: int, without: int) -> Cfg:
        """The grammar, split; `after` and `without` as in `kept_apart`."""
        start = self._cfg.start
        bodies = self._at_edge(self._rules[start], after, without)
        found: dict[Symbol, tuple[Body, ...]] = {start: tuple(bodies)}
        pending = list(self._used(found[start]))
        while pending:
            symbol = pending.pop()
            if symbol not in found:
                found[symbol], used = self._bodies(symbol)
                pending.extend(used)
        return Cfg(start, found, self._table, self._cfg.open)

    def _used(self, bodies: Iterable[Body]) -> tuple[Symbol, ...]:
        """The symbols of some bodies that have rules."""
        parts = (part.symbol if isinstance(part, Maybe) else part for body in bodies for part in body)
        return tuple([part for part in parts if isinstance(part, Variant) or part in self._rules])

    def _at_edge(self, bodies: Iterable[Body], after: int, without: int) -> Iterator[Body]:
        """The bodies of the whole hole, each of which comes before what stands at the cursor.

        What ends inside a lexeme that stands there goes on into it; it may begin with anything, since that
        may be the lexeme of which only the end stands there.
        """
        for body in bodies:
            if ends_inside(body):
                yield from self._split(_without_end(body), 0, 0, strict=False)
            else:
                edge = self._shared.at_edge(self._last_of(body), after)
                yield from self._split(_without_end(body), without, edge, strict=False)

    def _bodies(self, symbol: Symbol) -> _Bodies:
        inner, without, apart = symbol, 0, 0
        if isinstance(symbol, Variant):
            inner, without, apart = symbol.symbol, symbol.without, symbol.apart
        shared = self._shared._bodies if isinstance(inner, str) else None
        found = None if shared is None else shared.get(symbol)
        if found is None:
            strict, bodies = isinstance(symbol, Variant), self._rules[inner]
            if strict or self._shared.splits:
                ways = (self._split(_without_end(b), without, apart, strict=strict) for b in bodies)
                bodies = tuple(chain.from_iterable(ways))
            else:  # nothing clashes
                bodies = tuple([tuple([s for s in b if self._first(s) != NULLABLE]) for b in bodies])
            written = tuple(dict.fromkeys(bodies))
            found = written, self._used(written)
            if shared is not None:
                shared[symbol] = found
        return found

    def _first(self, symbol: Symbol) -> int:
        """The terminals that a symbol may begin with, and `NULLABLE`."""
        if isinstance(symbol, str):
            return self._shared.firsts[symbol]
        return self._table.bits[symbol.terminal] if isinstance(symbol, Beginning) else self._firsts[symbol]

    def _last(self, symbol: Symbol) -> int:
        """The terminals that a symbol may end with; what ends behind the cursor is none."""
        if isinstance(symbol, str):
            return self._shared.lasts[symbol]
        return 0 if isinstance(symbol, Beginning) else self._lasts[symbol]

    def _first_of(self, body: Body) -> int:
        """The terminals that a body may begin with, and `NULLABLE`."""
        mask = 0
        for symbol in body:
            part = self._first(symbol)
            mask |= part & ~NULLABLE
            if not part & NULLABLE:
                return mask
        return mask | NULLABLE

    def _last_of(self, body: Body) -> int:
        """The terminals that a body may end with."""
        mask = 0
        for symbol in reversed(body):
            mask |= self._last(symbol)
            if not self._first(symbol) & NULLABLE:
                break
        return mask

    def _split(self, body: Body, without: int, apart: int, *, strict: bool) -> Iterator[Body]:
        """What a body becomes: no more bodies than it takes to tell apart what has to be.

        Args:
            body: symbols.
            without: the terminals that must not come first.
            apart: those that stand apart if they come last.
            strict: whether it is not to be empty.

        """
        if not (without or apart or strict) and self._may_stand(body):
            yield body
            return
        if not body:
            yield from () if strict else ((),)
            return
        symbol, rest = body[0], body[1:]
        first, last, following = self._first(symbol), self._last(symbol), self._first_of(rest)
        glued, every = self._shared.clash(last, following)
        # What a symbol needs may depend on whether the rest is empty, and then both are written.
        ends = bool(following & NULLABLE and (every or apart & last))
        ways = tuple(self._split(rest, 0, apart, strict=ends))
        needless = not (without & following or ends or (strict and following & NULLABLE))
        yield from self._before(symbol, without, every, ways, maybe=bool(first & NULLABLE and needless))
        if ends:
            yield from self._before(symbol, without, apart, ((),))
        if glued and following & ~NULLABLE & ~glued:
            yield from self._before(symbol, without, 0, tuple(self._split(rest, glued, apart, strict=ends)))
        if first & NULLABLE and not needless:
            yield from self._split(rest, without, apart, strict=strict)

    def _may_stand(self, body: Body) -> bool:
        """Whether no two parts of a body clash, and each derives some lexeme."""
        following = NULLABLE
        for symbol in reversed(body):
            first = self._first(symbol)
            clash = following != NULLABLE and self._shared.clash(self._last(symbol), following)[1]
            if clash or not first & ~NULLABLE:
                return False
            following = first & ~NULLABLE | following if first & NULLABLE else first
        return True

    def _before(
        self, symbol: Symbol, without: int, apart: int, ways: Iterable[Body], *, maybe: bool = False
    ) -> Iterator[Body]:
        """Some bodies, each after a symbol that is not empty; with `maybe`, it may be."""
        first, last = self._first(symbol), self._last(symbol)
        without, apart = without & first, apart & last
        if without == first & ~NULLABLE:
            yield from ways if maybe else ()
            return
        written: Symbol = symbol
        if symbol not in self._rules:
            written = Apart(str(symbol)) if apart else symbol
        elif without or apart or (first & NULLABLE and not maybe):
            written = Variant(symbol, without, apart)
            written = Maybe(written) if maybe else written
        yield from ((written, *way) for way in ways)


def _without_end(body: Body) -> Body:
    """A body without the end of the text, which is nothing to type."""
    return tuple(symbol for symbol in body if symbol != END)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _spread(masks: dict[Symbol, int], readers: Mapping[Symbol, Sequence[Symbol]]) -> None:
    """Grow masks by symbol until each has the bits of those that it reads."""
    pending = list(readers)
    while pending:
        symbol = pending.pop()
        mask = masks[symbol]
        for reader in readers.get(symbol, ()):
            if mask & ~masks[reader]:
                masks[reader] |= mask
                pending.append(reader)
