"""The names in one text: where each is defined and where it is used.

They are kept by top-level element, with places that count from its start: an edit costs its own element.
Must not know how they are found (`naming`), nor which definition a name stands for (`resolving`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import merge
from typing import ClassVar, TypeVar

from lsp_server.cache import cached_property
from lsp_server.names.regions import MemberItem, Region
from lsp_server.text import Span

MemberPath = tuple[tuple[str, str], ...]
"""Spaces and names: of what something is a member of, from the outside in."""


NO_OWNER: frozenset[MemberPath] = frozenset({()})
"""What a name is a member of that is a member of nothing."""

_DEEPEST = 64
"""Members of members that are followed."""


class Visibility(StrEnum):
    """How far from its definition a name is known."""

    SCOPE = "scope"
    FILE = "file"
    FOLDER = "folder"
    WORKSPACE = "workspace"


_Kind = tuple[str, Visibility, MemberPath | None]
"""A space, how far a definition in it is known, and what it is a member of; None for all of them."""

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name where it stands. All spans count from the start of its part.

    Attributes:
        name: as names are compared, without quotes and sigils.
        span: what is to be replaced to rename it, quotes included.
        kind: what it names, for a definition: `type`, `field`, `table`.
        spaces: the namespaces it may live in, the first that knows it counts; a definition has one.
        defines: whether it is a definition.
        visible: how far the definition is known.
        undeclared: whether its first occurrence in the scope defines it where nothing else does,
        mentioned: but not this one, if there is another.
        element: all of what it defines; for a reference the name alone.
        sigil: how many characters before the span mark it as a name.
        scope: index of the innermost scope, -1 where that is the file.
        region: index of the innermost region, -1 where there is none.
        qualifier: what is written before it to tell it from others of its name; None if nothing is.
        owner: holds the name of what it is a member of, where that is written beside it.
        hidden: whether it only serves to find out what others stand for, and is no name to a user.
        type: holds the name of the type whose members it has.
        includes: hold the names of other things whose members it has too.
        folder: what is defined in that folder, which is written from that of the text, are its members.
        deprecated: whether it should not be used any more.
        fades: whether it is of no use if nothing refers to it.
        outside: whether nothing in its element may refer to it.
        fits: the kinds of what it may be meant to refer to, if not all of its spaces.

    """

    name: str
    span: Span
    kind: str
    spaces: tuple[str, ...]
    defines: bool
    visible: Visibility
    undeclared: bool
    element: Span
    sigil: int = 0
    scope: int = -1
    region: int = -1
    qualifier: str | None = None
    owner: Span | None = None
    type: Span | None = None
    includes: tuple[Span, ...] = ()
    folder: str | None = None
    mentioned: bool = False
    hidden: bool = False
    deprecated: bool = False
    fades: bool = False
    outside: bool = False
    fits: frozenset[str] = frozenset()

    @property
    def public(self) -> bool:
        """Whether it is a definition that is known beyond its scope."""
        return self.defines and self.visible is not Visibility.SCOPE


