"""Reads texts by a TextMate grammar as editors do, as far as ours need it: line by line, with a stack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

Rule = dict[str, Any]


@dataclass(frozen=True)
class Open:
    """A rule that has begun: its names, what is in it and the expression that ends it."""

    names: tuple[str, ...]
    patterns: list[Rule]
    end: str | None


@dataclass
class Reader:
    """Reads one text; afterwards `scopes` has the names of each character."""

    grammar: Rule

    def read(self, text: str) -> list[tuple[str, ...]]:
        stack = [Open((), self.grammar["patterns"], None)]
        return [names for line in text.splitlines(keepends=True) for names in self._line(line, stack)]

    def _line(self, line: str, stack: list[Open]) -> list[tuple[str, ...]]:
        scopes: list[tuple[str, ...]] = []
        while len(scopes) < len(line):
            here, at = stack[-1], len(scopes)
            found, rule = self._next(here, line, at)
            if found is None:
                return scopes + [here.names] * (len(line) - at)
            scopes += [here.names] * (found.start() - at)
            if rule is None:
                stack.pop()
                scopes += [here.names] * len(found[0])
                continue
            names = (*here.names, *((rule["name"],) if "name" in rule else ()))
            scopes += [names] * len(found[0])
            if "begin" in rule:
                stack.append(Open(names, rule.get("patterns", []), _end_of(rule, found)))
        return scopes

    def _next(self, here: Open, line: str, at: int) -> tuple[re.Match[str] | None, Rule | None]:
        """What matches first, of several at the same place what stands first; what ends goes before all."""
        best: tuple[re.Match[str] | None, Rule | None] = (None, None)
        if here.end is not None:
            best = (_compiled(here.end).search(line, at), None)
        for rule in self._flat(here.patterns):
            found = _compiled(rule.get("match", rule.get("begin"))).search(line, at)
            if found is not None and (best[0] is None or found.start() < best[0].start()):
                best = (found, rule)
        return best

    def _flat(self, patterns: list[Rule]) -> list[Rule]:
        return [
            one
            for rule in patterns
            for one in (self._flat(self.grammar["patterns"]) if "include" in rule else [rule])
        ]


def _end_of(rule: Rule, begun: re.Match[str]) -> str:
    """What ends a rule, in which a number stands for a group of what began it."""
    return re.sub(r"\\(\d)", lambda number: re.escape(begun[int(number[1])] or ""), rule["end"])


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
