"""The names of catalogues, as definitions like those in texts: known everywhere, found as those are.

A catalogue may have a hundred thousand names, of which a text needs a few. So they are made by owner, when
first asked for. A catalogue is no text: none of its names is at a cursor, and none can be renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from lsp_server.cache import LruCache, cached_property
from lsp_server.languages import Language
from lsp_server.languages.catalogue import Catalogue, CatalogueSymbol, every
from lsp_server.names.occurrences import (
    MemberPath,
    Name,
    Names,
    Occurrence,
    PartNames,
    Said,
    Visibility,
    by_space,
    grouped,
)
from lsp_server.names.standing import Place, Unit
from lsp_server.text import Span

SCHEME = "catalogue:"


@dataclass(frozen=True, eq=False)
class CataloguePart(PartNames):
    """The members of one owner, behind what that is a member of; spans only tell names apart."""

    symbols: Mapping[int, CatalogueSymbol] = field(default_factory=dict, repr=False)
    """By the index of a name, what the catalogue says of it."""


@dataclass(frozen=True, eq=False)
class CatalogueNames(Names):
    """The names of one catalogue; it has no parts, so that none of them is at a place of a text."""

    symbols: tuple[CatalogueSymbol, ...] = field(default=(), repr=False)
    partial: bool = False
    _made: dict[MemberPath, CataloguePart] = field(default_factory=dict, repr=False)
    is_catalogue: ClassVar[bool] = True

    def named(self, name: str) -> tuple[Name, ...]:
        """Those of a name that are members of nothing."""
        return tuple(self.published(name))

    def published(self, name: str) -> Iterator[Name]:
        """Those of a name that are members of nothing."""
        part = self._part(())
        return (Name(0, part, index) for index in part.by_name.get(name, ()))

    def defining(
        self, space: str, visible: Visibility, owners: frozenset[MemberPath] | None
    ) -> Iterator[Name]:
        """Those in a space that are members of given paths; with None, those that are members of nothing."""
        if visible is Visibility.WORKSPACE:
            for path in ((),) if owners is None else sorted(owners):
                part = self._part(path)
                yield from (
                    Name(0, part, index) for index, symbol in part.symbols.items() if symbol.lives_in == space
                )

    def members(self, space: str, name: str, owners: Iterable[MemberPath]) -> Iterator[Name]:
        """Those of a name in a space that are members of given paths."""
        for path in sorted(owners):
            part = self._part(path) if path else _NOTHING
            for index in part.by_name.get(name, ()):
                if index in part.symbols and part.symbols[index].lives_in == space:
                    yield Name(0, part, index)

    def is_open(self, space: str, path: MemberPath = ()) -> bool:
        """Whether more is known to be elsewhere: in a space, or of what is at a path."""
        if path:
            return any(symbol.partial for symbol in self.owning(path))
        return self.partial and space in self.said

    def owning(self, path: MemberPath) -> tuple[CatalogueSymbol, ...]:
        """What is at a path: several where a name stands for several, as that of a function may."""
        found: tuple[CatalogueSymbol, ...] = self._roots.get(path[0], ()) if path else ()
        for space, name in path[1:]:
            found = tuple(
                member
                for symbol in found
                for member in symbol.members
                if (member.lives_in, member.name) == (space, name)
            )
        return found

    @cached_property
    def said(self) -> Mapping[str, frozenset[Said]]:
        """Those that are members of nothing, by their space."""
        return by_space(
            Said(one.name, (one.lives_in,), one.qualifier, Visibility.WORKSPACE) for one in self.symbols
        )

    @cached_property
    def member_spaces(self) -> frozenset[str]:
        """The spaces in which something is a member."""
        found: set[str] = set()
        level = self.symbols
        while level:
            level = tuple(member for symbol in level for member in symbol.members)
            found.update(member.lives_in for member in level)
        return frozenset(found)

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """The names of all that should not be used any more."""
        return frozenset(symbol.name for symbol in every(self.symbols) if symbol.deprecated)

    @cached_property
    def _roots(self) -> Mapping[tuple[str, str], tuple[CatalogueSymbol, ...]]:
        return grouped(((symbol.lives_in, symbol.name), symbol) for symbol in self.symbols)

    def _part(self, path: MemberPath) -> CataloguePart:
        part = self._made.get(path)
        if part is None:
            self._made[path] = part = self._make(path)
        return part

    def _make(self, path: MemberPath) -> CataloguePart:
        owners = self.owning(path)
        members = tuple(member for owner in owners for member in owner.members) if path else self.symbols
        if path and not members:
            return _NOTHING
        occurrences: list[Occurrence] = []
        owner: Span | None = None
        for space, name in path:
            owner = _add(occurrences, CatalogueSymbol(name=name, kind=space), owner)
        symbols: dict[int, CatalogueSymbol] = {}
        for member in members:
            symbols[len(occurrences)] = member
            _add(occurrences, member, owner)
        return CataloguePart(tuple(occurrences), (), (), {}, symbols=symbols)


_NOTHING = CataloguePart((), (), (), {})


def _add(occurrences: list[Occurrence], symbol: CatalogueSymbol, owner: Span | None) -> Span:
    """Add the definition of a symbol, and behind it a reference to its type."""
    index = len(occurrences)
    span = Span(2 * index, 2 * index + 1)
    inside = None if symbol.of is None else Span(2 * index + 2, 2 * index + 3)
    occurrences.append(
        Occurrence(
            symbol.name,
            span,
            symbol.kind,
            (symbol.lives_in,),
            True,
            Visibility.WORKSPACE,
            False,
            span,
            qualifier=symbol.qualifier,
            owner=owner,
            type=inside,
        )
    )
    if symbol.of is not None and inside is not None:
        space, name = symbol.of
        occurrences.append(
            Occurrence(name, inside, space, (space,), False, Visibility.SCOPE, False, inside, hidden=True)
        )
    return span


def catalogue_unit(catalogue: Catalogue) -> Unit:
    """The names of a catalogue, beside those of texts."""
    names = CatalogueNames((), (), symbols=catalogue.symbols, partial=catalogue.partial)
    return Unit(f"{SCHEME}{catalogue.path}", "", names)


def symbol_at(place: Place) -> CatalogueSymbol | None:
    """What a catalogue says of a name; None where it stands in a text."""
    part = place.name.part
    return part.symbols.get(place.name.index) if isinstance(part, CataloguePart) else None


def catalogues_in(units: Iterable[Unit]) -> Iterator[CatalogueNames]:
    """Those of some units that are catalogues."""
    return (unit.names for unit in units if isinstance(unit.names, CatalogueNames))


def bundled_units(language: Language) -> tuple[Unit, ...]:
    """The names of the catalogues that come with a bundle."""
    return _kept.get(language, lambda: tuple(map(catalogue_unit, language.catalogues)))


_kept: LruCache[Language, tuple[Unit, ...]] = LruCache(16)
