"""Which symbols of a table may stand for which of the lexemes after a cursor, by their terminals alone.

A bound, for all symbols at once: sets of nonterminals, or of positions, are bits of an integer. A symbol that
stands for some lexemes may begin with the first of them and end with the last, and all of them occur in what
it derives. Few symbols are left to be looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.constraint.window import WindowLexeme
from lsp_server.lalr.table import Table


@dataclass(frozen=True, slots=True)
class _Index:
    """By terminal, the nonterminals that may begin or end with it, and those in which it occurs."""

    numbers: Mapping[str, int]
    beginning: Mapping[str, int]
    ending: Mapping[str, int]
    holding: Mapping[str, int]
    every: int


@lru_cache(maxsize=64)
def _index(table: Table) -> _Index:
    symbols, terminals = tuple(table.by_origin), tuple(table.bits)

    def inverse(masks: Mapping[str, int]) -> Mapping[str, int]:
        # As columns of digits, since to look at each bit by itself takes long.
        rows = [f"{masks[symbol] // 2:0{len(terminals)}b}" for symbol in reversed(symbols)]
        return {
            name: int("".join(digits), 2)
            for name, digits in zip(reversed(terminals), zip(*rows, strict=True), strict=True)
        }

    return _Index(
        {name: number for number, name in enumerate(symbols)},
        inverse(table.first),
        inverse(table.last),
        inverse(table.occurring),
        (1 << len(symbols)) - 1,
    )


class Reach:
    """The bound for one window; if it is open, its last lexeme need not be the end of a symbol."""

    def __init__(self, table: Table, lexemes: tuple[WindowLexeme, ...], *, open_: bool) -> None:
        self._index = index = _index(table)
        size = len(lexemes)

        def among(known: Mapping[str, int], names: Iterable[str]) -> int:
            found = 0
            for name in names:
                found |= known.get(name, 0)
            return found

        begins = [among(index.beginning, lexeme.terminals) for lexeme in lexemes]
        ends = [among(index.ending, lexeme.terminals) for lexeme in lexemes]
        holds = [
            index.every if lexeme.optional else among(index.holding, lexeme.terminals) for lexeme in lexemes
        ]
        if open_:
            ends[-1] = index.every
        starting = [*begins, index.every if open_ else 0]
        for start in range(size - 1, -1, -1):
            if lexemes[start].optional:
                starting[start] |= starting[start + 1]
        self._across = [0] * (size + 1)
        held = index.every
        for position in range(size):
            held &= holds[position]
            self._across[position + 1] = held & ends[position]
        self._from = [0] * (size + 1)
        for start in range(1, size):
            held = starting[start]
            for position in range(start, size):
                held &= holds[position]
                self._from[start] |= held & ends[position]
                if not held:
                    break
        if open_:
            self._from[size] = index.every

    def starts(self, symbol: str) -> int:
        """The positions behind the first lexeme at which a symbol may begin with what stands there."""
        return self._positions(symbol, self._from)

    def crossed_by(self, symbol: str) -> int:
        """The positions at which a symbol may end that begins before the first lexeme."""
        return self._positions(symbol, self._across)

    def _positions(self, symbol: str, among: Iterable[int]) -> int:
        number, found = self._index.numbers[symbol], 0
        for position, symbols in enumerate(among):
            found |= (symbols >> number & 1) << position
        return found
