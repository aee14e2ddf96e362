"""Which names exist for a document: those that it and the files beside it declare, use, or the language
brings.

What a kind of name allows has three answers. *Allowed* and *forbidden* there are only where the bundle says
that the kind is closed, and the person's own texts agree: where many of their references name nothing
known, as with a schema that is elsewhere, all is *unknown*, and nothing is forbidden.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from lsp_server.languages import Language
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import Names, Said, Visibility
from lsp_server.names.standing import Unit
from lsp_server.names.strictness import Strictness

if TYPE_CHECKING:
    from lsp_server.names.places import Use

ENOUGH_RESOLVE = 0.8
"""A kind is closed if so many of the person's references of it name something that is declared."""

_TELLING = 5
"""So many references in a folder, or one if all are declared, say enough of that; else all folders count."""

MISSES_ALLOWED = 1
"""One that does not is none the less, or a person who begins could not make a mistake."""


_MISTAKEN = 0.02
"""Of the references in a folder, so many may be mistakes of a person; where it is more, not all files are
there.
"""

_Names = Mapping[str, frozenset[str | None]]
"""Names, as names are compared, each with its qualifiers."""


@dataclass(frozen=True, slots=True)
class _Sifted:
    """The names of one space: those that are declared, those that are used, those that the language
    brings.
    """

    declared: _Names
    used: _Names
    builtin: frozenset[str] = frozenset()


_EMPTY = _Sifted({}, {})

_Seen = Mapping[str, _Sifted]
"""What can be seen, by space."""


@dataclass(frozen=True, slots=True)
class References:
    """How many different references there are, and those that name nothing that is declared."""

    total: int = 0
    unknown: tuple[Said, ...] = ()

    def __add__(self, other: References) -> References:
        return References(self.total + other.total, (*self.unknown, *other.unknown))


@dataclass(frozen=True, eq=False)
class NamesAround:
    """What other texts say; made once for as long as they are as they are.

    Args:
        language: of all of them.
        units: their names, with the folders that they are in.

    """

    language: Language
    units: Sequence[Unit]
    kept: dict[str, bool] = field(default_factory=dict, repr=False)
    """By space of members, whether these have to be declared (see `members`)."""

    _members: dict[str, bool] = field(default_factory=dict, repr=False)
    _by_folder: dict[str, _Seen] = field(default_factory=dict, repr=False)
    _references: dict[tuple[tuple[str, ...], str | None], References] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def fingerprint(self) -> Hashable:
        """Differs where other names are declared or used."""
        spaces, nothing = sorted(self.language.naming.declared), frozenset[Said]()
        return hash(
            frozenset(
                (one.folder, *(one.names.said.get(space, nothing) for space in spaces)) for one in self.units
            )
        )

    def seen_from(self, folder: str) -> _Seen:
        """By space, what can be seen from a folder."""
        if folder not in self._by_folder:
            found = _sift(self.language, self.units, folder)
            self._by_folder[folder] = {
                space: replace(sifted, builtin=builtin_names(self.language, space))
                for space, sifted in found.items()
            }
        return self._by_folder[folder]

    def has_members(self, space: str) -> bool:
        """Whether a text declares something in a space of members, or a catalogue has it."""
        if space not in self._members:
            self._members[space] = any(
                space in one.names.member_spaces
                or any(said.visible is not None for said in one.names.said.get(space, ()))
                for one in self.units
            )
        return self._members[space]

    def references(self, spaces: tuple[str, ...], folder: str | None) -> References:
        """The references of all texts to some spaces, or of those in a folder."""
        key = (spaces, folder)
        if key not in self._references:
            found = References()
            for unit in self.units:
                if folder is None or unit.folder == folder:
                    seen = (_sift(self.language, (unit,), None), self.seen_from(unit.folder))
                    found += _references(self.language, unit.names, spaces, seen)
            self._references[key] = found
        return self._references[key]


