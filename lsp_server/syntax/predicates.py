"""What the predicates of a query ask of a match: conditions on the texts of its captures, and settings.

They are those of py-tree-sitter, and as it applies them: a predicate that it does not know holds always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ne
from typing import Never

from lsp_server.syntax.scm import Captured, Predicate

Texts = Mapping[str, Sequence[bytes]]
"""The texts of the nodes of each capture in a match."""

Condition = Callable[[Texts], bool]

_COMPARING = {"eq?", "not-eq?", "any-eq?", "any-not-eq?"}
_MATCHING = {"match?", "not-match?", "any-match?", "any-not-match?"}
_LISTING = {"any-of?", "not-any-of?"}
_TELLING = {"set!", "is?", "is-not?"}


@dataclass(frozen=True, slots=True)
class Demands:
    """What the predicates of a pattern come to: captures to look at, conditions, and what `#set!` says."""

    captures: frozenset[str]
    conditions: tuple[Condition, ...]
    settings: Mapping[str, str | None]

    def hold(self, texts: Texts) -> bool:
        """Whether a match satisfies them all."""
        return all(condition(texts) for condition in self.conditions)


def demands_of(predicates: Sequence[Predicate]) -> Demands:
    """What the predicates of a pattern ask.

    Raises:
        ValueError: one has other arguments than it takes; the message has the row of the pattern.

    """
    conditions = []
    captures: set[str] = set()
    settings: dict[str, str | None] = {}
    for predicate in predicates:
        _check(predicate)
        if predicate.name == "set!":
            settings[_word(predicate, 0)] = _word(predicate, 1) if len(predicate.arguments) > 1 else None
        elif predicate.name in _COMPARING | _MATCHING | _LISTING:
            captures.update(a.name for a in predicate.arguments if isinstance(a, Captured))
            conditions.append(_condition(predicate))
    return Demands(frozenset(captures), tuple(conditions), settings)


def _check(predicate: Predicate) -> None:
    name, arguments = predicate.name, predicate.arguments
    count = len(arguments)
    if name in _COMPARING | _MATCHING and count != 2:
        _fail(predicate, f"#{name} expects 2 arguments, got {count}")
    if name in _LISTING and count < 2:
        _fail(predicate, f"#{name} expects at least 2 arguments, got {count}")
    if name in _TELLING and not 1 <= count <= 2:
        _fail(predicate, f"#{name} expects 1-2 arguments, got {count}")
    if name in _COMPARING | _MATCHING | _LISTING and isinstance(arguments[0], str):
        _fail(predicate, f'first argument to #{name} must be a capture name, got "{arguments[0]}"')
    if name in _MATCHING | _LISTING | _TELLING:
        for place, argument in enumerate(arguments):
            if isinstance(argument, Captured) and (place or name in _TELLING):
                which = "arguments" if name in _LISTING else f"{('first', 'second')[place]} argument"
                what = "string literals" if name in _LISTING else "a string literal"
                _fail(predicate, f"{which} to #{name} must be {what}, got @{argument.name}")


def _condition(predicate: Predicate) -> Condition:
    name = predicate.name
    first, second = predicate.arguments[0], predicate.arguments[1]
    assert isinstance(first, Captured)
    over = any if name.startswith("any-") else all
    compare = ne if "not-" in name else eq
    if name in _LISTING:
        return _listed(
            first.name, [_word(predicate, n).encode() for n in range(1, len(predicate.arguments))], compare
        )
    if name in _MATCHING:
        return _matching(first.name, _regex(predicate), over, compare is eq)
    if isinstance(second, Captured):
        return _same(first.name, second.name, over, compare)
    return _equal(first.name, second.encode(), over, compare)


_Over = Callable[[Sequence[bool]], bool]
_Compare = Callable[[object, object], bool]


def _equal(name: str, value: bytes, over: _Over, compare: _Compare) -> Condition:
    def holds(texts: Texts) -> bool:
        found = texts.get(name)
        return not found or over([compare(text, value) for text in found])

    return holds


def _same(name: str, other: str, over: _Over, compare: _Compare) -> Condition:
    def holds(texts: Texts) -> bool:
        pairs = list(zip(texts.get(name, ()), texts.get(other, ()), strict=False))
        return not pairs or over([compare(left, right) for left, right in pairs])

    return holds


def _matching(name: str, regex: re.Pattern[str], over: _Over, wanted: bool) -> Condition:
    def holds(texts: Texts) -> bool:
        found = texts.get(name)
        return not found or over(
            [bool(regex.search(text.decode(errors="replace"))) is wanted for text in found]
        )

    return holds


def _listed(name: str, values: Sequence[bytes], compare: _Compare) -> Condition:
    """Where it is negative it asks for one value that the text is not, so two values exclude nothing."""

    def holds(texts: Texts) -> bool:
        return all(any(compare(text, value) for value in values) for text in texts.get(name, ()))

    return holds


def _word(predicate: Predicate, place: int) -> str:
    argument = predicate.arguments[place]
    assert isinstance(argument, str)
    return argument


def _regex(predicate: Predicate) -> re.Pattern[str]:
    try:
        return re.compile(_word(predicate, 1))
    except re.error:
        _fail(predicate, "regular expression error")


def _fail(predicate: Predicate, reason: str) -> Never:
    raise ValueError(f"Invalid predicate in pattern at row {predicate.row}: {reason}")
