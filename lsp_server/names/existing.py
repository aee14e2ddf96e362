"""Which names exist for a document: those that it and the files beside it declare, use, or the language
brings.

What a kind of name allows has three answers. *Allowed* and *forbidden* there are only where the bundle says
that the kind is closed, and the person's own texts agree: where many of their references name nothing
known, as with a schema that is elsewhere, all is *unknown*, and nothing is forbidden.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from lsp_server.cache import cached_property
from lsp_server.languages import Language
from lsp_server.names.occurrences import Names, Occurrence, Said, Visibility
from lsp_server.names.seen import Seen, builtin_names
from lsp_server.names.standing import Unit
from lsp_server.names.strictness import Strictness
from lsp_server.names.texts import Texts
from lsp_server.text import Span

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

_MOST_TEXTS = 400
"""Of the texts beside a document, so many at most are asked whether a kind is closed."""


_SEVERAL = 2
"""What so many other texts miss too is no mistake of one of them; two may well have the same one."""


@dataclass(frozen=True, slots=True)
class References:
    """How many different references there are, and those that name nothing that is declared."""

    total: int = 0
    unknown: tuple[Said, ...] = ()

    def __add__(self, other: References) -> References:
        return References(self.total + other.total, (*self.unknown, *other.unknown))


class NamesAround:
    """What other texts say; made once for as long as they are as they are.

    Args:
        language: of all of them.
        units: their names, with the folders that they are in.
        beyond: what further texts say.
        without: URIs of further ones that do not count.

    """

    def __init__(
        self,
        language: Language,
        units: Iterable[Unit],
        beyond: NamesAround | None = None,
        without: Iterable[str] = (),
    ) -> None:
        self.language = language
        self.texts: Texts = Texts(units, None if beyond is None else beyond.texts, without)
        self.kept: dict[str, tuple[Own | None, bool | None]] = {}
        """By space of members, whether these have to be declared, as these texts say with those of a document
        (see `members`).
        """
        self.beyond = beyond
        self._seen: dict[str, Seen] = {}
        self._members: dict[str, bool] = {}
        self._references: dict[tuple[tuple[str, ...], str | None], References] = {}
        self._referring: dict[tuple[tuple[str, ...], str | None], Mapping[str, References]] = {}
        self._defined: dict[str, Sequence[Occurrence]] = {}

    @cached_property
    def fingerprint(self) -> Hashable:
        """Differs where other names are declared or used."""
        return hash(frozenset((unit.folder, unit.names.fingerprint) for unit in self.texts))

    def seen_from(self, folder: str) -> Seen:
        """What can be seen from a folder."""
        if folder not in self._seen:
            beyond = None if self.beyond is None else self.beyond.seen_from(folder)
            self._seen[folder] = Seen(self.language, self.texts, folder, beyond)
        return self._seen[folder]

    def has_members(self, space: str) -> bool:
        """Whether a text declares something in a space of members, or a catalogue has it."""
        if space not in self._members:
            texts = self.texts
            if self.beyond is not None and not self.beyond.has_members(space):
                texts = Texts(self.texts.changed)
            self._members[space] = any(space in unit.names.member_spaces for unit in texts.catalogues) or any(
                any(True for _ in units)
                for visible in Visibility
                for _, units in texts.said(space, visible, None)
            )
        return self._members[space]

    def defined(self, name: str) -> Sequence[Occurrence]:
        """The definitions of a name in the texts that may define it for others."""
        if name not in self._defined:
            self._defined[name] = _defined(name, (unit.names for unit in self.texts.publishing(name)))
        return self._defined[name]

    def references(self, spaces: tuple[str, ...], folder: str | None) -> References:
        """The references of texts to some spaces: of those in a folder, or of some hundreds of all."""
        key = (spaces, folder)
        if key not in self._references:
            found = self._by_text(spaces, folder).values()
            unknown = tuple(said for one in found for said in one.unknown)
            self._references[key] = References(sum(one.total for one in found), unknown)
        return self._references[key]

    def _by_text(self, spaces: tuple[str, ...], folder: str | None) -> Mapping[str, References]:
        """The same by URI; those of the texts beyond as that was found."""
        key = (spaces, folder)
        if key not in self._referring:
            texts, found = self.texts, dict[str, References]()
            if self.beyond is not None:
                found.update(self.beyond._by_text(spaces, folder))
                texts = Texts(self.texts.changed)
            units = [*(texts if folder is None else texts.in_folder(folder))]
            for changed in texts:
                found.pop(changed.uri, None)
            for unit in units[:: -(-len(units) // _MOST_TEXTS) or 1]:
                counted = self.texts.at(unit.uri)
                if counted is not None and counted is unit:
                    seen = Seen(self.language, Texts([unit]), None), self.seen_from(unit.folder)
                    found[unit.uri] = _references(self.language, unit.names, spaces, seen)
            self._referring[key] = found
        return self._referring[key]


@dataclass(frozen=True, eq=False)
class Own:
    """What a document says itself, as far as it is known: from this version of it or one before."""

    language: Language
    names: Names

    @cached_property
    def seen(self) -> Seen:
        """All that it says."""
        return Seen(self.language, Texts([Unit("", "", self.names)]), None)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that it defines."""
        said = (one for names in self.names.said.values() for one in names)
        return frozenset(one.name for one in said if one.visible is not None)

    @cached_property
    def declared(self) -> Mapping[str, frozenset[Said]]:
        """By space, what it declares for other texts too."""
        beyond = (Visibility.FOLDER, Visibility.WORKSPACE)
        said = {space: self.names.said.get(space, ()) for space in self.language.naming.declared}
        return {
            space: frozenset(one for one in names if one.visible in beyond) for space, names in said.items()
        }

    def used_otherwise(self, before: Own) -> frozenset[str]:
        """The names that only one of two versions refers to, in the top-level elements that differ."""
        now, then = set(self.names.parts), set(before.names.parts)
        ours, theirs = (
            frozenset(here.name for part in parts for here in part.occurrences if not here.defines)
            for parts in (now - then, then - now)
        )
        return ours ^ theirs

    def unreachable(self, offset: int) -> Iterator[Occurrence]:
        """What may not be referred to from an offset: what is being defined around it, if the bundle says so.

        Within a scope also the names of other scopes, of the kinds that are known in their scope at most.
        """
        place = bisect_right(self.names.starts, offset) - 1
        near = self.names.parts[place] if place >= 0 else None
        inside = offset - self.names.starts[place] if place >= 0 else 0
        around = set[int]()
        if near is not None:
            yield from (one for one in near.occurrences if one.outside and _holds(one.element, inside))
            around = {number for number, scope in enumerate(near.scopes) if _holds(scope.span, inside)}
        closed = self.language.naming.closed
        if near is None or not around or Visibility.SCOPE not in closed.values():
            return
        reached = {one.name for one in near.scoped if one.scope in around}
        for here in (one for part in self.names.parts for one in part.scoped):
            is_closed = all(closed.get(space) == Visibility.SCOPE for space in here.spaces)
            if is_closed and here.name not in reached:
                yield here


