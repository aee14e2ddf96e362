"""The bodies of a rule written shorter: those that differ in one place only become one, with a choice there.

Lark writes out every optional part of a rule, so that a rule with three of them has eight bodies. The mask
engine takes its time for each symbol of each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.constraint.hole import Body, Symbol

_LEAST_GAIN = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One of some symbols, or nothing too if `optional`."""

    options: tuple[Symbol, ...]
    optional: bool = False


Parts = tuple[Part, ...]


@lru_cache(maxsize=2048)
def factored(bodies: tuple[Body, ...]) -> tuple[Parts, ...]:
    """Bodies that derive what some bodies derive, with fewer symbols."""
    found = [tuple(Part((symbol,)) for symbol in body) for body in bodies]
    if len(found) > 1:
        found = _with_choices(_with_options(found))
    return tuple(found)


def _with_options(bodies: Sequence[Parts]) -> list[Parts]:
    """Each two of which one lacks a symbol of the other become one."""
    found = dict.fromkeys(bodies)
    changed = True
    while changed:
        changed = False
        for body in sorted(found, key=len, reverse=True):
            for place, part in enumerate(body):
                shorter = (*body[:place], *body[place + 1 :])
                if not part.optional and shorter in found and body in found:
                    del found[shorter], found[body]
                    found[(*body[:place], Part(part.options, optional=True), *body[place + 1 :])] = None
                    changed = True
                    break
    return list(found)


def _with_choices(bodies: Sequence[Parts]) -> list[Parts]:
    """Those that differ in one place only become one, where that is shorter."""
    found = list(bodies)
    while True:
        alike: dict[tuple[Parts, bool, Parts], list[Parts]] = {}
        for body in found:
            for place, part in enumerate(body):
                alike.setdefault((body[:place], part.optional, body[place + 1 :]), []).append(body)
        gains = {key: (len(some) - 1) * (len(key[0]) + len(key[2])) for key, some in alike.items()}
        best = max(gains, key=lambda key: gains[key], default=None)
        if best is None or gains[best] < _LEAST_GAIN:
            return found
        before, optional, after = best
        options = (option for body in alike[best] for option in body[len(before)].options)
        merged = (*before, Part(tuple(dict.fromkeys(options)), optional), *after)
        found = [merged if body == alike[best][0] else body for body in found if body not in alike[best][1:]]
