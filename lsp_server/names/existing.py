"""Which names exist for a document: those that it and the files beside it declare, use, or the language
brings.

What a kind of name allows has three answers. *Allowed* and *forbidden* there are only where the bundle says
that the kind is closed, and the person's own texts agree: where many of their references name nothing
known, as with a schema that is elsewhere, all is *unknown*, and nothing is forbidden.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from lsp_server.languages import Language
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import Names, Said, Visibility
from lsp_server.names.places import Use
from lsp_server.names.resolving import Unit

_ENOUGH_RESOLVE = 0.8
"""A kind is closed if so many of the person's references of it name something that is declared."""

_MISSES_ALLOWED = 1
"""One that does not is none the less, or a person who begins could not make a mistake."""


class Strictness(StrEnum):
    """What is done about names that nobody declares: nothing, not to suggest them where that is likely to
    be right, or never to suggest them where the bundle says that all are declared.
    """

    OFF = "off"
    PREFER = "prefer"
    REQUIRE = "require"


_Names = Mapping[str, frozenset[str | None]]
"""Names, as names are compared, each with its qualifiers."""


@dataclass(frozen=True, slots=True)
class _Sifted:
    """The names of one space: those that are declared, and those that are used."""

    declared: _Names
    used: _Names


_EMPTY = _Sifted({}, {})


@dataclass(frozen=True, eq=False)
class Around:
    """What other texts say; made once for as long as they are as they are.

    Args:
        language: of all of them.
        units: their names, with the folders that they are in.

    """

    language: Language
    units: Sequence[Unit]
    _by_folder: dict[str, Mapping[str, _Sifted]] = field(default_factory=dict, repr=False)
    _references: dict[tuple[str, ...], tuple[int, tuple[tuple[str, Said], ...]]] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def fingerprint(self) -> Hashable:
        """Differs where other names are declared or used."""
        return hash(frozenset((unit.folder, unit.names.said) for unit in self.units))

    def seen_from(self, folder: str) -> Mapping[str, _Sifted]:
        """By space, what can be seen from a folder."""
        if folder not in self._by_folder:
            self._by_folder[folder] = _sift(self.language, self.units, folder)
        return self._by_folder[folder]

    def references(self, spaces: tuple[str, ...]) -> tuple[int, tuple[tuple[str, Said], ...]]:
        """How many different references there are to some spaces; those that name nothing, with their
        folders.
        """
        if spaces not in self._references:
            builtin, total, unknown = _builtin(self.language, spaces), 0, []
            for unit in self.units:
                own = _sift(self.language, (unit,), None)
                seen = (own, self.seen_from(unit.folder))
                for said in _references(unit.names, spaces):
                    total += 1
                    if said.name not in builtin and not _is_declared(seen, spaces, said):
                        unknown.append((unit.folder, said))
            self._references[spaces] = total, tuple(unknown)
        return self._references[spaces]


