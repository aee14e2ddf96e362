"""Python's regular expressions as programs: steps, forks whose first way is preferred, and looks around.

So `re` itself has it, and so is kept what a tree of sets and repetitions cannot say. Programs as in Cox,
Regular Expression Matching: the Virtual Machine Approach (2009).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as sre
from typing import Any

from lsp_server.lalr.expression import UnsupportedRegexError, chars_of

ASKS = frozenset((sre.AT, sre.ASSERT, sre.ASSERT_NOT, sre.MIN_REPEAT))
"""What a plain tree has no word for, and a program has."""

END = 0
"""The place in every program at which all is matched."""

_LONGEST = 4_000
_REFUSED = {
    sre.GROUPREF: "a back-reference",
    sre.GROUPREF_EXISTS: "a conditional group",
    sre.ATOMIC_GROUP: "an atomic group",
    sre.POSSESSIVE_REPEAT: "a possessive repetition",
    re.ASCII: "the flag for ASCII classes",
    sre.AT: "an anchor or word boundary",
    sre.ASSERT: "lookahead or lookbehind",
    sre.ASSERT_NOT: "negative lookahead or lookbehind",
    sre.MIN_REPEAT: "a lazy repetition, which takes as little as it can,",
}


@dataclass(frozen=True, slots=True)
class MatchStep:
    """One character out of a set, then on."""

    source: str
    after: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Any of several ways, the first preferred; `leave` is the one out of a loop.

    Who comes back to a loop without having matched anything leaves it.
    """

    ways: tuple[int, ...]
    leave: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """On, if what begins at `entry` matches here, or does not where `negative`.

    `behind`: it is to match so many characters before this place; 0 where it looks ahead.
    """

    entry: int
    behind: int
    negative: bool
    after: int


