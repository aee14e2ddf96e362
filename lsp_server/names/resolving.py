"""Which definitions a name stands for, and which names stand for one, over all texts of a language.

A name is looked for in each of its spaces in turn: in the scopes around it, the innermost first, and then
among what is known in the file, the folder and the workspace. A member is told from others of its name by
its path: the names of what it is a member of, from the outside in. Must not know a language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from lsp_server.names.occurrences import NO_OWNER, MemberPath, Visibility, grouped
from lsp_server.names.owning import NOBODY, UNSURE, Brought, Owners, joined, renamed
from lsp_server.names.regions import MemberItem, Region
from lsp_server.names.standing import (
    FOLDER,
    Place,
    Unit,
    belongs_to,
    by_place,
    chain_of,
    folder_led_to,
    folder_path,
    included_in,
    level_of,
    may_be,
    places_of,
    qualified_apart,
    reaches,
    reaches_as,
    scoped_names,
    seen_from,
    shared_length,
    stand_beside,
    type_of,
    undeclared,
)
from lsp_server.names.texts import Texts

_MOST_TRIED = 2_000

_SEVERAL = 2
"""A schema and its migrations are in so many folders; what is declared in more of them is not one thing."""

_DEEPEST = 64
"""Types of types that are followed; a type may be a member of itself."""


class Resolver:
    """Answers for the texts as they are; what it finds out is kept for the next question.

    Args:
        units: all texts of one language that are known.
        brought: gives the names that the language itself brings of a space.

    Attributes:
        texts: the same.

    """

    def __init__(
        self, units: Iterable[Unit], brought: Callable[[str], Collection[str]] = lambda space: ()
    ) -> None:
        self.texts = units if isinstance(units, Texts) else Texts(units)
        self._brought = brought
        self._definitions: dict[Place, tuple[Place, ...]] = {}
        self._members: dict[Place, Owners] = {}
        self._listed: dict[Place, tuple[Brought, ...]] = {}
        self._published: dict[str, tuple[Place, ...]] = {}
        self._catalogues = grouped(
            (space, unit) for unit in self.texts.catalogues for space in unit.names.member_spaces
        )
        """By space, the units that find members by their owners alone."""

    def at(self, uri: str, offset: int) -> Place | None:
        """The name at a cursor."""
        unit = self.texts.at(uri)
        name = None if unit is None else unit.names.at(offset)
        return None if unit is None or name is None else Place(unit, name)

    def definitions(self, place: Place) -> tuple[Place, ...]:
        """What a name stands for, in order of place in each text; of a definition, all of the same."""
        found = self._definitions.get(place)
        if found is None:
            self._definitions[place] = found = tuple(self._find(place, 0))
        return found

    def occurrences(self, place: Place) -> tuple[Place, ...]:
        """All names that stand for the same as one does; those alike in its text where nothing defines it."""
        targets = frozenset(self.definitions(place))
        spaces = frozenset(place.occurrence.spaces)
        found = []
        for unit in self._reach(targets) if targets else (place.unit,):
            for other in places_of(unit, place.occurrence.name):
                if other in targets or other == place:
                    found.append(other)
                elif spaces.isdisjoint(other.occurrence.spaces):
                    continue
                elif targets.intersection(self.definitions(other)) or not (
                    targets or self.definitions(other) or self._differ(place, other)
                ):
                    found.append(other)
        return tuple(found)

    def known_at(self, place: Place, *, of_any: bool = False) -> Iterator[Place]:
        """What a name would stand for if it were written otherwise: of each name one.

        Those of its first space come before those of the next, and of each space the nearest first. What is
        being defined may be called as anything of its kind is. With `of_any` members of all owners count.
        """
        met: set[str] = set()
        for space in place.occurrence.spaces:
            for other in self._known(place, space, of_any=of_any):
                if other != place and other.occurrence.name not in met:
                    met.add(other.occurrence.name)
                    yield other

    def _known(self, place: Place, space: str, *, of_any: bool) -> Iterator[Place]:
        """The definitions that a name could stand for: those of its own text, then of the nearest folders."""
        here = place.occurrence
        found = None if of_any or here.undeclared or here.defines else self._owners_in(place, space)
        owners = None if found is None else found.paths
        for target in sorted(found.listed if found else (), key=lambda one: one.span):
            for listed in self._entries(target, 0):
                yield from map(self._standing, listed.members)
        for name in islice(place.unit.names.nearest(place.span.start), _MOST_TRIED):
            other = Place(place.unit, name)
            if space in other.occurrence.spaces and may_be(place, other, owners):
                yield other
        if here.undeclared:
            return

        def nearness(unit: Unit) -> tuple[int, str]:
            return -shared_length(unit.folder, place.unit.folder), unit.uri

        for unit in sorted(self._seen_from(place, space, owners), key=nearness):
            if folder_path(unit.folder) in (owners or ()):
                for name in unit.names.defining(space, Visibility.FOLDER, NO_OWNER):
                    yield Place(unit, name)
            if unit is not place.unit:
                for visible in seen_from(place, unit):
                    for name in unit.names.defining(space, visible, owners):
                        other = Place(unit, name)
                        if not qualified_apart(place, other):
                            yield other

    def _seen_from(self, place: Place, space: str, owners: frozenset[MemberPath] | None) -> Iterable[Unit]:
        """The texts in which a name may find what it stands for, beside its own."""
        if place.occurrence.defines:
            return self.texts
        here, texts = place.unit.folder, self.texts
        found = dict.fromkeys(texts.defining(space, Visibility.WORKSPACE, owners))
        found |= dict.fromkeys(texts.defining(space, Visibility.FOLDER, owners, here))
        for path in owners or ():
            if path and path[0][0] == FOLDER:
                found |= dict.fromkeys(texts.defining(space, Visibility.FOLDER, NO_OWNER, path[0][1]))
        return found

    def members(self, place: Place) -> frozenset[str] | None:
        """The names that a reference may be written as, which are those of members; None if it is none of
        one.

        Nor is it known where something that may own it is not declared.
        """
        if not self.knows_members(place):
            return None
        return frozenset(other.occurrence.name for other in self.known_at(place)) or None

    def knows_members(self, place: Place) -> bool:
        """Whether all members are known that a name may be one of."""
        spaces = place.occurrence.spaces
        owners = [owner for group in self._candidates(place, spaces[0], 0) for owner in group]
        return bool(owners) and all(self._is_sure(owner, spaces, 0) for owner in owners)

    def owners(self, place: Place) -> frozenset[MemberPath]:
        """What a name may be a member of; none where it is of nothing, or of anything."""
        found = self._owners_in(place, place.occurrence.spaces[0])
        return frozenset() if found is None else found.paths

    def types(self, place: Place) -> frozenset[MemberPath] | None:
        """What the types of a name are called; None where none is declared."""
        found = [type_of(definition) for definition in self.definitions(place)]
        owners = [self._owners(one, None, 0) for one in found if one is not None]
        return joined(owners).paths if owners else None

    def undeclared_owner(self, place: Place) -> Place | None:
        """What is written before a name as what owns it, if that is declared nowhere."""
        span = place.occurrence.owner
        index = None if span is None else place.name.part.last_in(span)
        owner = None if index is None else place.beside(index)
        return None if owner is None or self.definitions(owner) else owner

    def _is_sure(self, owner: Owners, spaces: Sequence[str], depth: int) -> bool:
        """Whether all members are known that an owner has."""
        if owner.listed:
            return all(one.sure for target in owner.listed for one in self._entries(target, depth))
        known = not owner.partial and any(self._has_any(path, spaces) for path in owner.paths)
        return known and not any(
            unit.names.is_open(spaces[0], path) for unit in self.texts.catalogues for path in owner.paths
        )

    def _entries(self, target: Place, depth: int) -> tuple[Brought, ...]:
        """What the items of a definition bring, in order."""
        found = self._listed.get(target)
        if found is not None or depth > _DEEPEST:
            return found or (UNSURE,)
        self._listed[target] = (UNSURE,)
        items = target.name.part.listed.get(target.name.index, ())
        listed = [self._entry(target, item, depth) for item in items if not item.renames]
        inside = type_of(target)
        if not listed and inside is not None:
            listed = self._all_of(target, self._owners(inside, None, depth + 1), items, depth)
        names = [self._entry(target, item, depth) for item in items if item.renames]
        self._listed[target] = result = tuple(renamed(listed or [UNSURE], names))
        return result

    def _entry(self, target: Place, item: MemberItem, depth: int) -> Brought:
        """What one item of a definition brings."""
        part = target.name.part
        index = None if item.named is None else part.last_in(item.named)
        if not item.every:
            named = [] if index is None else [target.beside(index)]
            return Brought(tuple(named), single=True, sure=bool(named))
        if index is not None:
            owners = [self._owners(target.beside(index), None, depth + 1)]
        else:
            regions = [one for one in part.regions_from(item.inside) if one.among is not None]
            region = next((one for space in item.spaces for one in regions if space in one.spaces), None)
            owners = [] if region is None else self._among(target, region, depth + 1)
        found = [one for owner in owners for one in self._all_of(target, owner, (item,), depth)]
        members = tuple(member for one in found for member in one.members)
        return Brought(members, sure=bool(found) and all(one.sure for one in found))

    def _all_of(
        self, target: Place, owners: Owners, items: Sequence[MemberItem], depth: int
    ) -> list[Brought]:
        """All members of some owners, as seen from a definition."""
        listed = [
            one for owner in sorted(owners.listed, key=by_place) for one in self._entries(owner, depth + 1)
        ]
        spaces = tuple(dict.fromkeys(space for item in items for space in item.spaces))
        folders = {Visibility.FOLDER: target.unit.folder}
        members = tuple(
            Place(unit, name)
            for space in spaces
            for visible in Visibility
            for unit in self.texts.defining(space, visible, owners.paths, folders.get(visible))
            if reaches_as(visible, unit, target.unit)
            for name in unit.names.defining(space, visible, owners.paths)
        )
        if owners.listed and not members:
            return listed
        sure = bool(spaces) and self._is_sure(owners, spaces, depth + 1)
        return [*listed, Brought(members, sure=sure)]

    def _standing(self, member: Place) -> Place:
        """What a listed member stands for; itself where that is not known."""
        return member if member.occurrence.defines else next(iter(self.definitions(member)), member)

    def _listed_as(self, name: str, owners: Owners, depth: int) -> tuple[Place, ...]:
        """What defines the members of a name that are listed."""
        if depth > _DEEPEST:
            return ()
        members = (
            member
            for target in owners.listed
            for one in self._entries(target, depth + 1)
            for member in one.members
            if member.occurrence.name == name
        )
        found = dict.fromkeys(place for member in members for place in self._followed(member, depth))
        return tuple(found)

    def _followed(self, member: Place, depth: int) -> tuple[Place, ...]:
        """What a listed member stands for; nothing where that leads back to it."""
        if member.occurrence.defines:
            return (member,)
        found = self._definitions.get(member)
        if found is None:
            self._definitions[member] = ()
            self._definitions[member] = found = tuple(self._find(member, depth + 1))
        return found

    def is_ambiguous(self, place: Place) -> bool:
        """Whether what a name is a member of is declared in several folders, but not in its own: each has
        one for itself.
        """
        owners = self._owners_in(place, place.occurrence.spaces[0])
        return owners is not None and any(self._is_several(path, place.unit.folder) for path in owners.paths)

    def _is_several(self, path: MemberPath, folder: str) -> bool:
        kind, name = path[-1] if path else (FOLDER, "")
        found = self._public(name) if kind != FOLDER else ()
        folders = {one.unit.folder for one in found if kind in one.occurrence.spaces}
        return len(folders) > _SEVERAL and folder not in folders

    def _has_any(self, path: MemberPath, spaces: Iterable[str]) -> bool:
        """Whether what a path leads to is declared beyond its scope, with members of one of some spaces."""
        kind, name = path[-1] if path else (FOLDER, "")
        owners = NO_OWNER if kind == FOLDER else frozenset({path})
        declared = kind == FOLDER or any(kind in one.occurrence.spaces for one in self._public(name))

        def units(space: str, visible: Visibility) -> Iterator[Unit]:
            if kind == FOLDER:
                return self.texts.in_folder(name)
            return self.texts.defining(space, visible, owners)

        return any(
            any(unit.names.defining(space, visible, owners))
            for space in spaces
            for visible in Visibility
            for unit in units(space, visible)
            if declared or unit.names.is_catalogue
        )

    def _owners_in(self, place: Place, space: str) -> Owners | None:
        """What a name of a space may be a member of; None where it may be of anything."""
        found = [*self._candidates(place, space, 0)]
        return joined(owner for group in found for owner in group) if found else None

    def _differ(self, one: Place, other: Place) -> bool:
        return qualified_apart(one, other) or self._paths(one) != self._paths(other)

    def _paths(self, place: Place) -> Owners | None:
        """What a name nobody defines may be a member of."""
        for space in place.occurrence.spaces:
            for group in self._candidates(place, space, 0):
                return joined(group)
        return None

    def rivals(self, place: Place, name: str) -> tuple[Place, ...]:
        """Definitions of another name with which those of a place would clash if they had it too."""
        return tuple(
            other
            for target in self.definitions(place)
            for other in self._around(target, name)
            if stand_beside(target, other)
        )

    def _reach(self, targets: Iterable[Place]) -> Iterator[Unit]:
        """The texts in which one of several definitions is known, or that lead to the folder of one."""
        folders = {one.unit.folder for one in targets if one.occurrence.visible is Visibility.FOLDER}
        for unit in self.texts:
            led_to = (folder_led_to(unit, folder) for folder in unit.names.folders)
            if any(reaches(target, unit) for target in targets) or not folders.isdisjoint(led_to):
                yield unit

    def _find(self, place: Place, depth: int) -> Iterator[Place]:
        here = place.occurrence
        if here.undeclared:
            yield from undeclared(place)
        elif here.defines:
            yield from (other for other in self._around(place, here.name) if stand_beside(place, other))
        else:
            for space in here.spaces:
                found = self._in_scopes(place, space, depth) or self._beyond(place, space, depth)
                if found:
                    yield from found
                    return

    def _around(self, place: Place, name: str) -> Iterator[Place]:
        """The definitions of a name that may be beside one."""
        if place.occurrence.visible is Visibility.SCOPE:
            yield from scoped_names(place, name)
        else:
            yield from (other for other in self._public(name) if reaches(place, other.unit))

    def _public(self, name: str) -> tuple[Place, ...]:
        """The definitions of a name that are known beyond their scope, in all texts."""
        found = self._published.get(name)
        if found is None:
            texts = self.texts.publishing(name)
            found = tuple(Place(unit, found) for unit in texts for found in unit.names.published(name))
            self._published[name] = found
        return found

    def _in_scopes(self, place: Place, space: str, depth: int) -> tuple[Place, ...]:
        """The definitions in the innermost scope that has any."""
        chain = chain_of(place)
        around = grouped(
            (level, other)
            for other in scoped_names(place, place.occurrence.name)
            if space in other.occurrence.spaces and (level := level_of(other, chain)) is not None
        )
        for level in sorted(around):
            found = self._fitting(place, space, around[level], depth)
            if found:
                return found
        return ()

    def _beyond(self, place: Place, space: str, depth: int) -> tuple[Place, ...]:
        """The definitions that are known beyond their scope."""
        public = self._public(place.occurrence.name)
        known = [other for other in public if space in other.occurrence.spaces]
        return self._fitting(place, space, known, depth, self._catalogues.get(space, ()))

    def _fitting(
        self,
        place: Place,
        space: str,
        found: Sequence[Place],
        depth: int,
        catalogues: Sequence[Unit] = (),
    ) -> tuple[Place, ...]:
        """Those definitions that are of the right owner, and the members of that in some catalogues."""
        found = [other for other in found if not qualified_apart(place, other)]
        if not (found or catalogues or self.texts.lists) or depth > _DEEPEST:
            return ()
        owned = False
        for group in self._candidates(place, space, depth):
            owned, owners = True, joined(group)
            members = tuple(other for other in found if belongs_to(place, other, owners.paths)) + tuple(
                Place(unit, name)
                for unit in catalogues
                for name in unit.names.members(space, place.occurrence.name, owners.paths)
            )
            members = members or self._listed_as(place.occurrence.name, owners, depth)
            if members:
                return members
        return () if owned else tuple(other for other in found if reaches(other, place.unit))

    def _candidates(self, place: Place, space: str, depth: int) -> Iterator[Sequence[Owners]]:
        """What a name may be a member of, the nearest first; nothing where it is of no owner."""
        here, part = place.occurrence, place.name.part
        if here.owner is not None:
            index = part.last_in(here.owner)
            yield [] if index is None else [self._owners(place.beside(index), None, depth)]
            return
        for region in part.regions_of(place.name.index, space):
            if region.among is not None:
                yield self._among(place, region, depth, space)
            else:
                index = None if region.owner is None else part.last_in(region.owner)
                if index is not None:
                    yield [self._owners(place.beside(index), region.otherwise, depth)]
                else:
                    yield [Owners(frozenset({(region.otherwise,)}))] if region.otherwise else []
                return

    def _among(self, place: Place, region: Region, depth: int, space: str | None = None) -> list[Owners]:
        """What a region refers to of the space that it is `among`, each."""
        part, space = place.name.part, space or min(region.spaces)
        found = []
        for index in part.within(region.span):
            here = part.occurrences[index]
            if (
                region.among == here.spaces[0]
                and (here.hidden or not here.defines)
                and next(part.regions_of(index, space), None) is region
            ):
                found.append(self._owners(place.beside(index), None, depth))
        return found

    def _owners(self, owner: Place, otherwise: tuple[str, str] | None, depth: int) -> Owners:
        """What a name stands for, and the types of that."""
        known = self._members.get(owner)
        if known is not None or depth > _DEEPEST:
            return known or NOBODY
        self._members[owner] = NOBODY
        if owner.occurrence.hidden and owner.occurrence.defines:
            targets: tuple[Place, ...] = (owner,)
        else:
            targets = self._definitions.get(owner) or tuple(self._find(owner, depth + 1))
        result = NOBODY
        if not targets:
            here = owner.occurrence
            brought = otherwise or any(here.name in self._brought(space) for space in here.spaces)
            paths = owner.paths if otherwise is None else frozenset({(otherwise,)})
            result = Owners(paths, partial=not brought)
        for target in targets:
            here = target.occurrence
            listed = target.name.index in target.name.part.listed
            if listed:
                result |= Owners(listed=frozenset({target}))
            if here.public or not listed:
                result |= Owners(target.paths)
            if here.folder is not None:
                result |= Owners(frozenset({folder_path(folder_led_to(target.unit, here.folder))}))
            for inside in () if listed else included_in(target):
                result |= self._owners(inside, None, depth + 1)
        self._members[owner] = result
        return result
