"""Least fixed points over the rules of a grammar, each in one pass: a hostile one makes none of them slow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Symbol = TypeVar("Symbol", bound=Hashable)

NULLABLE = 1
"""The bit that says that there may be nothing; no terminal has it."""


def least(
    bodies: Mapping[Symbol, Iterable[Sequence[Symbol]]], given: Callable[[Symbol], bool]
) -> frozenset[Symbol]:
    """The fewest nonterminals of which each has a body in which all symbols are among them, or are given."""
    users: dict[Symbol, list[int]] = {}
    origins: list[Symbol] = []
    missing: list[int] = []
    pending: list[Symbol] = []
    for origin, found in bodies.items():
        for body in found:
            wanted = [symbol for symbol in body if not given(symbol)]
            for symbol in wanted:
                users.setdefault(symbol, []).append(len(origins))
            if not wanted:
                pending.append(origin)
            origins.append(origin)
            missing.append(len(wanted))
    known: set[Symbol] = set()
    while pending:
        origin = pending.pop()
        if origin not in known:
            known.add(origin)
            for body_number in users.get(origin, ()):
                missing[body_number] -= 1
                if not missing[body_number]:
                    pending.append(origins[body_number])
    return frozenset(known)


def reached(starts: Iterable[Symbol], onward: Callable[[Symbol], Iterable[Symbol]]) -> set[Symbol]:
    """All that some lead to in any number of steps, with themselves."""
    found = set(starts)
    pending = list(found)
    while pending:
        new = set(onward(pending.pop())) - found
        found |= new
        pending.extend(new)
    return found


def gather(own: Mapping[str, int], related: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """By name, its own bits with those of all names that it is related to, however far; others have none."""
    numbers = {name: number for number, name in enumerate(own)}
    sets = list(own.values())
    spread(sets, [[numbers[other] for other in related.get(n, ()) if other in numbers] for n in own])
    return dict(zip(own, sets, strict=True))


def spread(sets: list[int], relation: Sequence[Sequence[int]]) -> None:
    """Let each set hold all those that it is related to, however far: what is related in a circle is alike.

    In one pass over the strongly connected components (Tarjan, 1972), without recursion.
    """
    unseen, done = -1, len(sets)
    low = [unseen] * len(sets)
    path: list[int] = []
    """Those seen whose component is not known."""
    for root in range(len(sets)):
        if low[root] != unseen:
            continue
        visits: list[tuple[int, int, Iterator[int]]] = []
        following = root
        while True:
            if following != unseen:
                number, following = following, unseen
                low[number] = place = len(path)
                path.append(number)
                visits.append((number, place, iter(relation[number])))
            number, place, others = visits[-1]
            for other in others:
                if low[other] == unseen:
                    following = other
                    break
                sets[number] |= sets[other]
                low[number] = min(low[number], low[other])
            if following != unseen:
                continue
            visits.pop()
            if low[number] == place:
                for member in path[place:]:
                    sets[member] = sets[number]
                    low[member] = done
                del path[place:]
            if not visits:
                break
            above = visits[-1][0]
            sets[above] |= sets[number]
            low[above] = min(low[above], low[number])


def firsts(bodies: Mapping[str, Iterable[Sequence[str]]], bits: Mapping[str, int]) -> dict[str, int]:
    """By nonterminal, the bits of the terminals that it may begin with, `NULLABLE` if it may be empty."""
    nullable = least(bodies, lambda symbol: False)
    own = dict.fromkeys(bodies, 0)
    related: dict[str, dict[str, None]] = {name: {} for name in bodies}
    for name, found in bodies.items():
        for body in found:
            for symbol in body:
                if symbol in own:
                    related[name][symbol] = None
                else:
                    own[name] |= bits[symbol]
                if symbol not in nullable:
                    break
    masks = gather(own, related)
    return {name: mask | NULLABLE if name in nullable else mask for name, mask in masks.items()}