def loosened(parsed: Any) -> list[tuple[Any, Any]]:
    """What Python's parser read, as an expression that matches at least all that it matches somewhere.

    What a tree has no word for is left out, or may be anything that its parts may be: looks around; a group
    that is to come again; repetitions and groups that never give back; repetitions that take little.
    """
    groups: dict[int, list[tuple[Any, Any]]] = {}

    def all_of(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        return [one for operator, argument in items for one in one_of(operator, argument)]

    def one_of(operator: Any, argument: Any) -> Iterable[tuple[Any, Any]]:
        if operator in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            return
        if operator is sre.GROUPREF:
            yield from groups.get(argument, [])
        elif operator is sre.GROUPREF_EXISTS:
            _, first, second = argument
            yield sre.BRANCH, (None, [all_of(first), all_of(second or [])])
        elif operator is sre.BRANCH:
            yield sre.BRANCH, (None, [all_of(option) for option in argument[1]])
        elif operator is sre.ATOMIC_GROUP:
            yield from all_of(argument)
        elif operator is sre.SUBPATTERN:
            number, added, removed, inner = argument
            found = (sre.SUBPATTERN, (number, added, removed, all_of(inner)))
            if number is not None:
                groups[number] = [found]
            yield found
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = argument
            yield sre.MAX_REPEAT, (low, high, all_of(inner))
        else:
            yield operator, argument

    return all_of(parsed)


def refused(what: Any) -> UnsupportedRegexError:
    """The error about something that is not supported."""
    return UnsupportedRegexError(f"{_REFUSED.get(what, str(what))} is not supported")


class Program:
    """The program of an expression that Python's parser read; built from its end, so that all ways are known.

    Raises:
        UnsupportedRegexError: it is no regular expression in the strict sense, or too large.

    """

    def __init__(self, parsed: Any, flags: int, *, loops: int | None = None) -> None:
        """`loops`: repetitions that may be so many are written as if they may be any number."""
        self._loops = loops
        self.code: list[MatchStep | Fork | Look] = [Fork(())]
        self._behind = False
        self.entry = self._sequence(parsed, flags, END)
        self.back = max((one.behind for one in self.code if isinstance(one, Look)), default=0)

    def _add(self, instruction: MatchStep | Fork | Look) -> int:
        if len(self.code) > _LONGEST:
            raise UnsupportedRegexError(f"it is too large (more than {_LONGEST:,} places)")
        self.code.append(instruction)
        return len(self.code) - 1

    def _sequence(self, parsed: Iterable[tuple[Any, Any]], flags: int, after: int) -> int:
        for operator, argument in reversed(list(parsed)):
            after = self._one(operator, argument, flags, after)
        return after

    def _one(self, operator: Any, argument: Any, flags: int, after: int) -> int:
        chars = chars_of(operator, argument, flags)
        if chars is not None:
            return self._add(MatchStep(chars.source, after))
        if operator is sre.BRANCH:
            return self._add(Fork(tuple(self._sequence(option, flags, after) for option in argument[1])))
        if operator is sre.SUBPATTERN:
            _, added, removed, inner = argument
            if added & re.ASCII:
                raise refused(re.ASCII)
            return self._sequence(inner, (flags | added) & ~removed, after)
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            return self._repeat(argument, flags, after, lazy=operator is sre.MIN_REPEAT)
        if operator is sre.AT:
            return self._at(argument, flags, after)
        if operator in (sre.ASSERT, sre.ASSERT_NOT):
            return self._around(argument, flags, after, negative=operator is sre.ASSERT_NOT)
        if operator is sre.FAILURE:
            return self._add(Fork(()))
        raise refused(operator)

    def _repeat(self, argument: Any, flags: int, after: int, *, lazy: bool) -> int:
        low, high, inner = argument
        if self._loops is not None and high >= self._loops:
            low, high = min(low, 1), sre.MAXREPEAT

        def fork(on: int, leave: int | None = None) -> Fork:
            return Fork((after, on) if lazy else (on, after), leave)

        entry = after
        if high is sre.MAXREPEAT:
            entry = self._add(Fork(()))
            self.code[entry] = fork(self._sequence(inner, flags, entry), after)
        else:
            for _ in range(high - low):
                entry = self._add(fork(self._sequence(inner, flags, entry)))
        for _ in range(low):
            entry = self._sequence(inner, flags, entry)
        return entry

    def _at(self, place: Any, flags: int, after: int) -> int:
        def look(source: str, *, behind: int = 0, negative: bool = False, on: int = after) -> int:
            self._refuse_within_behind()
            return self._add(Look(self._add(MatchStep(source, END)), behind, negative, on))

        any_, word, no_end = r"[\s\S]", r"\w", r"[^\n]"
        lines = flags & re.MULTILINE
        if place in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            whole = place is sre.AT_BEGINNING_STRING or not lines
            return look(any_ if whole else no_end, behind=1, negative=True)
        if place is sre.AT_END_STRING:
            return look(any_, negative=True)
        if place is sre.AT_END:
            other = self._add(MatchStep(no_end, END))
            more = self._add(MatchStep(r"\n", self._add(MatchStep(any_, END))))
            last = self._add(Fork((other, more)))
            return look(no_end, negative=True) if lines else self._add(Look(last, 0, True, after))
        inside = place is sre.AT_NON_BOUNDARY
        ways = [
            look(word, behind=1, negative=not before, on=look(word, negative=before is not inside))
            for before in (True, False)
        ]
        return self._add(Fork(tuple(ways)))

    def _around(self, argument: Any, flags: int, after: int, *, negative: bool) -> int:
        direction, inner = argument
        self._refuse_within_behind()
        if direction > 0:
            return self._add(Look(self._sequence(inner, flags, END), 0, negative, after))
        low, high = inner.getwidth()
        if not low:
            raise UnsupportedRegexError("lookbehind for the empty text is not supported")
        self._behind = True
        entry = self._sequence(inner, flags, END)
        self._behind = False
        return self._add(Look(entry, high, negative, after))

    def _refuse_within_behind(self) -> None:
        if self._behind:
            raise UnsupportedRegexError("lookaround within lookbehind is not supported")
