"""The right quotient: what may be typed so that the lexemes after the cursor still fit.

A text u is allowed iff u w1..wk v is in the grammar for some v. The grammar is intersected with the
automaton `0 -any-> 0, i -w(i+1)-> i+1, k -any-> k`. Symbols wholly before the suffix stay as they are;
symbols wholly inside it derive nothing to type and become a table of positions; only symbols that cross
its beginning become new rules, made from the start symbol down as they are needed. Where the first lexeme of
the suffix is only the end of one, its beginning is left to be typed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock

from lsp_server.constraint.bits import bits
from lsp_server.constraint.hole import Beginning, Body, Cfg, Crossing, Symbol
from lsp_server.constraint.spans import Kept, Spans
from lsp_server.constraint.window import Window, WindowLexeme
from lsp_server.lalr.fixpoints import least
from lsp_server.lalr.table import Table

_one = Lock()
"""Held while a quotient is made: what becomes known of a symbol names others, which must be known as well."""


def right_quotient(cfg: Cfg, window: Window) -> Cfg | None:
    """The grammar of what fits before a window; None where nothing does. Threads may ask, and take turns."""
    if not window.lexemes:
        return without_dead_ends(replace(cfg, open=True))
    with _one:
        return _Quotient(cfg, window, _ahead(cfg.table, window)).result()


_Bodies = dict[Crossing, tuple[Body, ...]]


class _Ahead:
    """What is known of a window whatever the stack is: all that is about symbols of the table's own.

    How far a symbol reaches that lies inside the window does not depend on its first lexeme, and what a
    symbol derives that ends with one of the lexemes not on those after it. So windows have much in common.
    """

    def __init__(self, table: Table, window: Window) -> None:
        lexemes = window.lexemes
        self.spans = _spans(table, lexemes[1:], open_=window.open)
        self.counts: dict[str, int] = {}
        self._bodies = [
            _bodies(table, lexemes[:last], window.tail, open_=window.open and last == len(lexemes))
            for last in range(1, len(lexemes) + 1)
        ]

    def bodies(self, symbol: Crossing) -> _Bodies:
        """Where it is noted what bodies symbols have that end where one does, without those that derive
        nothing. A symbol that has none derives nothing.
        """
        return self._bodies[symbol.last - 1]


@lru_cache(maxsize=16)
def _ahead(table: Table, window: Window) -> _Ahead:
    """What is known so far: as one types on, the stack changes and the window does not."""
    return _Ahead(table, window)


@lru_cache(maxsize=16)
def _spans(table: Table, lexemes: tuple[WindowLexeme, ...], *, open_: bool) -> Kept:
    return Kept()


@lru_cache(maxsize=32)
def _bodies(table: Table, lexemes: tuple[WindowLexeme, ...], tail: str, *, open_: bool) -> _Bodies:
    return {}


class _Quotient:
    """The rules of the symbols that cross the beginning of a window, made as they are needed.

    Each body of theirs is of symbols wholly before the window, and last one that crosses its beginning, or
    nothing, or the beginning of a terminal.
    """

    def __init__(self, cfg: Cfg, window: Window, ahead: _Ahead) -> None:
        self._cfg = cfg
        self._window = window
        self._ahead = ahead
        self._spans = Spans(cfg, window, ahead.spans)
        self._bodies: dict[Crossing, list[Body]] = {}
        self._pending: list[Crossing] = []
        self._tails: dict[tuple[Symbol, int], Body | None] = {}
        self._users: dict[Crossing, list[Crossing]] = {}
        self._ready: list[Crossing] = []

    def result(self) -> Cfg | None:
        """The whole; None where no text is derived."""
        cfg = self._cfg
        starts = [self._tail(cfg.start, count) for count in self._spans.ends()]
        while self._pending:
            self._write(self._pending.pop())
        self._note(self._productive())
        kept = tuple(dict.fromkeys(body for body in starts if body and self._derives(body)))
        return Cfg(cfg.start, {cfg.start: kept, **self._reached(kept)}, cfg.table) if kept else None

    def _tail(self, symbol: Symbol, count: int) -> Body | None:
        """The part of a symbol before the window if it ends with suffix lexeme `count`; None if it cannot."""
        key = (symbol, count)
        if key not in self._tails:
            self._tails[key] = self._crossing(symbol, count)
        return self._tails[key]

    def _crossing(self, symbol: Symbol, count: int) -> Body | None:
        tail = self._window.tail
        if symbol not in self._cfg.rules:
            if not self._spans.of(symbol, 0) >> count & 1:
                return None
            return (Beginning(str(symbol), tail),) if tail else ()
        new = Crossing(symbol, count, bool(tail))
        known = self._ahead.bodies(new).get(new)
        if known is not None:
            return (new,) if known else None
        self._bodies[new] = []
        self._pending.append(new)
        return (new,)

    def _counts_of(self, symbol: str) -> int:
        """With which of the suffix lexemes a symbol may end that crosses their beginning, as bits."""
        found = self._ahead.counts.get(symbol)
        if found is None:
            found = self._ahead.counts[symbol] = self._spans.reach.crossed_by(symbol)
        return found

    def _write(self, new: Crossing) -> None:
        rules, spans, bodies = self._cfg.rules, self._spans, self._bodies[new]
        own = isinstance(new.symbol, str)
        known = spans.known_before(1 << new.last)
        for body in rules[new.symbol]:
            targets, sound = 1 << new.last, len(body) if own else self._sound(body)
            for place in range(len(body) - 1, -1, -1):
                symbol = body[place]
                if place <= sound:
                    if symbol not in rules:
                        reached = targets & spans.of(symbol, 0)
                    else:
                        reached = targets & self._counts_of(symbol) if isinstance(symbol, str) else targets
                    for count in bits(reached):
                        tail = self._tail(symbol, count)
                        if tail is not None:
                            bodies.append((*body[:place], *tail))
                            last = tail[0] if tail else None
                            if isinstance(last, Crossing) and last in self._bodies:
                                self._users.setdefault(last, []).append(new)
                            else:
                                self._ready.append(new)
                before = known.get(symbol) if targets == 1 << new.last else None
                targets = spans.before(symbol, targets) if before is None else before
                if not targets:
                    break

    def _sound(self, body: Body) -> int:
        """How many symbols at the beginning of a body derive some text."""
        table = self._cfg.table
        for place, symbol in enumerate(body):
            if symbol in table.by_origin and symbol not in table.sound:
                return place
        return len(body)

    def _productive(self) -> set[Symbol]:
        """Of the symbols written here, those that derive some text."""
        found: set[Symbol] = set()
        pending: list[Crossing] = self._ready
        while pending:
            symbol = pending.pop()
            if symbol not in found:
                found.add(symbol)
                pending.extend(self._users.get(symbol, ()))
        return found

    def _note(self, good: set[Symbol]) -> None:
        """Leave out what derives nothing; what holds whatever the stack is becomes known."""
        written, self._bodies = self._bodies, {}
        self._good: dict[Crossing, tuple[Body, ...]] = {}
        for symbol, bodies in written.items():
            home = self._ahead.bodies(symbol) if isinstance(symbol.symbol, str) else self._good
            home[symbol] = tuple(
                dict.fromkeys(b for b in bodies if not b or b[-1] in good or b[-1] not in written)
            )

    def _derives(self, body: Body) -> bool:
        """Whether a body derives some text, if the last of it does."""
        last = body[-1]
        return not isinstance(last, Crossing) or bool(self._bodies_of(last))

    def _bodies_of(self, symbol: Crossing) -> tuple[Body, ...]:
        return (self._ahead.bodies(symbol) if isinstance(symbol.symbol, str) else self._good)[symbol]

    def _reached(self, starts: tuple[Body, ...]) -> dict[Symbol, tuple[Body, ...]]:
        """The rules that are reached from some bodies."""
        found: dict[Symbol, tuple[Body, ...]] = {}
        sound, parts = self._cfg.table.sound, self._cfg.table.parts
        pending: list[Symbol] = [symbol for body in starts for symbol in body]
        while pending:
            symbol = pending.pop()
            if symbol in found:
                continue
            if isinstance(symbol, Crossing):
                found[symbol] = self._bodies_of(symbol)
                pending.extend(part for body in found[symbol] for part in body)
            elif symbol in sound:
                found[symbol] = sound[symbol]
                pending.extend(parts[symbol])
        return found


def without_dead_ends(cfg: Cfg) -> Cfg:
    """A grammar without rules that derive nothing or are not reached. The lexer alone knows its terminals.

    Which of the table's own rules derive some text is known beforehand.
    """
    sound, known = cfg.table.sound, cfg.table.by_origin
    own: dict[Symbol, tuple[Body, ...]] = {
        symbol: bodies for symbol, bodies in cfg.rules.items() if not isinstance(symbol, str)
    }

    def given(symbol: Symbol) -> bool:
        return symbol in sound or symbol not in known if isinstance(symbol, str) else symbol not in own

    productive = least(own, given)
    if cfg.start not in productive:
        return cfg
    found: dict[Symbol, tuple[Body, ...]] = {}
    pending = [cfg.start]
    while pending:
        symbol = pending.pop()
        if symbol in found:
            continue
        bodies = sound.get(symbol, ())
        if symbol in own:
            bodies = tuple(body for body in own[symbol] if all(s in productive or given(s) for s in body))
        if bodies:
            found[symbol] = bodies
            pending.extend(part for body in bodies for part in body)
    return replace(cfg, rules=found)
