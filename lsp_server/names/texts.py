"""All texts of one language that are known, found by what they say instead of one after the other.

What is found out of texts that do not change is kept with them. Those that do, the open documents, lie before
them: `Texts(opened, beyond=files)` costs no more than the few that it names. Must not know a language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from lsp_server.cache import cached_property
from lsp_server.names.occurrences import MemberPath, Visibility, grouped
from lsp_server.names.standing import Unit

_Key = TypeVar("_Key")
_Index = Mapping[_Key, tuple[Unit, ...]]


class Texts:
    """Texts, and those beyond them.

    Args:
        units: their names.
        beyond: further ones; of two with one URI the first counts.
        without: URIs of further ones that do not.

    """

    def __init__(
        self, units: Iterable[Unit] = (), beyond: Texts | None = None, without: Iterable[str] = ()
    ) -> None:
        self._units = tuple(units)
        self._beyond = beyond
        self._hidden = frozenset((*without, *(unit.uri for unit in self._units)))
        self._said: dict[tuple[str, Visibility | None, str | None], _Index[str]] = {}
        self._uses: dict[str, Counter[str]] = {}

    def __iter__(self) -> Iterator[Unit]:
        return self._all(lambda texts: texts._units)

    @cached_property
    def changed(self) -> tuple[Unit, ...]:
        """Those that are not beyond, and what is there and does not count."""
        hidden = () if self._beyond is None else filter(None, map(self._beyond.at, self._hidden))
        return (*self._units, *hidden)

    def at(self, uri: str) -> Unit | None:
        """The one with a URI."""
        return next(self._where(lambda texts: texts._by_uri, uri), None)

    def in_folder(self, folder: str) -> Iterator[Unit]:
        """Those in a folder."""
        return self._where(lambda texts: texts._by_folder, folder)

    @property
    def catalogues(self) -> Iterator[Unit]:
        """Those that are catalogues, which find their names themselves."""
        return self._all(lambda texts: texts._catalogues)

    def publishing(self, name: str) -> Iterator[Unit]:
        """Those that may define a name beyond a scope."""
        yield from self._where(lambda texts: texts._publishers, name)
        yield from self.catalogues

    def defining(
        self,
        space: str,
        visible: Visibility,
        owners: frozenset[MemberPath] | None,
        folder: str | None = None,
    ) -> Iterator[Unit]:
        """Those that may define something so visible in a space: a member at given paths, or any.

        What is visible in its folder is looked for in one, or in all.
        """
        paths = (None,) if owners is None else sorted(owners)
        keys = [(space, visible, path, folder) for path in paths]
        found = (unit for key in keys for unit in self._where(lambda texts: texts._definers, key))
        yield from dict.fromkeys(found)
        yield from self.catalogues

    def saying(self, space: str, visible: Visibility | None, folder: str | None, name: str) -> Iterator[Unit]:
        """Those that declare a name so visibly, or with None only refer to it; in a folder, or anywhere."""
        return self._where(lambda texts: texts._saying(space, visible, folder), name)

    def said(
        self, space: str, visible: Visibility | None, folder: str | None
    ) -> Iterator[tuple[str, Iterable[Unit]]]:
        """All names that are said so, each with those that say it; one may come twice, or with none."""
        yield from self._saying(space, visible, folder).items()
        if self._beyond is not None:
            for name, units in self._beyond.said(space, visible, folder):
                yield name, (unit for unit in units if unit.uri not in self._hidden)

    def uses(self, space: str) -> Counter[str]:
        """In how many texts each name of a space is referred to."""
        found = self._uses.get(space)
        if found is None:
            said = self._saying(space, None, None)
            found = Counter({name: len(units) for name, units in said.items()})
            if self._beyond is not None:
                found.update(self._beyond.uses(space))
                for unit in filter(None, map(self._beyond.at, self._hidden)):
                    found.subtract(name for name, _ in Texts([unit]).said(space, None, None))
            self._uses[space] = found = +found
        return found

    @cached_property
    def lists(self) -> bool:
        """Whether one tells members by a list of items."""
        own = any(part.items for unit in self._units for part in unit.names.parts)
        return own or (self._beyond is not None and self._beyond.lists)

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """Names under which there may be something that should not be used any more."""
        own = frozenset[str]().union(*(unit.names.deprecated for unit in self._units))
        return own if self._beyond is None else own | self._beyond.deprecated

    def _all(self, own: Callable[[Texts], Iterable[Unit]]) -> Iterator[Unit]:
        yield from own(self)
        if self._beyond is not None:
            yield from (unit for unit in self._beyond._all(own) if unit.uri not in self._hidden)

    def _where(self, index: Callable[[Texts], _Index[_Key]], key: _Key) -> Iterator[Unit]:
        return self._all(lambda texts: index(texts).get(key, ()))

    @cached_property
    def _by_uri(self) -> _Index[str]:
        return grouped((unit.uri, unit) for unit in self._units)

    @cached_property
    def _by_folder(self) -> _Index[str]:
        return grouped((unit.folder, unit) for unit in self._units)

    @cached_property
    def _catalogues(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self._units if unit.names.is_catalogue)

    @cached_property
    def _publishers(self) -> _Index[str]:
        return grouped((name, unit) for unit in self._units for name in unit.names.publishers)

    @cached_property
    def _definers(self) -> _Index[tuple[str, Visibility, MemberPath | None, str | None]]:
        return grouped(
            ((space, visible, path, folder), unit)
            for unit in self._units
            for space, visible, path in unit.names.definers
            for folder in (None, *([unit.folder] if visible is Visibility.FOLDER else ()))
        )

    def _saying(self, space: str, visible: Visibility | None, folder: str | None) -> _Index[str]:
        key = (space, visible, folder)
        found = self._said.get(key)
        if found is None:
            units = self._units if folder is None else self._by_folder.get(folder, ())
            found = grouped(
                (name, unit)
                for unit in units
                for name, said in unit.names.saying.get(space, {}).items()
                if any(one.visible is visible for one in said)
            )
            self._said[key] = found
        return found