@dataclass(frozen=True, eq=False)
class Own:
    """What a document says itself, as far as it is known: from this version of it or one before."""

    language: Language
    names: Names

    @cached_property
    def sifted(self) -> _Seen:
        """By space, all that it says."""
        return _sift(self.language, (Unit("", "", self.names),), None)

    @cached_property
    def declared(self) -> Mapping[str, frozenset[Said]]:
        """By space, what it declares for other texts too."""
        beyond = (Visibility.FOLDER, Visibility.WORKSPACE)
        said = {space: self.names.said.get(space, ()) for space in self.language.naming.declared}
        return {
            space: frozenset(one for one in names if one.visible in beyond) for space, names in said.items()
        }

    def is_usual(self, name: str) -> bool:
        """Whether a name stands in it more than once: a line half-typed makes names of what follows."""
        return len(self.names.named(name)) > 1


@dataclass(frozen=True, eq=False)
class Existing:
    """The names that exist for one document.

    Args:
        around: what the other texts say.
        folder: the folder of the document.
        own: what the document says itself; None if that is not known, so that nothing is forbidden.
        beyond: whether all other texts are known; else nothing is forbidden that may be declared in one.
        strictness: how sure it has to be that a name does not exist.
        begun: the word at the cursor: that it stands there does not make it a name.

    """

    around: NamesAround
    folder: str
    own: Own | None
    strictness: Strictness = Strictness.PREFER
    begun: str = ""
    beyond: bool = True
    _closed: dict[tuple[str, ...], bool] = field(default_factory=dict, repr=False)
    _found: dict[tuple[Use, str | None], frozenset[str] | None] = field(default_factory=dict, repr=False)

    @property
    def language(self) -> Language:
        """That of the document."""
        return self.around.language

    @property
    def fingerprint(self) -> Hashable:
        """Differs where others of the names exist that other texts have; what is made for one holds for no
        other.
        """
        return self.strictness, self.beyond, self.around.fingerprint

    @property
    def _seen(self) -> tuple[_Seen, _Seen]:
        """What the document says itself, and what can be seen of the others."""
        return {} if self.own is None else self.own.sifted, self.around.seen_from(self.folder)

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
        if not self.beyond and self._is_far(spaces):
            return False
        if any(unit.names.is_open(space) for unit in self.around.units for space in spaces):
            return False
        if self.strictness is not Strictness.PREFER:
            return self.strictness is Strictness.REQUIRE
        for pool, folder in self._pools(spaces):
            found = self._references(pool, folder)
            if found.total >= (_TELLING if found.unknown else 1):
                break
        return len(found.unknown) <= max(MISSES_ALLOWED, (1 - ENOUGH_RESOLVE) * found.total)

    def is_sure(self, spaces: tuple[str, ...]) -> bool:
        """Whether a name of a closed kind that does not exist is a mistake: hardly any other names
        nothing.
        """
        pools = self._pools(spaces)
        if self._is_far(spaces):
            found = [self._references(*pool) for pool in pools[:-1] or pools]
        else:
            assert self.own is not None
            found = [_references(self.language, self.own.names, spaces, self._seen)]
        return all(len(one.unknown) <= max(MISSES_ALLOWED, _MISTAKEN * one.total) for one in found)

    def _pools(self, spaces: tuple[str, ...]) -> Sequence[tuple[tuple[str, ...], str | None]]:
        """The references that tell whether a kind is closed, the nearest first: spaces, and a folder or
        all.
        """
        closed = self.language.naming.closed
        beside = tuple(space for space, reach in closed.items() if reach == Visibility.FOLDER)
        near = [(spaces, self.folder), (beside, self.folder)] if set(spaces) <= set(beside) else []
        return [*near, (spaces, None)]

    def _references(self, spaces: tuple[str, ...], folder: str | None) -> References:
        """The references of the document, and of the other texts, to some spaces."""
        assert self.own is not None
        own = _references(self.language, self.own.names, spaces, self._seen, self.begun)
        others = self.around.references(spaces, folder)
        unknown = tuple(said for said in others.unknown if not _is_declared(self._seen[:1], said))
        return own + References(others.total, unknown)

    def _is_usual(self, name: str) -> bool:
        return self.own is not None and name != self.begun and self.own.is_usual(name)

    def _is_far(self, spaces: tuple[str, ...]) -> bool:
        """Whether names of some spaces may be declared in another text."""
        closed = (self.language.naming.closed[space] for space in spaces)
        return any(reach in (Visibility.FOLDER, Visibility.WORKSPACE) for reach in closed)

    def _allowed(self, use: Use, qualifier: str | None) -> frozenset[str] | None:
        far = self._is_far(use.spaces)
        found: set[str] = set()
        declared = False
        for space in use.spaces:
            for seen in self._seen:
                sifted = seen.get(space, _EMPTY)
                names = _kept(sifted.declared, use, qualifier)
                declared |= bool(names)
                found |= names if use.qualifies else names | sifted.builtin
                if far and self.strictness is Strictness.PREFER:
                    used = _kept(sifted.used, use, qualifier)
                    found |= set(filter(self._is_usual, used)) if seen is self._seen[0] else used
        if not declared and (far or qualifier is not None or use.qualifies):
            return None
        return frozenset(found)


