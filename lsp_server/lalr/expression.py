"""Regular expressions of terminals as a small tree of sets, sequences, alternatives and repetitions.

What is here is regular in the strict sense: from it come the expression in the mask engine's dialect and
the automaton in `automaton`. How a tree is made of Python's expressions is `regex`'s to know.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from re import _constants as sre
from typing import Any

_PLAIN = string.ascii_lowercase + string.digits + string.ascii_uppercase + "_ " + string.punctuation
_META = frozenset(r"\.+*?()|[]{}^$#&-~/")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\f": r"\f", "\v": r"\v"}
CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
}


class UnsupportedRegexError(ValueError):
    """The expression uses something that is not regular or that the mask engine cannot take, or is none."""

    def __init__(self, message: str, remedy: str = "write a regular expression without it") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set; `source` is the set in the syntax that both dialects share."""

    source: str


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other; the empty sequence matches the empty string."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """Any one of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`low` to `high` times in a row; `high` is None where there is no limit."""

    item: Node
    low: int
    high: int | None


Node = Chars | Seq | Alt | Repeat

LARGEST = 2_000
"""The largest expression, in the measure of `Extent.size`: the mask engine gives up on larger ones."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large an expression is once its repetitions are written out (Glushkov, 1961).

    `places`: characters in it. `links`: pairs of those one of which may follow the other. `first` and
    `last`: how many may begin and end a match. `empty`: it matches the empty text.
    """

    places: int
    links: int
    first: int
    last: int
    empty: bool

    @property
    def size(self) -> int:
        """Places and links."""
        return self.places + self.links


def extent(node: Node) -> Extent:
    """How large an expression is; found without writing anything out."""
    match node:
        case Chars():
            return Extent(1, 0, 1, 1, False)
        case Seq(items):
            found = Extent(0, 0, 0, 0, True)
            for item in map(extent, items):
                found = Extent(
                    found.places + item.places,
                    found.links + item.links + found.last * item.first,
                    found.first + (item.first if found.empty else 0),
                    item.last + (found.last if item.empty else 0),
                    found.empty and item.empty,
                )
            return found
        case Alt(options):
            parts = [extent(option) for option in options]
            return Extent(
                sum(part.places for part in parts),
                sum(part.links for part in parts),
                sum(part.first for part in parts),
                sum(part.last for part in parts),
                any(part.empty for part in parts),
            )
        case Repeat(item, low, high):
            one = extent(item)
            copies = low + 1 if high is None else high
            if not copies:
                return Extent(0, 0, 0, 0, True)
            pairs = copies * (copies - 1) // 2 if one.empty else copies - 1
            pairs += high is None
            ends = copies if one.empty else copies - max(low, 1) + 1
            return Extent(
                copies * one.places,
                copies * one.links + pairs * one.last * one.first,
                one.first * (copies if one.empty else 1),
                ends * one.last,
                one.empty or low == 0,
            )


def to_source(node: Node) -> str:
    """The expression in the dialect of the mask engine, safe between two slashes."""
    match node:
        case Chars(source):
            return source
        case Seq(items):
            return "".join(
                f"(?:{to_source(item)})" if isinstance(item, Alt) else to_source(item) for item in items
            )
        case Alt(options):
            return "|".join(to_source(option) for option in options)
        case Repeat(item, low, high):
            inner = to_source(item) if isinstance(item, Chars) else f"(?:{to_source(item)})"
            return inner + {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((low, high), _count(low, high))


@cache
def in_set(source: str) -> re.Pattern[str]:
    """The set of a `Chars` as an expression for `re`."""
    return re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: re.escape(chr(int(code[1], 16))), source))


def literal(text: str, *, fold: bool = False) -> Node:
    """The tree that matches exactly a text; with `fold`, in capitals or not."""
    return Seq(tuple(Chars(_cased(character, re.IGNORECASE if fold else 0)) for character in text))


def sets_of(node: Node) -> Iterator[str]:
    """The sets of characters in an expression, as sources, in order."""
    match node:
        case Chars(source):
            yield source
        case Seq(items) | Alt(items):
            for item in items:
                yield from sets_of(item)
        case Repeat(item, _, _):
            yield from sets_of(item)


def first(node: Node) -> frozenset[str]:
    """The sources of the sets of characters with which a text that an expression matches may begin."""
    match node:
        case Chars(source):
            return frozenset((source,))
        case Seq(items):
            found = frozenset[str]()
            for item in items:
                found |= first(item)
                if not extent(item).empty:
                    break
            return found
        case Alt(options):
            return frozenset[str]().union(*map(first, options))
        case Repeat(item, _, high):
            return frozenset() if high == 0 else first(item)


@lru_cache(maxsize=4096)
def simplest(node: Node) -> str:
    """The plainest text that an expression matches: a letter or digit where one will do, and few of them."""
    match node:
        case Chars(source):
            return _plainest(source)
        case Seq(items):
            return "".join([simplest(item) for item in items])
        case Alt(options):
            return min(map(simplest, options), key=len)
        case Repeat(item, low, _):
            return simplest(item) * low


@lru_cache(maxsize=4096)
def _plainest(source: str) -> str:
    """The plainest character of a set."""
    match = in_set(source).match
    return next(char for char in chain(_PLAIN, map(chr, range(0x110000))) if match(char))


def _count(low: int, high: int | None) -> str:
    return f"{{{low}}}" if high == low else f"{{{low},{'' if high is None else high}}}"


def _escape(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character in _META:
        return "\\" + character
    return character if character.isprintable() or character == " " else f"\\x{{{ord(character):x}}}"


def chars_of(operator: Any, argument: Any, flags: int) -> Chars | None:
    """The set of what Python's own parser found, where that is one character out of a set."""
    if operator is sre.LITERAL:
        return Chars(_cased(chr(argument), flags))
    if operator is sre.NOT_LITERAL:
        return Chars(f"[^{_in_class(_variants(chr(argument), flags))}]")
    if operator is sre.ANY:
        return Chars(r"[\s\S]" if flags & re.DOTALL else r"[^\n]")
    return Chars(_class(argument, flags)) if operator is sre.IN else None


