"""What the predicates of a query ask of a match: conditions on the texts of its captures, and settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Never

from lsp_server.syntax.scm import Captured, Predicate

Texts = Mapping[str, Sequence[bytes]]
"""The texts of the nodes of each capture in a match."""

Condition = Callable[[Texts], bool]

_KNOWN = ("eq?", "match?", "any-of?")


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
        ValueError: one is not known, or has other arguments than it takes; the message has the row.

    """
    conditions = []
    captures: set[str] = set()
    settings: dict[str, str | None] = {}
    for predicate in predicates:
        if predicate.name == "set!":
            words = _words(predicate, predicate.arguments)
            if not 1 <= len(words) <= 2:
                _fail(predicate, f"#set! expects 1-2 arguments, got {len(words)}")
            settings[words[0]] = words[1] if len(words) > 1 else None
        else:
            captures.update(each.name for each in predicate.arguments if isinstance(each, Captured))
            conditions.append(_condition(predicate))
    return Demands(frozenset(captures), tuple(conditions), settings)


def _condition(predicate: Predicate) -> Condition:
    """A condition that holds where it holds for each node of its capture, and where there is none."""
    name = predicate.name.removeprefix("not-")
    if name not in _KNOWN:
        known = ", ".join(f"#{each}, #not-{each}" for each in _KNOWN)
        _fail(predicate, f"#{predicate.name} is not known; known are #set!, {known}")
    wanted, count = name == predicate.name, len(predicate.arguments)
    if count < 2 or (count > 2 and name != "any-of?"):
        least = "at least 2" if name == "any-of?" else "2"
        _fail(predicate, f"#{predicate.name} expects {least} arguments, got {count}")
    first, second = predicate.arguments[:2]
    if not isinstance(first, Captured):
        _fail(predicate, f'first argument to #{predicate.name} must be a capture name, got "{first}"')
    if name == "eq?" and isinstance(second, Captured):
        return lambda texts: all(
            (one == other) is wanted
            for one, other in zip(texts.get(first.name, ()), texts.get(second.name, ()), strict=False)
        )
    words = _words(predicate, predicate.arguments[1:])
    if name == "match?":
        regex = _regex(predicate, words[0])
        return lambda texts: all(
            (regex.search(text.decode(errors="replace")) is not None) is wanted
            for text in texts.get(first.name, ())
        )
    values = frozenset(word.encode() for word in words)
    return lambda texts: all((text in values) is wanted for text in texts.get(first.name, ()))


def _words(predicate: Predicate, arguments: Sequence[str | Captured]) -> list[str]:
    words = []
    for argument in arguments:
        if isinstance(argument, Captured):
            _fail(predicate, f"#{predicate.name} takes a string, got @{argument.name}")
        words.append(argument)
    return words


def _regex(predicate: Predicate, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error:
        _fail(predicate, f"'{pattern}' is no regular expression")


def _fail(predicate: Predicate, reason: str) -> Never:
    raise ValueError(f"Invalid predicate in pattern at row {predicate.row}: {reason}")
