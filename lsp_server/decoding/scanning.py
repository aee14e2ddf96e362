"""Lexemes read character by character: which of some terminals a text may still become, and which it is.

For where no mask engine is. Expressions are taken apart by derivatives (Brzozowski, Derivatives of Regular
Expressions, 1964), with `and` and `not`, which the terminals of hole grammars have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

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


class Expressions:
    """Expressions by number, each once, and what is left of them after a character."""

    def __init__(self) -> None:
        self._made: list[tuple[object, ...]] = [("or",), ("then",)]
        self._numbers: dict[tuple[object, ...], int] = {("or",): NOTHING, ("then",): EMPTY}
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
            flat.update(made[1:] if made[0] == "or" else (option,))  # type: ignore[arg-type]
        return next(iter(flat)) if len(flat) == 1 else self._number(("or", *sorted(flat)))

    def both(self, one: int, other: int) -> int:
        """What both match."""
        if NOTHING in (one, other):
            return NOTHING
        return one if one == other else self._number(("and", one, other))

    def no(self, inner: int) -> int:
        """What an expression does not match."""
        return self._number(("not", inner))

    def is_nullable(self, number: int) -> bool:
        """Whether the empty text matches."""
        found = self._nullable.get(number)
        if found is None:
            found = self._nullable[number] = self._matches_nothing(self._made[number])
        return found

    def after(self, number: int, character: str) -> int:
        """What is left to match after a character."""
        found = self._left.get((number, character))
        if found is None:
            found = self._after(self._made[number], character)
            found = self._left[number, character] = NOTHING if self._is_empty(found) else found
        return found

    def _number(self, made: tuple[object, ...]) -> int:
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
        return self._number(("then", one, other))

    def _of(self, node: Node) -> int:
        match node:
            case Chars(source):
                return self._number(("set", _as_engine(source)))
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
        return item if low == high == 1 else self._number(("times", item, low, high))

    def _matches_nothing(self, made: tuple[object, ...]) -> bool:
        kind, *parts = made
        if kind == "times":
            return parts[1] == 0 or self.is_nullable(parts[0])  # type: ignore[arg-type]
        if kind == "set":
            return False
        inner = [self.is_nullable(part) for part in parts]  # type: ignore[arg-type]
        return any(inner) if kind == "or" else not inner[0] if kind == "not" else all(inner)

    def _after(self, made: tuple[object, ...], character: str) -> int:
        match made:
            case ("set", str(source)):
                return EMPTY if in_set(source).match(character) else NOTHING
            case ("or", *options):
                return self.either(self.after(one, character) for one in options)  # type: ignore[arg-type]
            case ("then", int(one), int(other)):
                found = self._pair(self.after(one, character), other)
                return self.either((found, self.after(other, character))) if self.is_nullable(one) else found
            case ("and", int(one), int(other)):
                return self.both(self.after(one, character), self.after(other, character))
            case ("not", int(one)):
                return self.no(self.after(one, character))
            case ("times", int(item), int(low), high):
                fewer = None if high is None else high - 1  # type: ignore[operator]
                return self._pair(self.after(item, character), self._repeat(item, max(0, low - 1), fewer))
        return NOTHING

    def _is_empty(self, number: int) -> bool:
        """Whether no text matches; it has to be looked for only where two have to."""
        if self._made[number][0] != "and":
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
            kind, *parts = self._made[pending.pop()]
            if kind == "set":
                found.add(str(parts[0]))
                continue
            inner = parts[:1] if kind == "times" else parts
            new = {part for part in inner if isinstance(part, int)} - seen
            seen |= new
            pending.extend(new)
        return found


def _code_point(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else f"\\U{int(found[1], 16):08x}"


@lru_cache(maxsize=1_024)
def _as_engine(source: str) -> str:
    """A set with what llguidance means by it."""
    if source == r"\s":
        return f"[{_BLANKS}]"
    return re.sub(r"\\.", lambda found: _BLANKS if found[0] == r"\s" else found[0], source)


def _first_in(source: str, low: int, high: int) -> Iterator[str]:
    """The first character of a set in a range, if there is one."""
    for start, end in ranges_of(source):
        if start <= high and end >= low:
            yield chr(max(start, low))
            return


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
            every = (one for source in sets for one in _first_in(source, low, high))
            found = self._begun[low, high] = frozenset(every)
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