def set_of(ranges: Iterable[tuple[int, int]]) -> str:
    """The source of the set of the characters in some ranges, the ends included."""
    return "".join(
        _escape(chr(low)) + ("" if low == high else f"-{_escape(chr(high))}") for low, high in ranges
    )


def _variants(character: str, flags: int) -> str:
    if not flags & re.IGNORECASE:
        return character
    return "".join(sorted({character, *(v for v in (character.lower(), character.upper()) if len(v) == 1)}))


def _cased(character: str, flags: int) -> str:
    variants = _variants(character, flags)
    return _escape(variants) if len(variants) == 1 else f"[{_in_class(variants)}]"


def _in_class(characters: str) -> str:
    return "".join(_escape(character) for character in characters)


def _class(items: Iterable[tuple[Any, Any]], flags: int) -> str:
    parts: list[str] = []
    negated = ""
    for operator, argument in items:
        if operator is sre.NEGATE:
            negated = "^"
        elif operator is sre.LITERAL:
            parts.append(_in_class(_variants(chr(argument), flags)))
        elif operator is sre.RANGE:
            low, high = argument
            parts.extend(_ranges(low, high, flags))
        else:
            parts.append(CATEGORIES[argument])
    return f"[{negated}{''.join(parts)}]"


def _ranges(low: int, high: int, flags: int) -> Iterable[str]:
    yield f"{_escape(chr(low))}-{_escape(chr(high))}"
    if flags & re.IGNORECASE:
        for first, last, shift in ((0x41, 0x5A, 32), (0x61, 0x7A, -32)):
            start, end = max(low, first), min(high, last)
            if start <= end:
                yield f"{chr(start + shift)}-{chr(end + shift)}"
