"""The right quotient: what may be typed so that the lexemes after the cursor still fit.

A text u is allowed iff u w1..wk v is in the grammar for some v. The grammar is intersected with the
automaton `0 -any-> 0, i -w(i+1)-> i+1, k -any-> k`. Symbols wholly before the suffix stay as they are;
symbols wholly inside it derive nothing to type and become a table of positions; only symbols that cross
its beginning become new rules, made from the start symbol down as they are needed. Where the first lexeme of
the suffix is only the end of one, its beginning is left to be typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lsp_server.constraint.hole import Beginning, Body, Cfg, Crossing, Symbol
from lsp_server.constraint.table import NULLABLE, Table
from lsp_server.constraint.window import Window


def right_quotient(cfg: Cfg, window: Window) -> Cfg | None:
    """The grammar of what fits before a window; None where nothing does."""
    if not window.lexemes:
        return without_dead_ends(replace(cfg, open=True))
    spans = _Spans(cfg, window)
    rules: dict[Symbol, tuple[Body, ...]] = {}
    pending: list[Crossing] = []

    def crossing(symbol: Symbol, count: int) -> Body | None:
        if symbol not in cfg.rules:
            if not spans.of(symbol, 0) >> count & 1:
                return None
            return (Beginning(str(symbol), window.tail),) if window.tail else ()
        if spans.never_crosses(symbol):
            return None
        new = Crossing(symbol, count, bool(window.tail))
        if new not in rules:
            rules[new] = ()
            pending.append(new)
        return (new,)

    starts = [crossing(cfg.start, count) for count in spans.ends()]
    while pending:
        new = pending.pop()
        bodies: list[Body] = []
        for body in cfg.rules[new.symbol]:
            targets = 1 << new.count
            for place in range(len(body) - 1, -1, -1):
                symbol = body[place]
                reached = targets if symbol in cfg.rules else targets & spans.of(symbol, 0)
                for count in _bits(reached):
                    tail = crossing(symbol, count)
                    if tail is not None:
                        bodies.append((*body[:place], *tail))
                targets = spans.before(symbol, targets)
                if not targets:
                    break
        rules[new] = tuple(dict.fromkeys(bodies))
    own: dict[Symbol, tuple[Body, ...]] = {
        symbol: bodies for symbol, bodies in cfg.rules.items() if not isinstance(symbol, str)
    }
    pruned = _prune(cfg.table, {**own, **rules}, [body for body in starts if body])
    return None if pruned is None else Cfg(cfg.start, {cfg.start: pruned[0], **pruned[1]}, cfg.table)


def without_dead_ends(cfg: Cfg) -> Cfg:
    """A grammar without the rules that derive nothing, whose terminals only the lexer is to know."""
    pruned = _prune(cfg.table, cfg.rules, [(cfg.start,)])
    return cfg if pruned is None else replace(cfg, rules=pruned[1])


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Spans:
    """Where a symbol that begins before suffix lexeme i, and lies wholly inside the suffix, may end.

    Sets of positions are bits of an integer. The fixed point is taken over what is asked for: where a
    symbol's set grows, those are evaluated again that read it before. There is no recursion, because
    symbols refer to each other as deeply as the cursor is nested.
    """

    def __init__(self, cfg: Cfg, window: Window) -> None:
        self._rules = cfg.rules
        self._table = cfg.table
        self._lexemes = window.lexemes
        self._open = window.open
        self._size = len(window.lexemes)
        self._known: dict[tuple[Symbol, int], int] = {}
        self._readers: dict[tuple[Symbol, int], set[tuple[Symbol, int]]] = {}
        self._pending: list[tuple[Symbol, int]] = []
        self._queued: set[tuple[Symbol, int]] = set()
        self._before: dict[tuple[Symbol, int], int] = {}
        self._available = [self._first_at(start) for start in range(self._size + 1)]

    def ends(self) -> list[int]:
        """The positions at which a sentence may end: the last, or where only optional lexemes are left."""
        found = [self._size]
        while found[-1] > 1 and self._lexemes[found[-1] - 1].optional:
            found.append(found[-1] - 1)
        return found

    def never_crosses(self, symbol: Symbol) -> bool:
        """Whether the first suffix lexeme occurs nowhere in what a symbol derives."""
        return isinstance(symbol, str) and not self._table.occurring[symbol] & self._available[0]

    def of(self, symbol: Symbol, start: int) -> int:
        """The positions at which `symbol`, begun at `start`, may end."""
        found = self._read(symbol, start, None)
        while self._pending:
            self._evaluate(self._pending.pop())
            found = self._known[symbol, start]
        return found

    def _read(self, symbol: Symbol, start: int, reader: tuple[Symbol, int] | None) -> int:
        """What is known of `symbol` at `start`; the reader is told when that grows."""
        if symbol not in self._rules:
            return self._terminal(symbol, start)
        if start == self._size and self._open:
            return 1 << self._size
        if isinstance(symbol, str):
            first = self._table.first[symbol]
            if not first & self._available[start]:
                return 1 << start if first & NULLABLE else 0
        key = symbol, start
        if reader is not None:
            self._readers.setdefault(key, set()).add(reader)
        if key not in self._known:
            self._known[key] = 0
            self._pending.append(key)
            self._queued.add(key)
        return self._known[key]

    def before(self, symbol: Symbol, targets: int) -> int:
        """The positions at which `symbol` may begin so as to end at one of some positions; 0 is not one."""
        key = (symbol, targets)
        found = self._before.get(key)
        if found is None:
            starts = range(1, self._size + 1)
            found = self._before[key] = sum(
                1 << start for start in starts if self.of(symbol, start) & targets
            )
        return found

    def _first_at(self, start: int) -> int:
        """The terminals that the suffix may go on with at a position, as bits of the table."""
        mask = 0
        for lexeme in self._lexemes[start:]:
            for terminal in lexeme.terminals:
                mask |= self._table.bits.get(terminal, 0)
            if not lexeme.optional:
                return mask
        return ~NULLABLE if self._open else mask

    def _terminal(self, symbol: Symbol, start: int) -> int:
        result = 0
        for position in range(start, self._size):
            if symbol in self._lexemes[position].terminals:
                result |= 1 << position + 1
            if not self._lexemes[position].optional:
                return result
        if self._open:
            result |= 1 << self._size
        return result

    def _evaluate(self, key: tuple[Symbol, int]) -> None:
        """Evaluate once, and again after what it asks for the first time; then those that read it before."""
        symbol, start = key
        self._queued.discard(key)
        place = len(self._pending)
        found = self._known[key]
        for body in self._rules[symbol]:
            found |= self._body(body, start, key)
        if len(self._pending) > place:
            self._pending.insert(place, key)
            self._queued.add(key)
        if found != self._known[key]:
            self._known[key] = found
            readers = self._readers.get(key, set()) - self._queued
            self._pending.extend(readers)
            self._queued |= readers

    def _body(self, body: Body, start: int, reader: tuple[Symbol, int]) -> int:
        positions = 1 << start
        for symbol in body:
            after = 0
            for position in _bits(positions):
                after |= self._read(symbol, position, reader)
            positions = after
            if not positions:
                break
        return positions


def _prune(
    table: Table, rules: Mapping[Symbol, tuple[Body, ...]], starts: list[Body]
) -> tuple[tuple[Body, ...], dict[Symbol, tuple[Body, ...]]] | None:
    """Drop what derives nothing and what is not reachable from the starts.

    Which of the table's own rules derive some text is known beforehand.
    """
    sound, known = table.sound, table.by_origin
    productive = _productive(rules, table)

    def good(body: Body) -> bool:
        return all(
            (symbol in sound or symbol not in known)
            if isinstance(symbol, str)
            else symbol in productive or symbol not in rules
            for symbol in body
        )

    kept = tuple(body for body in dict.fromkeys(starts) if good(body))
    if not kept:
        return None
    found: dict[Symbol, tuple[Body, ...]] = {}
    pending = [symbol for body in kept for symbol in body]
    while pending:
        symbol = pending.pop()
        if symbol in found:
            continue
        if isinstance(symbol, str):
            bodies: tuple[Body, ...] | None = sound.get(symbol)
        else:
            bodies = tuple(body for body in rules[symbol] if good(body)) if symbol in rules else None
        if bodies is not None:
            found[symbol] = bodies
            pending.extend(part for body in bodies for part in body)
    return kept, found


def _productive(rules: Mapping[Symbol, tuple[Body, ...]], table: Table) -> set[Symbol]:
    """Those of some symbols, but the table's own, that derive some text."""
    sound, known = table.sound, table.by_origin
    uses: dict[Symbol, list[tuple[Symbol, int]]] = {}
    missing: list[int] = []
    ready: list[Symbol] = []
    for symbol, bodies in rules.items():
        if isinstance(symbol, str):
            continue
        for body in bodies:
            if any(isinstance(part, str) and part in known and part not in sound for part in body):
                continue
            needs = {part for part in body if not isinstance(part, str) and part in rules}
            missing.append(len(needs))
            for part in needs:
                uses.setdefault(part, []).append((symbol, len(missing) - 1))
            if not needs:
                ready.append(symbol)
    found: set[Symbol] = set()
    while ready:
        symbol = ready.pop()
        if symbol in found:
            continue
        found.add(symbol)
        for user, index in uses.get(symbol, ()):
            missing[index] -= 1
            if not missing[index]:
                ready.append(user)
    return found
