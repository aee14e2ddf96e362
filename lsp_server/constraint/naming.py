"""What the symbols of hole grammars are called: readable names, each used once.

Those of a grammar's own symbols, and of variants of them, are the same in every hole grammar that has them,
whatever was asked for before, so that lines in which no others stand are written once.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from itertools import chain, count
from threading import Lock
from zlib import crc32

from lsp_server.constraint.hole import (
    After,
    Apart,
    Beginning,
    Crossing,
    First,
    Hole,
    Maybe,
    Symbol,
    Variant,
    Within,
)


class LastingNames:
    """The names that are the same in every hole grammar of one grammar.

    Args:
        rules: nonterminals.
        terminals: terminals, and what else is written as one.

    """

    def __init__(self, rules: Collection[str], terminals: Collection[str]) -> None:
        self._lock = Lock()
        self.names: dict[Symbol, str] = {Hole(): "start"}
        self.taken = {"start", "skipped"}
        for symbol in dict.fromkeys((*rules, *terminals)):
            wish = _identifier(symbol)
            self.give(symbol, wish.lower() if symbol in rules else wish.upper())

    def give(self, symbol: Symbol, wish: str, others: Collection[str] = ()) -> str:
        """Name a symbol as is wished, or much like that where others are called so; threads may ask."""
        with self._lock:
            found = self.names.get(symbol)
            if found is None:
                found = self.names[symbol] = _untaken(wish, self.taken, others)
                self.taken.add(found)
            return found


def lasts(symbol: Symbol) -> bool:
    """Whether a symbol is called the same in every hole grammar that has it."""
    if isinstance(symbol, Maybe | Within):
        return lasts(symbol.symbol)
    if isinstance(symbol, Variant | Crossing):
        return isinstance(symbol.symbol, str)
    return isinstance(symbol, str | Apart)


class Names:
    """The names in one hole grammar."""

    def __init__(self, lasting: LastingNames) -> None:
        self._lasting = lasting
        self._given: dict[Symbol, str] = {}
        self._taken: set[str] = set()
        self.beginnings: dict[Beginning, str] = {}
        self.firsts: dict[First, str] = {}

    def rule(self, symbol: Symbol) -> str:
        """A rule's name; one that crosses the beginning of what follows is called after what it is part of.

        No other name ends in that way.
        """
        if isinstance(symbol, Crossing):
            return f"{self.rule(symbol.symbol)}__{'into' if symbol.inside else 'to'}_{symbol.last}"
        return self._known(symbol) or self._name(symbol, self._wish(symbol))

    def terminal(self, name: str) -> str:
        """A terminal's name."""
        return self._known(name) or self._name(name, _identifier(name).upper())

    def apart(self, name: str) -> str:
        """The name of a terminal with something ignored after it."""
        return self.rule(Apart(name))

    def gap(self, number: int) -> str:
        """The name of what is ignored between lexemes; there is one for each choice of it."""
        return self._name(Variant(Hole(), number, 0), "GAP")

    def either(self, name: str) -> str:
        """The name of the rule for a terminal with or without."""
        symbol = Variant(name, 0, 0)
        return self._known(symbol) or self._name(symbol, f"{_identifier(name)}_".lower())

    def beginning(self, symbol: Beginning) -> str:
        """The name of the beginning of a terminal, which `beginnings` notes."""
        name = self._known(symbol) or self._name(symbol, f"{_identifier(symbol.terminal)}_beginning".upper())
        self.beginnings[symbol] = name
        return name

    def first(self, symbol: First) -> str:
        """The name of a terminal that comes first, which `firsts` notes."""
        wish = f"{_identifier(symbol.terminal)}_first{'_apart' if symbol.apart else ''}".upper()
        name = self._known(symbol) or self._name(symbol, wish)
        self.firsts[symbol] = name
        return name

    def _known(self, symbol: Symbol) -> str | None:
        return self._lasting.names.get(symbol) or self._given.get(symbol)

    def _wish(self, symbol: Symbol) -> str:
        match symbol:
            case After(depth, name):
                return f"after_{self.rule(name)}_{depth}"
            case Variant(inner, without, apart):
                if not (without or apart):
                    return f"{self.rule(inner)}_some"
                which = f"_{crc32(b'%x %x' % (without, apart)) & 0xFFFF:04x}" if lasts(symbol) else ""
                return f"{self.rule(inner)}{'_other' if without else ''}{'_apart' if apart else ''}{which}"
            case Apart(terminal):
                return f"{_identifier(terminal)}_apart".upper()
            case Within(inner):
                return f"{(self._known(inner) or self.rule(inner)).lower()}_within"
            case _:
                return "hole"

    def _name(self, symbol: Symbol, wish: str) -> str:
        if lasts(symbol):
            return self._lasting.give(symbol, wish, self._taken)
        found = self._given[symbol] = _untaken(wish, self._lasting.taken, self._taken)
        self._taken.add(found)
        return found


def _untaken(wish: str, *taken: Collection[str]) -> str:
    names = chain((wish,), (f"{wish}_{number}" for number in count(2)))
    return next(name for name in names if not any(name in some for some in taken))


@cache
def _identifier(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name).strip("_") or "x"
