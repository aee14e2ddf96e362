"""What can be seen of texts from a folder: the names that they declare, and those that they use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.cache import LruCache
from lsp_server.languages import Language
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import Said, Visibility
from lsp_server.names.standing import Unit
from lsp_server.names.texts import Texts

if TYPE_CHECKING:
    from lsp_server.names.places import Use

_Keys = tuple[tuple[Visibility | None, str | None], ...]
"""How visible what is said must be (None: a mere reference), and in which folder (None: any)."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What can be seen of some texts, by space.

    Args:
        language: of all of them.
        texts: what they say.
        folder: from where they are seen; None where all is seen, as of a text by itself.
        beyond: what can be seen from there of the texts beyond them; it makes the answers faster, not others.

    """

    language: Language
    texts: Texts
    folder: str | None
    beyond: Seen | None = None
    _names: dict[tuple[str, _Keys, str | None], frozenset[str]] = field(default_factory=dict, repr=False)
    _qualifying: dict[tuple[str, _Keys], frozenset[str]] = field(default_factory=dict, repr=False)

    def declares(self, space: str, name: str, qualifier: str | None) -> bool:
        """Whether a name is declared that a qualifier does not tell apart."""
        return any(
            _agree(said.qualifier, qualifier)
            for visible, folder in self._declared_from(space)
            for said in self._said(space, name, visible, self.texts.saying(space, visible, folder, name))
        )

    def has_qualifier(self, space: str, qualifier: str) -> bool:
        """Whether something is declared with a qualifier."""
        return qualifier in self._qualifiers(space, self._declared_from(space))

    def declared(self, space: str, use: Use, qualifier: str | None) -> frozenset[str]:
        """The names that are declared and that a qualifier does not tell apart; for what qualifies, the
        qualifiers.
        """
        return self._kept(space, self._declared_from(space), use, qualifier)

    def used(self, space: str, use: Use, qualifier: str | None) -> frozenset[str]:
        """The same of those that are only referred to."""
        return self._kept(space, self._used_from(space), use, qualifier)

    def _kept(self, space: str, keys: _Keys, use: Use, qualifier: str | None) -> frozenset[str]:
        if use.qualifies:
            return self._qualifiers(space, keys)
        found = self._names.get((space, keys, qualifier))
        if found is None:
            if self.beyond is None:
                all_said, kept = self._all(space, keys), frozenset[str]()
            else:
                changed = {name for unit in self.texts.changed for name in unit.names.saying.get(space, ())}
                all_said, kept = (
                    self._each(space, keys, changed),
                    self.beyond._kept(space, keys, use, qualifier),
                )
                kept -= changed
            found = kept.union(
                name for name, said in all_said if any(_agree(one.qualifier, qualifier) for one in said)
            )
            self._names[space, keys, qualifier] = found
        return found

    def _each(self, space: str, keys: _Keys, names: Iterable[str]) -> Iterator[tuple[str, Iterator[Said]]]:
        """What is said of some names."""
        for visible, folder in keys:
            for name in names:
                yield name, self._said(space, name, visible, self.texts.saying(space, visible, folder, name))

    def _qualifiers(self, space: str, keys: _Keys) -> frozenset[str]:
        """What names are said with."""
        found = self._qualifying.get((space, keys))
        if (
            found is None
            and self.beyond is not None
            and not any(
                said.qualifier is not None
                for unit in self.texts.changed
                for names in unit.names.saying.get(space, {}).values()
                for said in names
            )
        ):
            found = self._qualifying[space, keys] = self.beyond._qualifiers(space, keys)
        if found is None:
            said = (one for _, said in self._all(space, keys) for one in said)
            found = frozenset(one.qualifier for one in said if one.qualifier is not None)
            self._qualifying[space, keys] = found
        return found

    def _all(self, space: str, keys: _Keys) -> Iterator[tuple[str, Iterator[Said]]]:
        for visible, folder in keys:
            for name, units in self.texts.said(space, visible, folder):
                yield name, self._said(space, name, visible, units)

    def _said(
        self, space: str, name: str, visible: Visibility | None, units: Iterable[Unit]
    ) -> Iterator[Said]:
        return (
            said
            for unit in units
            if self._counts(space, unit)
            for said in unit.names.saying[space][name]
            if said.visible is visible
        )

    def _declared_from(self, space: str) -> _Keys:
        """How visible a declaration must be to be seen, and in which folder (None for any)."""
        if space not in self.language.naming.closed:
            return ()
        if self.folder is None:
            return tuple((visible, None) for visible in Visibility)
        return (Visibility.WORKSPACE, None), (Visibility.FOLDER, self.folder)

    def _used_from(self, space: str) -> _Keys:
        """The same for references, which are seen as far as declarations of their kind."""
        farthest = self.language.naming.closed.get(space)
        if self.folder is None or farthest == Visibility.WORKSPACE:
            return ((None, None),)
        return ((None, self.folder),) if farthest == Visibility.FOLDER else ()

    def _counts(self, space: str, unit: Unit) -> bool:
        """What has to be declared in each text is not declared by a catalogue."""
        near = self.language.naming.closed[space] in (Visibility.SCOPE, Visibility.FILE)
        return not (near and unit.names.is_catalogue)


def builtin_names(language: Language, space: str) -> frozenset[str]:
    """What the language itself brings of a kind, without what marks it as a name."""
    return _builtin.get(
        (language, space),
        lambda: frozenset(
            compared(one.name, language.naming) for one in language.builtins if one.space == space
        ),
    )


_builtin: LruCache[tuple[Language, str], frozenset[str]] = LruCache(256)


def _agree(said: str | None, qualifier: str | None) -> bool:
    """Whether a qualifier does not tell a name from one that is said with another."""
    return qualifier is None or said is None or said == qualifier