def _sift(language: Language, units: Iterable[Unit], folder: str | None) -> _Seen:
    """By space, what some texts say that is seen from a folder; with None, all that they say."""
    found: dict[str, _Sifted] = {}
    for space, farthest in language.naming.closed.items():
        declared: dict[str, set[str | None]] = {}
        used: dict[str, set[str | None]] = {}
        for unit in units:
            if unit.names.is_catalogue and farthest in (Visibility.SCOPE, Visibility.FILE):
                continue  # What has to be declared in each text is not declared by a catalogue.
            for said in unit.names.said.get(space, ()):
                reach = said.visible or farthest
                beside = reach == Visibility.FOLDER and unit.folder == folder
                if folder is None or beside or reach == Visibility.WORKSPACE:
                    names = used if said.visible is None else declared
                    names.setdefault(said.name, set()).add(said.qualifier)
        found[space] = _Sifted(_frozen(declared), _frozen(used))
    return found


def _frozen(found: Mapping[str, set[str | None]]) -> _Names:
    return {name: frozenset(qualifiers) for name, qualifiers in found.items()}


def _references(
    language: Language, names: Names, spaces: tuple[str, ...], seen: Sequence[_Seen], begun: str = ""
) -> References:
    """The different references of a text to some spaces, but for a word that is only `begun`.

    Where nothing with the same qualifier is declared, nothing is known of what is qualified.
    """
    total, unknown = 0, []
    for space in spaces:
        for said in names.said.get(space, ()):
            if (
                said.visible is None
                and said.name != begun
                and set(said.spaces) <= language.naming.closed.keys()
            ):
                declared = _is_declared(seen, said)
                if declared or said.qualifier is None or _is_qualifier(seen, said):
                    total += 1
                    unknown += [] if declared else [said]
    return References(total, tuple(unknown))


def _is_declared(seen: Sequence[_Seen], said: Said) -> bool:
    return any(
        said.name in sifted.builtin
        or (said.name in sifted.declared and _agree(sifted.declared[said.name], said.qualifier))
        for sifted in _sifted(seen, said.spaces)
    )


def _is_qualifier(seen: Sequence[_Seen], said: Said) -> bool:
    """Whether something is declared with the same qualifier."""
    return any(
        said.qualifier in qualifiers
        for sifted in _sifted(seen, said.spaces)
        for qualifiers in sifted.declared.values()
    )


def _sifted(seen: Sequence[_Seen], spaces: Iterable[str]) -> Iterator[_Sifted]:
    return (one[space] for one in seen for space in spaces if space in one)


def builtin_names(language: Language, space: str) -> frozenset[str]:
    """What the language itself brings of a kind, without what marks it as a name."""
    return frozenset(compared(one.name, language.naming) for one in language.builtins if one.kind == space)


def _agree(qualifiers: Iterable[str | None], qualifier: str | None) -> bool:
    """Whether none of some qualifiers is needed to tell a name from one with another, or one is the same."""
    return qualifier is None or any(one is None or one == qualifier for one in qualifiers)


def _kept(names: _Names, use: Use, qualifier: str | None) -> set[str]:
    """The names that a qualifier does not tell apart; for what qualifies, the qualifiers."""
    if use.qualifies:
        return {one for qualifiers in names.values() for one in qualifiers if one is not None}
    return {name for name, qualifiers in names.items() if _agree(qualifiers, qualifier)}
