"""An independent judge: which strings of terminals a context-free grammar derives, and which begin one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

_Item = tuple[Hashable, tuple[Hashable, ...], int, int]
"""Left side, right side, dot, and the column where it began."""


class Earley:
    """Earley's recogniser (1970), with Aycock and Horspool's treatment of empty rules (2002).

    A symbol without rules is a terminal. Rules that derive nothing are dropped first, so that a word
    begins a sentence exactly where its last column is not empty.
    """

    def __init__(self, rules: Mapping[Any, Sequence[Sequence[Hashable]]], start: Hashable) -> None:
        productive = _closure(
            rules, {symbol for bodies in rules.values() for body in bodies for symbol in body}
        )
        self._rules = {
            symbol: [tuple(body) for body in bodies if all(part in productive for part in body)]
            for symbol, bodies in rules.items()
        }
        self._nullable = _closure(rules, set()) & set(rules)
        self._start = start
        self._charts: dict[tuple[Hashable, ...], tuple[frozenset[_Item], ...]] = {}

    def derives(self, word: Sequence[Hashable]) -> bool:
        """Whether the word is a sentence."""
        return any(
            symbol == self._start and dot == len(body) and origin == 0
            for symbol, body, dot, origin in self._chart(tuple(word))[-1]
        )

    def begins(self, word: Sequence[Hashable]) -> bool:
        """Whether some sentence begins with the word, or is it."""
        return bool(self._chart(tuple(word))[-1])

    def _chart(self, word: tuple[Hashable, ...]) -> tuple[frozenset[_Item], ...]:
        if word not in self._charts:
            if word:
                before = self._chart(word[:-1])
                seeds = [
                    (symbol, body, dot + 1, origin)
                    for symbol, body, dot, origin in before[-1]
                    if dot < len(body) and body[dot] == word[-1]
                ]
            else:
                before = ()
                seeds = [(self._start, body, 0, 0) for body in self._rules[self._start]]
            self._charts[word] = (*before, self._column(before, seeds))
        return self._charts[word]

    def _column(self, before: tuple[frozenset[_Item], ...], seeds: list[_Item]) -> frozenset[_Item]:
        here = len(before)
        column = set(seeds)
        pending = list(column)
        while pending:
            symbol, body, dot, origin = pending.pop()
            found: list[_Item] = []
            if dot == len(body):
                waiting = column if origin == here else before[origin]
                found = [(s, b, d + 1, o) for s, b, d, o in waiting if d < len(b) and b[d] == symbol]
            elif body[dot] in self._rules:
                found = [(body[dot], option, 0, here) for option in self._rules[body[dot]]]
                if body[dot] in self._nullable:
                    found.append((symbol, body, dot + 1, origin))
            for item in found:
                if item not in column:
                    column.add(item)
                    pending.append(item)
        return frozenset(column)


def _closure(rules: Mapping[Any, Sequence[Sequence[Hashable]]], symbols: set[Hashable]) -> set[Hashable]:
    """The symbols that derive a string of some symbols that have no rules; those symbols themselves too."""
    found = {symbol for symbol in symbols if symbol not in rules}
    while True:
        new = {
            symbol
            for symbol, bodies in rules.items()
            if symbol not in found and any(all(part in found for part in body) for body in bodies)
        }
        if not new:
            return found
        found |= new
