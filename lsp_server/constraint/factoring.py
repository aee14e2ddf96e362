"""The bodies of a rule written shorter: those that differ in one place only become one, with a choice there.

Lark writes out every optional part of a rule, so that a rule with three of them has eight bodies. The mask
engine takes its time for each symbol of each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.constraint.hole import Body, Symbol

_LEAST_GAIN = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One of some symbols, or nothing too if `optional`."""

    options: tuple[Symbol, ...]
    optional: bool = False


Parts = tuple[Part, ...]
_Numbers = tuple[int, ...]


def factored(bodies: Sequence[Body]) -> tuple[Parts, ...]:
    """Bodies that derive what some bodies derive, with fewer symbols."""
    if len(bodies) < 2:
        return tuple(tuple(Part((symbol,)) for symbol in body) for body in bodies)
    numbers: dict[Symbol, int] = {}
    for body in bodies:
        for symbol in body:
            numbers.setdefault(symbol, len(numbers))
    pool = _Pool([Part((symbol,)) for symbol in numbers])
    found = pool.with_options([tuple([numbers[symbol] for symbol in body]) for body in bodies])
    return tuple(tuple([pool.parts[number] for number in body]) for body in pool.with_choices(found))


class _Pool:
    """Parts by number, so that bodies are compared as numbers."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self._numbers: dict[Part, int] = {}

    def _number(self, part: Part) -> int:
        found = self._numbers.get(part)
        if found is None:
            found = self._numbers[part] = len(self.parts)
            self.parts.append(part)
        return found

    def with_options(self, bodies: Sequence[_Numbers]) -> list[_Numbers]:
        """Each two of which one lacks a symbol of the other become one."""
        found = dict.fromkeys(bodies)
        changed = True
        while changed:
            changed = False
            for body in sorted(found, key=len, reverse=True):
                for place, number in enumerate(body):
                    shorter = (*body[:place], *body[place + 1 :])
                    if shorter in found and body in found and not self.parts[number].optional:
                        optional = self._number(Part(self.parts[number].options, optional=True))
                        del found[shorter], found[body]
                        found[(*body[:place], optional, *body[place + 1 :])] = None
                        changed = True
                        break
        return list(found)

    def with_choices(self, bodies: list[_Numbers]) -> list[_Numbers]:
        """Those that differ in one place only become one, where that is shorter."""
        found = bodies
        while len(found) > 1:
            alike: dict[tuple[_Numbers, bool, _Numbers], list[_Numbers]] = {}
            for body in found:
                for place, number in enumerate(body):
                    key = body[:place], self.parts[number].optional, body[place + 1 :]
                    alike.setdefault(key, []).append(body)
            gains = {
                key: (len(some) - 1) * (len(key[0]) + len(key[2])) for key, some in alike.items() if some[1:]
            }
            best = max(gains, key=lambda key: gains[key], default=None)
            if best is None or gains[best] < _LEAST_GAIN:
                break
            before, optional, after = best
            options = (option for body in alike[best] for option in self.parts[body[len(before)]].options)
            merged = (*before, self._number(Part(tuple(dict.fromkeys(options)), optional)), *after)
            others = set(alike[best][1:])
            found = [merged if body == alike[best][0] else body for body in found if body not in others]
        return found