@dataclass(frozen=True, slots=True)
class Said:
    """A name with what tells it from others, and the spaces that it may live in.

    `visible` tells how far it is known if it is declared; None where it is only referred to.
    """

    name: str
    spaces: tuple[str, ...]
    qualifier: str | None
    visible: Visibility | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are known; those that it `exports` are names of the scope around it. `parent` may be -1."""

    span: Span
    exports: frozenset[str]
    parent: int


@dataclass(frozen=True, eq=False)
class PartNames:
    """The names of one top-level element, in order of place."""

    occurrences: tuple[Occurrence, ...]
    scopes: tuple[Scope, ...]
    regions: tuple[Region, ...]
    documentation: Mapping[Span, Span] = field(repr=False)
    """The text that explains an element, by the span of the element."""
    items: tuple[MemberItem, ...] = ()
    containers: dict[int, frozenset[MemberPath]] = field(default_factory=dict, repr=False)
    """What an occurrence is a member of, by its index, as far as it was asked for."""

    @cached_property
    def by_name(self) -> Mapping[str, tuple[int, ...]]:
        """The indices of the occurrences of each name."""
        return grouped((here.name, index) for index, here in enumerate(self.occurrences))

    @cached_property
    def published(self) -> Mapping[str, tuple[int, ...]]:
        """The indices of the definitions of each name that are known beyond their scope."""
        return grouped((here.name, index) for index, here in enumerate(self.occurrences) if here.public)

    @cached_property
    def scoped(self) -> tuple[Occurrence, ...]:
        """The definitions that are known in a scope alone."""
        return tuple(here for here in self.occurrences if here.defines and here.visible is Visibility.SCOPE)

    @cached_property
    def said(self) -> Mapping[str, frozenset[Said]]:
        """All that it declares and refers to, by the first space."""
        said = (
            Said(here.name, here.spaces, here.qualifier, here.visible if here.defines else None)
            for here in self.occurrences
            if not here.hidden
        )
        return by_space(said)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(occurrence.span.start for occurrence in self.occurrences)

    @cached_property
    def defining(self) -> Mapping[_Kind, tuple[int, ...]]:
        """The indices of the definitions, one of each name.

        They are found by space and visibility, and by these and what they are members of.
        """
        found: dict[_Kind, dict[str, int]] = {}
        for index, here in enumerate(self.occurrences):
            if here.defines and not here.hidden:
                for space in here.spaces:
                    for path in (None, *self.container(index)):
                        found.setdefault((space, here.visible, path), {}).setdefault(here.name, index)
        return {key: tuple(indices.values()) for key, indices in found.items()}

    @cached_property
    def listed(self) -> Mapping[int, tuple[MemberItem, ...]]:
        """The items that tell the members of a definition, by the index of that."""
        owners = {
            number: self.last_in(region.owner)
            for number, region in enumerate(self.regions)
            if region.listed and region.owner is not None
        }
        found = grouped((owners.get(item.region), item) for item in self.items)
        return {index: found.get(index, ()) for index in owners.values() if index is not None}

    def regions_of(self, index: int, space: str) -> Iterator[Region]:
        """The regions for a space that an occurrence is in, the innermost first."""
        around = self.regions_from(self.occurrences[index].region)
        return (region for region in around if space in region.spaces)

    def regions_from(self, number: int) -> Iterator[Region]:
        """A region, by its index, and those around it."""
        while number >= 0:
            yield self.regions[number]
            number = self.regions[number].parent

    def alike_region(self, index: int) -> Region | None:
        """The innermost region around an occurrence that says which type such a name has to have."""
        here = self.occurrences[index]
        around = self.regions_from(here.region)
        return next((region for region in around if not region.alike.isdisjoint(here.spaces)), None)

    def paths(self, index: int, depth: int = 0) -> frozenset[MemberPath]:
        """The paths of an occurrence as it is written; several where it may live in several spaces."""
        here = self.occurrences[index]
        containers = self.container(index, depth)
        return frozenset((*path, (space, here.name)) for space in here.spaces for path in containers)

    def container(self, index: int, depth: int = 0) -> frozenset[MemberPath]:
        """The paths of what an occurrence is a member of, as it is written; that of nothing is empty."""
        found = self.containers.get(index)
        if found is None:
            found = self._container(index, depth)
            if not depth:
                self.containers[index] = found
        return found

    def _container(self, index: int, depth: int) -> frozenset[MemberPath]:
        here = self.occurrences[index]
        region = next(self.regions_of(index, here.spaces[0]), None)
        owner = here.owner if here.owner is not None or region is None else region.owner
        inside = None if owner is None else self.last_in(owner)
        if inside is not None and inside != index and depth < _DEEPEST:
            return self.paths(inside, depth + 1)
        if here.owner is None and region is not None and region.otherwise is not None:
            return frozenset({(region.otherwise,)})
        return NO_OWNER

    def touching(self, offset: int) -> int | None:
        """The index of the occurrence that holds an offset, with its sigil, or else ends there."""
        following = bisect_right(self._starts, offset)
        for index in (following - 1, following):
            if 0 <= index < len(self.occurrences):
                here = self.occurrences[index]
                if here.span.start - here.sigil <= offset <= here.span.end:
                    return index
        return None

    def last_in(self, span: Span) -> int | None:
        """The index of the last occurrence in a span."""
        index = bisect_left(self._starts, span.end) - 1
        return index if index >= 0 and self._starts[index] >= span.start else None

    def within(self, span: Span) -> range:
        """The indices of the occurrences in a span."""
        return range(self.before(span.start), self.before(span.end))

    def before(self, offset: int) -> int:
        """How many occurrences begin before an offset."""
        return bisect_left(self._starts, offset)


@dataclass(frozen=True, slots=True)
class Name:
    """One occurrence in a text: its part, where that begins, and which one in it."""

    start: int
    part: PartNames
    index: int

    @property
    def occurrence(self) -> Occurrence:
        """What is known of it."""
        return self.part.occurrences[self.index]

    @property
    def begin(self) -> int:
        """The offset in the text at which it begins."""
        return self.start + self.part.occurrences[self.index].span.start

    @property
    def span(self) -> Span:
        """Where it stands in the text."""
        return self.absolute(self.occurrence.span)

    @property
    def element(self) -> Span:
        """Where all of what it defines stands in the text."""
        return self.absolute(self.occurrence.element)

    @property
    def documentation(self) -> Span | None:
        """Where the text that explains it stands."""
        inside = self.part.documentation.get(self.occurrence.element)
        return None if inside is None else self.absolute(inside)

    def absolute(self, span: Span) -> Span:
        """A span of the part, in the text."""
        return span.moved(self.start)

    def beside(self, index: int) -> Name:
        """Another occurrence in the same part."""
        return Name(self.start, self.part, index)


@dataclass(frozen=True, eq=False)
class Names:
    """The names of one text, by its parts."""

    starts: tuple[int, ...]
    parts: tuple[PartNames, ...]
    _found: dict[str, tuple[Name, ...]] = field(default_factory=dict, repr=False)
    is_catalogue: ClassVar[bool] = False
    """Whether no text has them."""

    def __iter__(self) -> Iterator[Name]:
        for start, part in zip(self.starts, self.parts, strict=True):
            for index in range(len(part.occurrences)):
                yield Name(start, part, index)

    def nearest(self, offset: int) -> Iterator[Name]:
        """All names, those that begin nearest to an offset first; of two as near the one before it."""
        before, after = self._backward(offset), self._forward(offset)
        return merge(before, after, key=lambda name: abs(name.begin - offset))

    def _backward(self, offset: int) -> Iterator[Name]:
        """The names that begin before an offset, the last first."""
        for place in range(bisect_left(self.starts, offset) - 1, -1, -1):
            start, part = self.starts[place], self.parts[place]
            for index in range(part.before(offset - start) - 1, -1, -1):
                yield Name(start, part, index)

    def _forward(self, offset: int) -> Iterator[Name]:
        """The names that begin at an offset or after it, in order."""
        for place in range(max(0, bisect_left(self.starts, offset) - 1), len(self.parts)):
            start, part = self.starts[place], self.parts[place]
            for index in range(part.before(offset - start), len(part.occurrences)):
                yield Name(start, part, index)

    def at(self, offset: int) -> Name | None:
        """The name at a cursor: the one after it, or else the one before it."""
        before = bisect_right(self.starts, offset)
        for place in range(before - 1, max(before - 3, -1), -1):
            index = self.parts[place].touching(offset - self.starts[place])
            if index is not None and not self.parts[place].occurrences[index].hidden:
                return Name(self.starts[place], self.parts[place], index)
        return None

    def named(self, name: str) -> tuple[Name, ...]:
        """All occurrences of a name, in order."""
        found = self._found.get(name)
        if found is None:
            holders = [(self.starts[place], self.parts[place]) for place in self._holders.get(name, ())]
            found = tuple(Name(start, part, index) for start, part in holders for index in part.by_name[name])
            self._found[name] = found
        return found

    def is_open(self, space: str, path: MemberPath = ()) -> bool:
        """Whether there are more names in a space than those that are known, or more members at a path."""
        return False

    def members(self, space: str, name: str, owners: Iterable[MemberPath]) -> Iterator[Name]:
        """Those of a name in a space that are members of given paths, where they are found by these alone."""
        return iter(())

    def published(self, name: str) -> Iterator[Name]:
        """The definitions of a name that are known beyond their scope, in order."""
        for place in self.publishers.get(name, ()):
            start, part = self.starts[place], self.parts[place]
            for index in part.published[name]:
                yield Name(start, part, index)

    def defining(
        self, space: str, visible: Visibility, owners: frozenset[MemberPath] | None
    ) -> Iterator[Name]:
        """The definitions in a space that are known so far: members of given paths, or, with None, all.

        Of each part there is one of each name.
        """
        for path in (None,) if owners is None else sorted(owners):
            key = (space, visible, path)
            for place in self.definers.get(key, ()):
                start, part = self.starts[place], self.parts[place]
                for index in part.defining[key]:
                    yield Name(start, part, index)

    @cached_property
    def said(self) -> Mapping[str, frozenset[Said]]:
        """All that the text declares and refers to, by the first space."""
        found = grouped(said for part in self.parts for said in part.said.items())
        return {space: frozenset().union(*names) for space, names in found.items()}

    @cached_property
    def saying(self) -> Mapping[str, Mapping[str, tuple[Said, ...]]]:
        """The same by space and name."""
        return {space: grouped((said.name, said) for said in names) for space, names in self.said.items()}

    @cached_property
    def fingerprint(self) -> int:
        """Differs where others are declared or referred to."""
        return hash(frozenset(self.said.items()))

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The names of what should not be used any more."""
        occurrences = (one for part in self.parts for one in part.occurrences)
        return frozenset(one.name for one in occurrences if one.deprecated)

    @cached_property
    def member_spaces(self) -> frozenset[str]:
        """The spaces in which `members` may find something."""
        return frozenset()

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that definitions lead to, as they are written."""
        return frozenset(
            here.folder for part in self.parts for here in part.occurrences if here.folder is not None
        )

    @cached_property
    def definers(self) -> Mapping[_Kind, tuple[int, ...]]:
        """The parts that have definitions of a space, so visible, of one owner (of any, with None)."""
        return grouped((key, place) for place, part in enumerate(self.parts) for key in part.defining)

    @cached_property
    def _holders(self) -> Mapping[str, tuple[int, ...]]:
        """The parts in which each name stands."""
        return grouped((name, place) for place, part in enumerate(self.parts) for name in part.by_name)

    @cached_property
    def publishers(self) -> Mapping[str, tuple[int, ...]]:
        """The parts that publish each name."""
        return grouped((name, place) for place, part in enumerate(self.parts) for name in part.published)


def by_space(said: Iterable[Said]) -> Mapping[str, frozenset[Said]]:
    """Names by the first space that each may live in."""
    found = grouped((one.spaces[0], one) for one in said)
    return {space: frozenset(names) for space, names in found.items()}


def grouped(keyed: Iterable[tuple[_K, _V]]) -> Mapping[_K, tuple[_V, ...]]:
    """What belongs to each key, in order."""
    found: dict[_K, list[_V]] = {}
    for key, value in keyed:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
