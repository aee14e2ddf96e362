"""Lexemes read character by character: which of some terminals a text may still become, and which it is.

For where no mask engine is. Expressions are taken apart by derivatives (Brzozowski, Derivatives of Regular
Expressions, 1964), with `and` and `not`, which the terminals of hole grammars have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lsp_server.lalr.ranges import ranges_of
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set, parse_regex

NOTHING, EMPTY = 0, 1
"""The numbers of the expression that matches no text, and of that which matches the empty one."""

_CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|(?s:.))")
_MOST_LOOKED_AT = 400
_LARGEST = 1_000_000
"""Nothing is written out here, and all of it was written by `constraint/emit`."""

_BLANKS = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What llguidance takes for a blank; Python takes four control characters more for one."""


class _Set(NamedTuple):
    """A character of a set."""

    source: str
    kind: str = "set"


class _Or(NamedTuple):
    """Any one of several; of none, nothing."""

    options: tuple[int, ...]
    kind: str = "or"


class _Then(NamedTuple):
    """One after the other."""

    one: int
    other: int
    kind: str = "then"


class _Empty(NamedTuple):
    """The empty text."""

    kind: str = "empty"


class _And(NamedTuple):
    """What two match."""

    one: int
    other: int
    kind: str = "and"


class _Not(NamedTuple):
    """What another does not match."""

    inner: int
    kind: str = "not"


class _Times(NamedTuple):
    """So many in a row, or with no end."""

    item: int
    low: int
    high: int | None
    kind: str = "times"


_Expression = _Set | _Or | _Then | _Empty | _And | _Not | _Times
"""Parts are numbers of other expressions; `kind` tells those of the same numbers apart."""


class Expressions:
    """Expressions by number, each once, and what is left of them after a character."""

    def __init__(self) -> None:
        self._made: list[_Expression] = [_Or(()), _Empty()]
        self._numbers: dict[_Expression, int] = {_Or(()): NOTHING, _Empty(): EMPTY}
        self._left: dict[tuple[int, str], int] = {}
        self._nullable: dict[int, bool] = {}
        self._empty: dict[int, bool] = {}

    def __len__(self) -> int:
        return len(self._made)

    def read(self, source: str) -> int:
        """An expression in the mask engine's dialect."""
        return self._of(parse_regex(_CODE.sub(_code_point, source), _LARGEST))

    def then(self, items: Iterable[int]) -> int:
        """One after the other."""
        found = EMPTY
        for item in reversed([*items]):
            found = self._pair(item, found)
        return found

    def either(self, options: Iterable[int]) -> int:
        """Any one of several."""
        flat: set[int] = set()
        for option in options:
            made = self._made[option]
            flat.update(made.options if isinstance(made, _Or) else (option,))
        return next(iter(flat)) if len(flat) == 1 else self._number(_Or(tuple(sorted(flat))))

    def both(self, one: int, other: int) -> int:
        """What both match."""
        if NOTHING in (one, other):
            return NOTHING
        return one if one == other else self._number(_And(one, other))

    def no(self, inner: int) -> int:
        """What an expression does not match."""
        return self._number(_Not(inner))

    def is_nullable(self, number: int) -> bool:
        """Whether the empty text matches."""
        found = self._nullable.get(number)
        if found is None:
            found = self._nullable[number] = self._takes_nothing(self._made[number])
        return found

    def after(self, number: int, character: str) -> int:
        """What is left to match after a character."""
        found = self._left.get((number, character))
        if found is None:
            found = self._after(self._made[number], character)
            found = self._left[number, character] = NOTHING if self._is_empty(found) else found
        return found

    def _number(self, made: _Expression) -> int:
        found = self._numbers.get(made)
        if found is None:
            found = self._numbers[made] = len(self._made)
            self._made.append(made)
        return found

    def _pair(self, one: int, other: int) -> int:
        if NOTHING in (one, other):
            return NOTHING
        if EMPTY in (one, other):
            return other if one == EMPTY else one
        return self._number(_Then(one, other))

    def _of(self, node: Node) -> int:
        match node:
            case Chars(source):
                return self._number(_Set(_as_engine(source)))
            case Seq(items):
                return self.then(map(self._of, items))
            case Alt(options):
                return self.either(map(self._of, options))
            case Repeat(item, low, high):
                return self._repeat(self._of(item), low, high)

    def _repeat(self, item: int, low: int, high: int | None) -> int:
        if high == 0 or item == EMPTY:
            return EMPTY
        if item == NOTHING:
            return NOTHING if low else EMPTY
        return item if low == high == 1 else self._number(_Times(item, low, high))

    def _takes_nothing(self, made: _Expression) -> bool:
        """Whether the empty text matches."""
        match made:
            case _Empty():
                return True
            case _Set():
                return False
            case _Or(options):
                return any(map(self.is_nullable, options))
            case _Then(one, other) | _And(one, other):
                return self.is_nullable(one) and self.is_nullable(other)
            case _Not(inner):
                return not self.is_nullable(inner)
            case _Times(item, low):
                return low == 0 or self.is_nullable(item)

    def _after(self, made: _Expression, character: str) -> int:
        match made:
            case _Empty():
                return NOTHING
            case _Set(source):
                return EMPTY if in_set(source).match(character) else NOTHING
            case _Or(options):
                return self.either(self.after(one, character) for one in options)
            case _Then(one, other):
                found = self._pair(self.after(one, character), other)
                return self.either((found, self.after(other, character))) if self.is_nullable(one) else found
            case _And(one, other):
                return self.both(self.after(one, character), self.after(other, character))
            case _Not(inner):
                return self.no(self.after(inner, character))
            case _Times(item, low, high):
                fewer = None if high is None else high - 1
                return self._pair(self.after(item, character), self._repeat(item, max(0, low - 1), fewer))

    def _is_empty(self, number: int) -> bool:
        """Whether no text matches; it has to be looked for only where two have to."""
        if not isinstance(self._made[number], _And):
            return number == NOTHING
        found = self._empty.get(number)
        if found is None:
            found = self._empty[number] = not self._is_matched(number)
        return found

    def _is_matched(self, number: int) -> bool:
        seen, pending = {number}, [number]
        while pending and len(seen) < _MOST_LOOKED_AT:
            one = pending.pop()
            if self.is_nullable(one):
                return True
            for character in self._characters(one):
                after = self._after(self._made[one], character)
                if after not in seen and after != NOTHING:
                    seen.add(after)
                    pending.append(after)
        return bool(pending)

    def _characters(self, number: int) -> set[str]:
        """Some of each set that an expression has, so that each kind of character is likely among them."""
        return set[str]().union(*map(_some, self.sets((number,))))

    def sets(self, numbers: Iterable[int]) -> set[str]:
        """The sets of characters that some expressions have."""
        found: set[str] = set()
        seen = set(numbers)
        pending = [*seen]
        while pending:
            made = self._made[pending.pop()]
            if isinstance(made, _Set):
                found.add(made.source)
            new = _parts(made) - seen
            seen |= new
            pending.extend(new)
        return found


