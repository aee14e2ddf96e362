"""The names that may be meant at a cursor: of the kind that stands there, in scope or known in the workspace.

What kind of name that is, the word at the cursor tells, half-typed or put there for this. Whether a name fits
the grammar there is for others to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from lsp_server.names.catalogued import symbol_at
from lsp_server.names.occurrences import MemberPath, Name, Names
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place
from lsp_server.names.texts import Texts

MOST = 100
"""The most names that are worth a look."""


def known_names(
    resolver: Resolver, place: Place, begun: str = "", *, of_any: bool = False
) -> tuple[Place, ...]:
    """Where the names are defined that a name may be meant to become, the nearest first.

    What is being defined around it is none where the bundle says so (`local.outside`).

    Args:
        resolver: of all texts.
        place: the name as it stands, half-typed.
        begun: how it begins; a letter's case makes no difference.
        of_any: whether it may be a member of anything.

    """
    begun = begun.casefold()
    alike = (
        known
        for known in resolver.known_at(place, of_any=of_any)
        if known.occurrence.name.casefold().startswith(begun) and not _is_being_defined(known, place)
    )
    return tuple(islice(alike, MOST))


def is_unlike(resolver: Resolver, place: Place, other: Place) -> bool:
    """Whether a name has another type than is wanted at a place, where the bundle says that types count.

    So a variable of one type is unlike an argument of another. Where a type is not told, nothing is unlike.
    """
    part = place.name.part
    region = part.alike_region(place.name.index)
    index = None if region is None or region.owner is None else part.last_in(region.owner)
    if index is None:
        return False
    ours, theirs = resolver.types(place.beside(index)), resolver.types(other)
    return ours is not None and theirs is not None and ours.isdisjoint(theirs)


def _is_being_defined(known: Place, place: Place) -> bool:
    """Whether a place is in what is defined, where nothing may refer to it."""
    if not known.occurrence.outside or known.unit.uri != place.unit.uri:
        return False
    element = known.name.element
    return element.start <= place.span.start <= element.end


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name that may be meant: its definition, what is shown beside it, whether it should not be used."""

    place: Place
    detail: str
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, as names are compared, and where it stood in a text that may have changed since.

    One of a catalogue is told by its `path` instead: spaces and names of what it is a member of, and its own.
    """

    uri: str
    name: str
    offset: int
    path: MemberPath = ()


def mention_of(place: Place) -> Mention:
    """What finds a name again."""
    path = () if symbol_at(place) is None else min(place.paths)
    return Mention(place.unit.uri, place.occurrence.name, place.span.start, path)


def _mentioned(names: Names, mention: Mention) -> Iterable[Name]:
    if len(mention.path) < 2:
        return names.named(mention.name)
    *owners, (space, name) = mention.path
    return names.members(space, name, [tuple(owners)])


def found_again(texts: Texts, mention: Mention) -> Place | None:
    """A name in what its text has become: the definition nearest to where it stood, if there is any."""
    unit = texts.at(mention.uri)
    places = [] if unit is None else [Place(unit, name) for name in _mentioned(unit.names, mention)]
    return min(
        (place for place in places if not place.occurrence.hidden),
        key=lambda place: (not place.occurrence.defines, abs(place.span.start - mention.offset)),
        default=None,
    )
