"""Names in texts, and what scopes, regions and folders say of them: what each sees, what it is a member of.

Asks one name, or two, at a time. Must not know how a name finds its definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import join, normpath

from lsp_server.names.occurrences import NO_OWNER, MemberPath, Name, Names, Occurrence, Visibility
from lsp_server.text import Span, common

FOLDER = ""
"""Stands for a space in the path of a folder whose names are members of what leads to it."""


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """The names of one text of a workspace; `folder` tells which texts are in the same one."""

    uri: str
    folder: str
    names: Names


@dataclass(frozen=True, slots=True)
class Place:
    """A name in one of the texts."""

    unit: Unit
    name: Name

    @property
    def occurrence(self) -> Occurrence:
        """What is known of it."""
        return self.name.occurrence

    @property
    def span(self) -> Span:
        """Where it stands in its text."""
        return self.name.span

    @property
    def paths(self) -> frozenset[MemberPath]:
        """Its paths as it is written; several where it may live in several spaces."""
        return self.name.part.paths(self.name.index)

    @property
    def container(self) -> frozenset[MemberPath]:
        """The paths of what it is a member of, as it is written; the empty path where it is of nothing."""
        return self.name.part.container(self.name.index)

    def beside(self, index: int) -> Place:
        """Another name in the same part."""
        return Place(self.unit, self.name.beside(index))


def by_place(place: Place) -> tuple[str, Span]:
    """The order of names in texts."""
    return place.unit.uri, place.span


def type_of(definition: Place) -> Place | None:
    """The name of the type whose members a definition has."""
    inside = definition.occurrence.type
    index = None if inside is None else definition.name.part.last_in(inside)
    return None if index is None else definition.beside(index)


def included_in(definition: Place) -> Iterator[Place]:
    """The names of all whose members a definition has: that of its type, and of what it includes."""
    here, part = definition.occurrence, definition.name.part
    spans = (*here.includes, *([] if here.type is None else [here.type]))
    return (definition.beside(index) for span in spans if (index := part.last_in(span)) is not None)


def may_be(place: Place, other: Place, owners: frozenset[MemberPath] | None) -> bool:
    """Whether a name may be written as another one of its text, of the same space, and then stands for that.

    Args:
        place: the name.
        other: the other one.
        owners: what the name may be a member of, None for anything.

    """
    here, there = place.occurrence, other.occurrence
    if there.hidden:
        return False
    if here.undeclared:
        return there.spaces == here.spaces and _own_scope(other) == _own_scope(place)
    if not there.defines or qualified_apart(place, other):
        return False
    if here.defines:
        return True
    if not there.public and not _is_around(place, other):
        return False
    return owners is None or belongs_to(place, other, owners)


def _is_around(place: Place, other: Place) -> bool:
    """Whether a name is in the scope in which a definition is known."""
    same = place.unit is other.unit and place.name.start == other.name.start
    return same and level_of(other, chain_of(place)) is not None


def shared_length(one: str, other: str) -> int:
    """How many folders two folders are in, of those above both."""
    return common(one.split("/"), other.split("/"))


def seen_from(place: Place, unit: Unit) -> Iterator[Visibility]:
    """How far a definition in another text must be known, so that a name may be written as that is."""
    if place.occurrence.defines:
        yield from Visibility
        return
    yield Visibility.WORKSPACE
    if unit.folder == place.unit.folder:
        yield Visibility.FOLDER


def scoped_names(place: Place, name: str) -> Iterator[Place]:
    """The definitions of a name that are known in a scope of the same part."""
    part = place.name.part
    for index in part.by_name.get(name, ()):
        other = part.occurrences[index]
        if other.defines and other.visible is Visibility.SCOPE:
            yield place.beside(index)


def stand_beside(one: Place, other: Place) -> bool:
    """Whether two definitions, but for their names, would be of the same."""
    here, there = one.occurrence, other.occurrence
    return (
        here.spaces == there.spaces
        and here.visible is there.visible
        and one.container == other.container
        and not qualified_apart(one, other)
        and (here.visible is not Visibility.SCOPE or here.scope == there.scope)
    )


def places_of(unit: Unit, name: str) -> Iterator[Place]:
    """Where a name stands in a text."""
    return (Place(unit, found) for found in unit.names.named(name))


def undeclared(place: Place) -> Iterator[Place]:
    """What defines a name that needs no declaration: a definition in its scope, or its first occurrence."""
    own = _own_scope(place)
    alike = [
        other
        for other in places_of(place.unit, place.occurrence.name)
        if other.occurrence.spaces == place.occurrence.spaces and _own_scope(other) == own
    ]
    if defining := [other for other in alike if other.occurrence.defines]:
        yield from defining
    else:
        yield min(alike, key=lambda other: (other.occurrence.mentioned, other.span))


def _own_scope(place: Place) -> tuple[int, int]:
    """The scope that a name belongs to, beyond those that export it: where its part begins, and its index."""
    scopes, index = place.name.part.scopes, place.occurrence.scope
    while index >= 0 and place.occurrence.name in scopes[index].exports:
        index = scopes[index].parent
    return (place.name.start, index) if index >= 0 else (-1, -1)


def chain_of(place: Place) -> list[int]:
    """The scopes around a name, the innermost first."""
    scopes, index = place.name.part.scopes, place.occurrence.scope
    chain = []
    while index >= 0:
        chain.append(index)
        index = scopes[index].parent
    return chain


def level_of(definition: Place, chain: Sequence[int]) -> int | None:
    """How many of some scopes of its part, from the inside out, a definition is in; None if in none."""
    scope = definition.occurrence.scope
    return chain.index(scope) if scope in chain else None


def belongs_to(place: Place, other: Place, paths: frozenset[MemberPath]) -> bool:
    """Whether a definition is a member of one of some owners, or of none and known around a place."""
    container = other.container
    if folder_path(other.unit.folder) in paths:
        return other.occurrence.visible is Visibility.FOLDER and container == NO_OWNER
    if container != NO_OWNER:
        return reaches(other, place.unit) and not container.isdisjoint(paths)
    return _is_around(place, other)


def folder_path(folder: str) -> MemberPath:
    """The path of what a folder has."""
    return ((FOLDER, folder),)


def folder_led_to(unit: Unit, folder: str) -> str:
    """The folder that a text names, from its own."""
    return normpath(join(unit.folder, folder))


def reaches(target: Place, unit: Unit) -> bool:
    """Whether a definition is known in a text."""
    return reaches_as(target.occurrence.visible, target.unit, unit)


def reaches_as(visible: Visibility, one: Unit, unit: Unit) -> bool:
    """Whether what is so visible in one text is known in another."""
    match visible:
        case Visibility.WORKSPACE:
            return True
        case Visibility.FOLDER:
            return one.folder == unit.folder
        case _:
            return one is unit


def qualified_apart(one: Place, other: Place) -> bool:
    """Whether what is written before two names tells them apart."""
    first, second = one.occurrence.qualifier, other.occurrence.qualifier
    return first is not None and second is not None and first != second


def path_of(place: Place) -> tuple[str, ...]:
    """The names of what a definition is a member of, from the outside in, and its own."""
    return tuple(name for _, name in min(place.paths))