def _parts(made: _Expression) -> set[int]:
    match made:
        case _Or(options):
            return {*options}
        case _Then(one, other) | _And(one, other):
            return {one, other}
        case _Not(inner) | _Times(inner):
            return {inner}
        case _:
            return set()


def _code_point(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else f"\\U{int(found[1], 16):08x}"


@lru_cache(maxsize=1_024)
def _as_engine(source: str) -> str:
    """A set with what llguidance means by it."""
    if source == r"\s":
        return f"[{_BLANKS}]"
    return re.sub(r"\\.", lambda found: _BLANKS if found[0] == r"\s" else found[0], source)


@lru_cache(maxsize=1_024)
def _some(source: str) -> frozenset[str]:
    places = {place for low, high in ranges_of(source)[:4] for place in (low, min(low + 1, high), high)}
    return frozenset(map(chr, places))


class LexemeState:
    """After the beginning of a lexeme: what is left of each terminal that it may still become.

    `accepting` are those terminals that it is already, if it ends here.
    """

    __slots__ = ("_left", "_lexer", "_next", "accepting")

    def __init__(self, lexer: Lexer, left: tuple[tuple[str, int], ...]) -> None:
        self._lexer = lexer
        self._left = left
        self._next: dict[str, LexemeState | None] = {}
        self.accepting = frozenset(name for name, one in left if lexer.expressions.is_nullable(one))

    def step(self, character: str) -> LexemeState | None:
        """After one more character; None where it is no beginning of any terminal then."""
        try:
            return self._next[character]
        except KeyError:
            after = ((name, self._lexer.expressions.after(one, character)) for name, one in self._left)
            left = tuple(one for one in after if one[1] != NOTHING)
            found = self._next[character] = self._lexer.state(left) if left else None
            return found


class Lexer:
    """The terminals of one grammar.

    Args:
        expressions: in which they are numbers.
        terminals: by name.

    """

    def __init__(self, expressions: Expressions, terminals: dict[str, int]) -> None:
        self.expressions = expressions
        self._terminals = terminals
        self._states: dict[tuple[tuple[str, int], ...], LexemeState] = {}
        self._begun: dict[tuple[int, int], frozenset[str]] = {}

    def within(self, low: int, high: int) -> frozenset[str]:
        """Of each set of characters in the terminals one, if it has any whose code point is in a range."""
        found = self._begun.get((low, high))
        if found is None:
            sets = self.expressions.sets(self._terminals.values())
            within = ([chr(max(a, low)) for a, b in ranges_of(one) if a <= high and b >= low] for one in sets)
            found = self._begun[low, high] = frozenset(some[0] for some in within if some)
        return found

    def start(self, names: Iterable[str]) -> LexemeState:
        """Before a lexeme that may be any of some terminals."""
        return self.state(tuple((name, self._terminals[name]) for name in sorted(names)))

    def state(self, left: tuple[tuple[str, int], ...]) -> LexemeState:
        """The state with so much left of each terminal."""
        found = self._states.get(left)
        if found is None:
            found = self._states[left] = LexemeState(self, left)
        return found
