"""Where symbols end inside the suffix: a table of positions for what lies wholly at or after its beginning.

Such a symbol derives nothing to type. Sets of positions are bits of an integer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.constraint.bits import bits
from lsp_server.constraint.hole import Body, Cfg, Symbol
from lsp_server.constraint.reach import Reach
from lsp_server.constraint.window import Window
from lsp_server.lalr.fixpoints import NULLABLE

Key = tuple[Symbol, int]
"""A symbol, and where it begins."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of the symbols of a grammar's own, which do not depend on the parser's stack.

    `starts` are the positions at which a symbol may begin with what stands there, as bits.
    """

    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[Key, int] = field(default_factory=dict)
    rows: dict[Symbol, tuple[int, ...]] = field(default_factory=dict)
    before: dict[int, dict[Symbol, int]] = field(default_factory=dict)


class Spans:
    """Where a symbol that begins before suffix lexeme i, and lies wholly inside the suffix, may end.

    The fixed point is taken over what is asked for: where a symbol's set grows, those are evaluated again
    that read it before. There is no recursion, because symbols refer to each other as deeply as the cursor is
    nested. What is found of the table's own symbols is kept, for other stacks before the same window.
    """

    def __init__(self, cfg: Cfg, window: Window, kept: Kept) -> None:
        self._rules = cfg.rules
        self._table = cfg.table
        self._lexemes = window.lexemes
        self._open = window.open
        self._size = len(window.lexemes)
        self._known: dict[Key, int] = {}
        self._readers: dict[Key, set[Key]] = {}
        self._pending: list[Key] = []
        self._queued: set[Key] = set()
        self._kept = kept
        self._here = Kept()
        bits_of = self._table.bits
        self._masks = [sum(bits_of.get(name, 0) for name in lexeme.terminals) for lexeme in self._lexemes]
        self.reach = Reach(self._table, window.lexemes, open_=window.open)
        self._terminals = self._of_terminals()
        self._other = tuple(self._terminal("", start) for start in range(self._size + 1))

    def ends(self) -> list[int]:
        """The positions at which a sentence may end: the last, or where only optional lexemes are left."""
        found = [self._size]
        while found[-1] > 1 and self._lexemes[found[-1] - 1].optional:
            found.append(found[-1] - 1)
        return found

    def of(self, symbol: Symbol, start: int) -> int:
        """The positions at which `symbol`, begun at `start`, may end."""
        if symbol not in self._rules:
            return self._terminals.get(symbol, self._other)[start]
        if isinstance(symbol, str) and not self._starts_of(symbol) >> start & 1:
            return 1 << start if self._table.first[symbol] & NULLABLE else 0
        found = self._read((symbol, start), None)
        if self._pending:
            while self._pending:
                self._evaluate(self._pending.pop())
            for key, ends in self._known.items():
                self._home(key[0]).ends[key] = ends
            self._known.clear()
            self._readers.clear()
            found = self._home(symbol).ends[symbol, start]
        return found

    def _home(self, symbol: Symbol) -> Kept:
        """Where it is noted what is known of a symbol."""
        return self._kept if isinstance(symbol, str) else self._here

    def before(self, symbol: Symbol, targets: int) -> int:
        """The positions at which `symbol` may begin so as to end at one of some positions; 0 is not one."""
        known = self._home(symbol).before.setdefault(targets, {})
        found = known.get(symbol)
        if found is None:
            found, bit = 0, 1
            if self._may_end(symbol, targets):
                for ends in self._ends_of(symbol):
                    bit <<= 1
                    if ends & targets:
                        found |= bit
            known[symbol] = found
        return found

    def known_before(self, targets: int) -> Mapping[Symbol, int]:
        """What is known of `before` for some positions, by symbol of the table's own."""
        return self._kept.before.setdefault(targets, {})

    def _may_end(self, symbol: Symbol, targets: int) -> bool:
        """Whether a symbol could end at one of some positions, for all that its last terminal says."""
        if not isinstance(symbol, str) or symbol not in self._rules:
            return True
        if self._table.first[symbol] & NULLABLE or (self._open and targets >> self._size & 1):
            return True
        last = self._table.last[symbol]
        return any(last & self._masks[position - 1] for position in bits(targets))

    def _ends_of(self, symbol: Symbol) -> tuple[int, ...]:
        """The positions at which a symbol may end, by that at which it begins, 0 left out."""
        known = self._home(symbol).rows
        found = known.get(symbol)
        if found is None:
            if symbol not in self._rules:
                found = self._terminals.get(symbol, self._other)[1:]
            elif isinstance(symbol, str):
                starts, empty = self._starts_of(symbol), self._table.first[symbol] & NULLABLE
                found = tuple(
                    [
                        self.of(symbol, start) if starts >> start & 1 else empty << start
                        for start in range(1, self._size + 1)
                    ]
                )
            else:
                found = tuple(self.of(symbol, start) for start in range(1, self._size + 1))
            known[symbol] = found
        return found

    def _starts_of(self, symbol: str) -> int:
        """The positions at which a symbol may begin with what stands there, as bits."""
        found = self._kept.starts.get(symbol)
        if found is None:
            found = self._kept.starts[symbol] = self.reach.starts(symbol)
        return found

    def _read(self, key: Key, reader: Key | None) -> int:
        """What is known of a symbol at a position at which it may begin; the reader is told when it grows."""
        symbol, start = key
        final = (self._kept if isinstance(symbol, str) else self._here).ends
        found = final.get(key)
        if found is not None:
            return found
        if start == self._size and self._open:
            return final.setdefault(key, 1 << self._size)
        if reader is not None:
            self._readers.setdefault(key, set()).add(reader)
        if key not in self._known:
            self._known[key] = 0
            self._pending.append(key)
            self._queued.add(key)
        return self._known[key]

    def _of_terminals(self) -> Mapping[Symbol, tuple[int, ...]]:
        """By terminal of the suffix, where it may end, by where it begins."""
        every = dict.fromkeys(terminal for lexeme in self._lexemes for terminal in lexeme.terminals)
        starts = range(self._size + 1)
        return {terminal: tuple(self._terminal(terminal, start) for start in starts) for terminal in every}

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

    def _evaluate(self, key: Key) -> None:
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

    def _body(self, body: Body, start: int, reader: Key) -> int:
        positions = 1 << start
        rules, terminals, other = self._rules, self._terminals, self._other
        for symbol in body:
            after = 0
            if symbol in rules:
                if isinstance(symbol, str):
                    starts = self._starts_of(symbol)
                    if self._table.first[symbol] & NULLABLE:
                        after = positions & ~starts
                    positions &= starts
                for position in bits(positions):
                    after |= self._read((symbol, position), reader)
            else:
                ends = terminals.get(symbol, other)
                for position in bits(positions):
                    after |= ends[position]
            positions = after
            if not positions:
                break
        return positions
