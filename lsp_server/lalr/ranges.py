"""Sets of characters as ranges of code points, to be cut into the kinds that some sets tell apart.

What is cut is written as a set again, with the classes that Python and the mask engine share where that is
shorter: what letters are takes seven hundred ranges.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from functools import cache
from itertools import pairwise
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

from lsp_server.lalr.expression import CATEGORIES, Alt, Chars, Node, UnsupportedRegexError, in_set, set_of

Ranges = tuple[tuple[int, int], ...]
"""First and last code points, in order, none of which touch."""

_SIZE = 0x110000
_CLASSES = (r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"\w\s")
_SPLITS = (r"\w", r"\s", r"\d")
_FEW = 20
_MOST = 200
_ANY = r"[\s\S]"


@cache
def ranges_of(source: str) -> Ranges:
    """The characters of a set."""
    if source == _ANY:
        return ((0, _SIZE - 1),)
    ((operator, argument),) = sre_parser.parse(in_set(source).pattern)
    if operator is sre.LITERAL:
        return ((argument, argument),)
    items = [(sre.NEGATE, None), (sre.LITERAL, argument)] if operator is sre.NOT_LITERAL else argument
    found: list[tuple[int, int]] = []
    for kind, value in items:
        if kind is sre.CATEGORY:
            found.extend(_category(value))
        elif kind is not sre.NEGATE:
            found.append(value if kind is sre.RANGE else (value, value))
    ranges = _joined(sorted(found))
    return negated(ranges) if items[0][0] is sre.NEGATE else ranges


@cache
def _category(name: Any) -> Ranges:
    """The characters of a class; found by trying them all."""
    source = CATEGORIES[name]
    if source.isupper():
        return negated(_category(next(n for n, other in CATEGORIES.items() if other == source.lower())))
    every = re.compile(f"{source}+")
    return tuple(
        (found.start(), found.end() - 1) for found in every.finditer("".join(map(chr, range(_SIZE))))
    )


def negated(ranges: Ranges) -> Ranges:
    """All other characters."""
    edges = [-1, *(edge for pair in ranges for edge in pair), _SIZE]
    return tuple(
        (low + 1, high - 1) for low, high in zip(edges[::2], edges[1::2], strict=True) if low + 1 < high
    )


class Kinds:
    """The kinds of characters that some sets tell apart, numbered."""

    def __init__(self, sources: Collection[str]) -> None:
        members = [ranges_of(source) for source in sources]
        edges = sorted(
            {0, _SIZE, *(edge for found in members for low, high in found for edge in (low, high + 1))}
        )
        numbers: dict[tuple[bool, ...], int] = {}
        places = [0] * len(members)
        self._starts = edges[:-1]
        self._numbers: list[int] = []
        for start in self._starts:
            kind = []
            for place, found in enumerate(members):
                while places[place] < len(found) and found[places[place]][1] < start:
                    places[place] += 1
                kind.append(places[place] < len(found) and found[places[place]][0] <= start)
            self._numbers.append(numbers.setdefault(tuple(kind), len(numbers)))
        self._ends = edges[1:]
        self.of = {
            source: frozenset(number for kind, number in numbers.items() if kind[place])
            for place, source in enumerate(sources)
        }
        self.all = frozenset(numbers.values())

    def kind(self, character: str) -> int:
        """The kind of a character."""
        return self._numbers[bisect_right(self._starts, ord(character)) - 1]

    def node(self, kinds: Collection[int]) -> Node:
        """An expression of one character of some kinds."""
        same = next((source for source, found in self.of.items() if found == kinds), None)
        return Chars(same) if same else _node(self._ranges(kinds))

    def _ranges(self, kinds: Collection[int]) -> Ranges:
        found: list[tuple[int, int]] = []
        for start, end, number in zip(self._starts, self._ends, self._numbers, strict=True):
            if number in kinds:
                low = found.pop()[0] if found and found[-1][1] == start - 1 else start
                found.append((low, end - 1))
        return tuple(found)


def _node(ranges: Ranges) -> Node:
    """One set, or where that takes too many ranges, several."""
    source = _shortest(ranges)
    if source is not None:
        return Chars(source)
    for named in _SPLITS:
        inside = ranges_of(f"[{named}]")
        others = _without(ranges, inside)
        parts = [_shortest(part) for part in (others, _without(ranges, others))]
        if None not in parts:
            return Alt(tuple(Chars(part) for part in parts if part is not None))
    raise UnsupportedRegexError("it takes too many ranges of characters to say without lookaround")


def _shortest(ranges: Ranges) -> str | None:
    """The shortest way to write a set that is found."""
    others = negated(ranges)
    if not others:
        return _ANY
    signed = (("", ranges), ("^", others))
    ways = [f"[{sign}{set_of(wanted)}]" for sign, wanted in signed if len(wanted) <= _MOST]
    for named in _CLASSES if len(ranges) > _FEW else ():
        inside = ranges_of(f"[{named}]")
        for sign, wanted in signed:
            rest = _without(wanted, inside)
            if not _without(inside, wanted) and len(rest) <= _MOST:
                ways.append(f"[{sign}{named}{set_of(rest)}]")
    return min(ways, key=len, default=None)


def _without(one: Ranges, other: Ranges) -> Ranges:
    """The characters of one set that are not in another."""
    pieces = pairwise(sorted(_edges((*one, *other))))
    return _joined((low, high - 1) for low, high in pieces if _has(one, low) and not _has(other, low))


def _edges(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """Where ranges begin, and where what follows them does."""
    return {edge for low, high in ranges for edge in (low, high + 1)}


def _has(ranges: Ranges, code: int) -> bool:
    place = bisect_right(ranges, (code, _SIZE)) - 1
    return place >= 0 and ranges[place][1] >= code


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in ranges:
        if found and found[-1][1] >= low - 1:
            low, before = found.pop()
            high = max(high, before)
        found.append((low, high))
    return tuple(found)