@dataclass(frozen=True, eq=False)
class Existing:
    """The names that exist for one document.

    Args:
        around: what the other texts say.
        folder: the folder of the document.
        own: the names in the document as far as they are known, from this version or one before; None for
            nothing known, so that nothing is forbidden.
        strictness: how sure it has to be that a name does not exist.
        begun: the word at the cursor: that it stands there does not make it a name.

    """

    around: Around
    folder: str
    own: Names | None
    strictness: Strictness = Strictness.PREFER
    begun: str = ""
    _closed: dict[tuple[str, ...], bool] = field(default_factory=dict, repr=False)
    _found: dict[tuple[Use, str | None], frozenset[str] | None] = field(default_factory=dict, repr=False)

    @property
    def language(self) -> Language:
        """That of the document."""
        return self.around.language

    @cached_property
    def _own(self) -> Mapping[str, _Sifted]:
        return {} if self.own is None else _sift(self.language, (Unit("", "", self.own),), None)

    def allowed(self, use: Use, qualifier: str | None) -> frozenset[str] | None:
        """The names that may stand in a place, as names are compared; None where nothing is forbidden.

        Of a kind that is declared in the file itself none may stand where there are none; of any other it is
        then not known where they are.
        """
        key = (use, qualifier)
        if key not in self._found:
            self._found[key] = self._allowed(use, qualifier) if self.is_closed(use.spaces) else None
        return self._found[key]

    def is_closed(self, spaces: tuple[str, ...]) -> bool:
        """Whether all names of a kind have to be declared, as far as bundle and evidence tell."""
        if spaces not in self._closed:
            self._closed[spaces] = self._decide(spaces)
        return self._closed[spaces]

    def _decide(self, spaces: tuple[str, ...]) -> bool:
        if self.own is None or not self.language.naming.closed.keys() >= set(spaces):
            return False
        if self.strictness is not Strictness.PREFER:
            return self.strictness is Strictness.REQUIRE
        builtin = _builtin(self.language, spaces)
        total, unknown = self.around.references(spaces)
        missing = sum(not _is_declared((self._own,), spaces, said) for _, said in unknown)
        seen = (self._own, self.around.seen_from(self.folder))
        for said in _references(self.own, spaces):
            if said.name != self.begun:
                total += 1
                missing += said.name not in builtin and not _is_declared(seen, spaces, said)
        return missing <= max(_MISSES_ALLOWED, (1 - _ENOUGH_RESOLVE) * total)

    def _allowed(self, use: Use, qualifier: str | None) -> frozenset[str] | None:
        found: set[str] = set()
        declared = False
        for space in use.spaces:
            for seen in (self._own, self.around.seen_from(self.folder)):
                sifted = seen.get(space, _EMPTY)
                names = _kept(sifted.declared, use, qualifier)
                declared |= bool(names)
                found |= names
                if self.strictness is Strictness.PREFER:
                    found |= _kept(sifted.used, use, qualifier) - {self.begun if seen is self._own else ""}
        closed = self.language.naming.closed
        local = all(Visibility(closed[space]) in (Visibility.SCOPE, Visibility.FILE) for space in use.spaces)
        if not declared and not (local and qualifier is None and not use.qualifies):
            return None
        return frozenset(found if use.qualifies else found | _builtin(self.language, use.spaces))


def _sift(language: Language, units: Iterable[Unit], folder: str | None) -> Mapping[str, _Sifted]:
    """By space, what some texts say that is seen from a folder; with None, all that they say."""
    declared: dict[str, dict[str, set[str | None]]] = {}
    used: dict[str, dict[str, set[str | None]]] = {}
    closed = language.naming.closed
    for unit in units:
        for said in unit.names.said:
            reach = said.visible or Visibility(closed.get(said.space, Visibility.SCOPE))
            beside = reach is Visibility.FOLDER and unit.folder == folder
            if folder is None or beside or reach is Visibility.WORKSPACE:
                found = used if said.visible is None else declared
                found.setdefault(said.space, {}).setdefault(said.name, set()).add(said.qualifier)
    return {
        space: _Sifted(_frozen(declared.get(space, {})), _frozen(used.get(space, {})))
        for space in declared.keys() | used.keys()
    }


def _frozen(found: Mapping[str, set[str | None]]) -> _Names:
    return {name: frozenset(qualifiers) for name, qualifiers in found.items()}


def _references(names: Names, spaces: tuple[str, ...]) -> Iterator[Said]:
    """The different references to some spaces, each once."""
    return (said for said in names.said if said.visible is None and said.space == spaces[0])


def _is_declared(seen: Iterable[Mapping[str, _Sifted]], spaces: tuple[str, ...], said: Said) -> bool:
    return any(
        said.name in sifted.declared and _agree(sifted.declared[said.name], said.qualifier)
        for one in seen
        for space in spaces
        if (sifted := one.get(space)) is not None
    )


def _builtin(language: Language, spaces: Sequence[str]) -> set[str]:
    """What the language itself brings of a kind, without what marks it as a name."""
    return {compared(one.name, language.naming) for one in language.builtins if one.kind in spaces}


def _agree(qualifiers: Iterable[str | None], qualifier: str | None) -> bool:
    """Whether none of some qualifiers is needed to tell a name from one with another, or one is the same."""
    return qualifier is None or any(one is None or one == qualifier for one in qualifiers)


def _kept(names: _Names, use: Use, qualifier: str | None) -> set[str]:
    """The names that a qualifier does not tell apart; for what qualifies, the qualifiers."""
    if use.qualifies:
        return {one for qualifiers in names.values() for one in qualifiers if one is not None}
    return {name for name, qualifiers in names.items() if _agree(qualifiers, qualifier)}
