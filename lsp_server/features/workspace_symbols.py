"""The definitions of a workspace whose names have the letters of a query in their order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.names.standing import Place, Unit, path_of

MOST = 256
"""The most symbols of one answer."""


@dataclass(frozen=True, slots=True)
class WorkspaceSymbol:
    """A definition, and the names of what it is a member of."""

    place: Place
    container: str


def workspace_symbols(units: Iterable[Unit], query: str) -> tuple[WorkspaceSymbol, ...]:
    """The definitions that fit a query best, the best first; what only its own scope knows is left out."""
    wanted = query.lower()
    fitting = (
        (worth, place)
        for unit in units
        for place in (Place(unit, name) for name in unit.names)
        if place.occurrence.public
        and not place.occurrence.hidden
        and (worth := likeness(wanted, place.occurrence.name)) is not None
    )
    best = heapq.nsmallest(MOST, fitting, key=lambda found: (*found[0], found[1].unit.uri, found[1].span))
    return tuple(WorkspaceSymbol(place, ".".join(path_of(place)[:-1])) for _, place in best)


def likeness(wanted: str, name: str) -> tuple[int, int] | None:
    """How far a name is from a query in lower case, less being better; None where letters are missing."""
    lower = name.lower()
    at = lower.find(wanted)
    if at >= 0:
        return (0 if not at else 1 if not lower[at - 1].isalnum() or name[at].isupper() else 2), len(name)
    position = 0
    for letter in wanted:
        position = lower.find(letter, position) + 1
        if not position:
            return None
    return 3, len(name)