@dataclass(frozen=True, eq=False)
class Existing:
    """The names that exist for one document.

    Args:
        around: what the other texts say.
        folder: the folder of the document.
        own: what the document says itself; None if that is not known, so that nothing is forbidden.
        beyond: whether all other texts are known; else nothing is forbidden that may be declared in one.
        strictness: how sure it has to be that a name does not exist.
        begun: the word that is typed: that it stands there does not make it a name.
        unreachable: definitions around the cursor that may not be referred to from there.

    """

    around: NamesAround
    folder: str
    own: Own | None
    strictness: Strictness = Strictness.PREFER
    begun: str = ""
    beyond: bool = True
    unreachable: Sequence[Occurrence] = ()
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

    @cached_property
    def _seen(self) -> tuple[Seen, Seen]:
        """What the document says itself, and what can be seen of the others."""
        own = Seen(self.language, Texts(), None) if self.own is None else self.own.seen
        return own, self.around.seen_from(self.folder)

    def kinds_of(self, name: str) -> frozenset[str]:
        """The spaces in which a name is known: in the document, where others declare it, and of those in
        which names have to be declared, in the language.
        """
        named = [] if self.own is None else [*self.own.names.named(name)]
        for unit in self.around.texts.publishing(name):
            if not unit.names.is_catalogue:
                named += (one for one in unit.names.named(name) if one.occurrence.defines)
        declared = self.language.naming.declared
        builtin = {space for space in declared if name in builtin_names(self.language, space)}
        return frozenset(builtin.union(*(one.occurrence.spaces for one in named)))

    def used(self, space: str, beginning: str) -> tuple[str, ...]:
        """The names in a space that begin so and that other texts refer to, those first that most do."""
        counts = self.around.texts.uses(space)
        begun = (name for name in counts if name.startswith(beginning))
        return tuple(sorted(begun, key=lambda name: (-counts[name], name)))

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
        if any(unit.names.is_open(space) for unit in self.around.texts.catalogues for space in spaces):
            return False
        if self.strictness is not Strictness.PREFER:
            return self.strictness is Strictness.REQUIRE
        for pool, folder in self._pools(spaces):
            found = self._references(pool, folder)
            if found.total >= (_TELLING if found.unknown else 1):
                break
        return len(found.unknown) <= max(MISSES_ALLOWED, (1 - ENOUGH_RESOLVE) * found.total)

    def is_missed_elsewhere(self, here: Occurrence) -> bool:
        """Whether a member that is declared nowhere, or a name that each text declares for itself, is missing
        in several other texts too.
        """
        naming, texts, space = self.language.naming, self.around.texts, here.spaces[0]
        if space in naming.members:
            if any(
                any(texts.saying(each, visible, None, here.name))
                for each in here.spaces
                for visible in Visibility
            ):
                return False
        elif naming.closed.get(space) not in (Visibility.SCOPE, Visibility.FILE):
            return False
        missing = (
            unit
            for unit in texts.saying(space, None, None, here.name)
            if all(said.visible is None for said in unit.names.saying[space][here.name])
        )
        return sum(1 for _ in islice(missing, _SEVERAL)) == _SEVERAL

    def is_sure(self, spaces: tuple[str, ...]) -> bool:
        """Whether a name of a closed kind that does not exist is a mistake: hardly any other names
        nothing.
        """
        if not self.language.naming.untold.isdisjoint(spaces):
            return False
        pools = self._pools(spaces)
        if self._is_far(spaces):
            found = [self._references(*pool) for pool in pools[:-1] or pools]
        else:
            assert self.own is not None
            found = [_references(self.language, self.own.names, spaces, self._seen, self.begun)]
        return all(len(one.unknown) <= max(MISSES_ALLOWED, _MISTAKEN * one.total) for one in found)

    def _pools(self, spaces: tuple[str, ...]) -> Sequence[tuple[tuple[str, ...], str | None]]:
        """The references that tell whether a kind is closed, the nearest first: spaces, and a folder or
        all.

        Those of what something else may bring do not tell whether all files of a folder are there.
        """
        naming = self.language.naming
        told = {space: reach for space, reach in naming.closed.items() if space not in naming.untold}
        beside = tuple(space for space, reach in told.items() if reach == Visibility.FOLDER)
        near = [(spaces, self.folder), (beside, self.folder)] if set(spaces) <= set(beside) else []
        return [*near, (spaces, None)]

    def _references(self, spaces: tuple[str, ...], folder: str | None) -> References:
        """The references of the document, and of the other texts, to some spaces."""
        assert self.own is not None
        own = _references(self.language, self.own.names, spaces, self._seen, self.begun)
        others = self.around.references(spaces, folder)
        declared = self.own.defined
        unknown = tuple(
            said
            for said in others.unknown
            if said.name not in declared or not _is_declared(self.language, self._seen[:1], said)
        )
        return own + References(others.total, unknown)

    def _fits(self, name: str, use: Use) -> bool:
        """Whether something of that name, if any is declared or brought by the language, is of a kind that
        fits.
        """
        own = _defined(name, [] if self.own is None else [self.own.names])
        found = (*self.around.defined(name), *own)
        kinds = {one.kind for one in found if not set(one.spaces).isdisjoint(use.spaces)}
        if any(name in builtin_names(self.language, space) for space in use.spaces):
            brought = (one for one in self.language.builtins if one.name == name)
            kinds |= {one.kind for one in brought if one.space in use.spaces}
        return not kinds or not kinds.isdisjoint(use.fits)

    def _is_usual(self, name: str) -> bool:
        """Whether the document has a name more than once: a line half-typed makes names of what follows."""
        return self.own is not None and name != self.begun and len(self.own.names.named(name)) > 1

    def _is_far(self, spaces: tuple[str, ...]) -> bool:
        """Whether names of some spaces may be declared in another text."""
        closed = (self.language.naming.closed[space] for space in spaces)
        return any(reach in (Visibility.FOLDER, Visibility.WORKSPACE) for reach in closed)

    def _beside(self, use: Use) -> set[str]:
        """The names of other spaces that may stand in a place, as `Naming.qualifiers` says."""
        qualifiers = self.language.naming.qualifiers
        if use.qualifies:
            spaces = [one for one, others in qualifiers.items() if not set(others).isdisjoint(use.spaces)]
        else:
            spaces = [other for space in use.spaces for other in qualifiers.get(space, ())]
        found: set[str] = set()
        for space in spaces:
            found |= builtin_names(self.language, space) if use.qualifies else set()
            for seen in self._seen:
                found |= seen.declared(space, replace(use, qualifies=not use.qualifies), None)
        return found

    def _allowed(self, use: Use, qualifier: str | None) -> frozenset[str] | None:
        far = self._is_far(use.spaces)
        found = self._beside(use)
        # What the language brings of other closed kinds, used or not, is no name of this one.
        others = self.language.naming.closed.keys() - set(use.spaces)
        declared = bool(found) and not use.qualifies
        for space in use.spaces:
            found |= set() if use.qualifies else builtin_names(self.language, space)
            for seen in self._seen:
                names = seen.declared(space, use, qualifier)
                declared |= bool(names)
                found |= names
                if far and self.strictness is Strictness.PREFER:
                    brought = (builtin_names(self.language, other) for other in others)
                    used = seen.used(space, use, qualifier).difference(*brought)
                    found |= set(filter(self._is_usual, used)) if seen is self._seen[0] else used
        if not declared and (far or qualifier is not None or use.qualifies):
            return None
        found = {name for name in found if self._fits(name, use)} if use.fits else found
        return frozenset(found) - {
            one.name
            for one in self.unreachable
            if one.qualifier == qualifier and not set(one.spaces).isdisjoint(use.spaces)
        }


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _defined(name: str, texts: Iterable[Names]) -> Sequence[Occurrence]:
    """The definitions of a name in some texts."""
    found = (one.occurrence for names in texts for one in names.named(name))
    return [occurrence for occurrence in found if occurrence.defines]


def _references(
    language: Language, names: Names, spaces: tuple[str, ...], seen: Sequence[Seen], begun: str = ""
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
                declared = _is_declared(language, seen, said)
                if declared or said.qualifier is None or _is_qualifier(seen, said.spaces, said.qualifier):
                    total += 1
                    unknown += [] if declared else [said]
    return References(total, tuple(unknown))


def _is_declared(language: Language, seen: Sequence[Seen], said: Said) -> bool:
    return any(
        said.name in builtin_names(language, space)
        or any(one.declares(space, said.name, said.qualifier) for one in seen)
        for space in said.spaces
    )


def _is_qualifier(seen: Sequence[Seen], spaces: Sequence[str], qualifier: str) -> bool:
    """Whether something is declared with the same qualifier."""
    return any(one.has_qualifier(space, qualifier) for one in seen for space in spaces)
