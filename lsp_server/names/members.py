"""Which members a name may be one of where it is written: those of what owns it, as its tree tells.

The parser's state does not tell of what something is a member. So the tree is made with a word put where
the name is to stand, and the query is asked there alone. Where the owner is not declared, nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from lsp_server.languages import Language, Naming
from lsp_server.names.existing import ENOUGH_RESOLVE, MISSES_ALLOWED, Existing, NamesAround, Own
from lsp_server.names.naming import names_around
from lsp_server.names.occurrences import Name, Names
from lsp_server.names.resolving import Resolver
from lsp_server.names.seen import builtin_names
from lsp_server.names.standing import Place, Unit
from lsp_server.names.strictness import Strictness
from lsp_server.names.texts import Texts
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Edit, Span

_ANY = "x"
_HERE = "here"

_MISSED, _SURE = 3, 0.9
"""A text with more unknown members, and fewer known ones, is for another version of what owns them."""

_MOST_CLOSINGS = 3
"""So many ways to end what is open are tried."""

_SAMPLED = 40
"""So many of the person's references to members are looked up to tell whether members have to be declared."""


@dataclass(frozen=True, eq=False)
class Members:
    """Tells the members for places in what is typed at a cursor.

    Args:
        existing: the names that exist.
        text: the document.
        cursor: where it is typed.
        edited: makes the tree after one edit, the result of which is given.
        elements: tells where the top-level element may be that the cursor is in, the surest first.

    """

    existing: Existing
    text: str = field(repr=False)
    cursor: int
    edited: Callable[[Edit, str], SyntaxTree]
    elements: Callable[[], Iterable[Span]] = tuple
    _tried: dict[tuple[str, int, str, str, str], tuple[frozenset[str] | None, bool]] = field(
        default_factory=dict, repr=False
    )

    def at(
        self,
        typed: str,
        start: int,
        end: int,
        begun: str,
        spaces: tuple[str, ...],
        closing: Callable[[], Iterator[str]],
    ) -> frozenset[str] | None:
        """The names of some spaces that may stand in what is typed, as names are compared; None if not known.

        Where the word alone does not tell what it is a member of, that is tried with what closes what is open
        behind it, and then with what is typed there.

        Args:
            typed: what is typed at the cursor.
            start: where the word begins in it, perhaps before it.
            end: where the word ends in it.
            begun: what marks it as a name.
            spaces: those of the members, the first of which tells what they are members of.
            closing: texts that may end what is open behind a name there.

        """
        existing = self.existing
        if existing.own is None or not existing.beyond or not _are_anywhere(existing, spaces):
            return None
        behind, before = typed[max(end, 0) :].rstrip(), typed[: max(start, 0)]
        for following in self._following(behind, closing):
            key = before, start, begun, following, spaces[0]
            if key not in self._tried:
                self._tried[key] = self._in_tree(before, min(start, 0), begun, following, spaces[0])
            found, is_sure = self._tried[key]
            if found is not None or is_sure:
                return found
        return None

    def _in_tree(
        self, before: str, back: int, begun: str, following: str, space: str
    ) -> tuple[frozenset[str] | None, bool]:
        """The names that may stand in a word, as the tree with it tells; whether that is sound.

        Where it is not, since something is wrong elsewhere, the tree of the element alone is asked first.
        """
        edit = Edit(Span(self.cursor + back, self.cursor), before + begun + _ANY + following)
        joined = self.text[: edit.span.start] + edit.text + self.text[self.cursor :]
        offset = edit.span.start + len(edit.text) - len(following)
        tree = self.edited(edit, joined)
        told = self._told(tree, offset, space)
        if tree.sound:
            return told, True
        for element in self.elements():
            if element.start <= edit.span.start:
                end = element.end + len(joined) - len(self.text)
                alone = parse(self.existing.language, joined[element.start : end])
                found = self._told(alone, offset - element.start, space)
                if found is not None and alone.sound:
                    return found, False
                told = found if told is None else told
        return told, False

    def _told(self, tree: SyntaxTree, offset: int, space: str) -> frozenset[str] | None:
        """The names that may stand in the word that ends at an offset; None if a tree does not tell that."""
        existing = self.existing
        assert existing.own is not None
        here = Unit(_HERE, existing.folder, names_around(tree, offset))
        own = Unit("", existing.folder, existing.own.names)
        texts = Texts([here], beyond=Texts([own], beyond=existing.around.texts))
        resolver = _resolver(texts, existing.language)
        place = resolver.at(_HERE, offset)
        if place is None or _is_doubtful(tree, place):
            return None
        return self._known(resolver, place, space)

    def _known(self, resolver: Resolver, place: Place, space: str) -> frozenset[str] | None:
        """The names that may stand in a place, if it refers to a member; None if not known."""
        existing = self.existing
        if place.occurrence.spaces[0] != space or place.occurrence.defines:
            return None
        found = frozenset[str]() if self._has_none(resolver, place) else resolver.members(place)
        if found is None and may_be_of_any(resolver, existing.language.naming, place):
            found = frozenset(one.occurrence.name for one in resolver.known_at(place, of_any=True)) or None
        if found is None or not _are_declared(existing, space):
            return None
        return found | builtin_names(existing.language, space)

    def _has_none(self, resolver: Resolver, place: Place) -> bool:
        """Whether a name would be a member of what the language brings, and has no members."""
        brought = {(one.space, one.name) for one in self.existing.language.builtins if one.memberless}
        return not brought.isdisjoint(path[-1] for path in resolver.owners(place) if path)

    def _following(self, behind: str, closing: Callable[[], Iterator[str]]) -> Iterator[str]:
        yield ""
        yield from islice(filter(None, closing()), _MOST_CLOSINGS)
        if behind:
            yield f"{behind} {_ANY}"


def _resolver(texts: Texts, language: Language) -> Resolver:
    return Resolver(texts, partial(builtin_names, language))


def may_be_of_any(resolver: Resolver, naming: Naming, place: Place) -> bool:
    """Whether a name may be a member of anything.

    So it is where what is written before it is declared nowhere, and no other text can declare that: an alias
    in SQL is declared behind the columns that are selected.
    """
    owner = resolver.undeclared_owner(place)
    return owner is not None and owner.occurrence.spaces[0] not in naming.closed


def unknown_members(existing: Existing, names: Names) -> list[tuple[Name, frozenset[str]]]:
    """The references of a text to members that what owns them does not have, each with those that it has.

    There are none where that is not sure: where the owner is not known, or where many such references of the
    person name nothing that is known.
    """
    if existing.own is None or not existing.beyond:
        return []
    own = Unit("", existing.folder, names)
    texts = Texts([own], beyond=existing.around.texts)
    resolver, found = _resolver(texts, existing.language), list[tuple[Name, frozenset[str]]]()
    by_space: dict[str, list[Name]] = {}
    for name in names:
        here = name.occurrence
        if not (here.defines or here.hidden):
            by_space.setdefault(here.spaces[0], []).append(name)
    for space in sorted(existing.language.naming.members & by_space.keys()):
        builtin, total = builtin_names(existing.language, space), 0
        missing = list[tuple[Name, frozenset[str]]]()
        anywhere = {
            spaces: _are_anywhere(existing, spaces)
            for spaces in {one.occurrence.spaces for one in by_space[space]}
        }
        for name in by_space[space]:
            place = Place(own, name)
            if not (anywhere[name.occurrence.spaces] and resolver.knows_members(place)):
                continue
            # To look up one name takes far less than to collect all that may stand there.
            if resolver.definitions(place):
                total += 1
                continue
            known = resolver.members(place)
            total += known is not None
            if (
                known is not None
                and name.occurrence.name not in known | builtin
                and not resolver.is_ambiguous(place)
            ):
                missing.append((name, known | builtin))
        if len(missing) <= max(_MISSED, (1 - _SURE) * total) and _are_declared(existing, space):
            found += missing
    return found


def _are_anywhere(existing: Existing, spaces: Iterable[str]) -> bool:
    """Whether a member of one of some spaces is declared anywhere."""
    said = {} if existing.own is None else existing.own.names.said
    return any(
        existing.around.has_members(space) or any(one.visible is not None for one in said.get(space, ()))
        for space in spaces
    )


def _is_doubtful(tree: SyntaxTree, place: Place) -> bool:
    """Whether the tree leaves text out in the region that tells whose member a name is."""
    name = place.name
    region = next(name.part.regions_of(name.index, place.occurrence.spaces[0]), None)
    if region is None or tree.sound:
        return False
    around = name.absolute(region.span)
    left_out = (one.span for one in tree.problems if one.missing is None)
    return any(one.start < around.end and around.start < one.end for one in left_out)


def _are_declared(existing: Existing, space: str) -> bool:
    """Whether the person's own references to members of a space name some that are declared, but for a
    few.
    """
    if existing.strictness is Strictness.REQUIRE:
        return True
    around = existing.around
    found = None if around.beyond is None else _sampled(around.beyond, None, "", space, _SAMPLED)
    return bool(_sampled(around, existing.own, existing.folder, space, 0) if found is None else found)


def _sampled(around: NamesAround, own: Own | None, folder: str, space: str, least: int) -> bool | None:
    """Whether the first references to members of a space name some; None if there are fewer than that.

    The references are those of some texts, and of what a document in a folder says itself.
    """
    kept = around.kept.get(space)
    if kept is not None and kept[0] is own:
        return kept[1]
    texts = around.texts if own is None else Texts([Unit("", folder, own.names)], beyond=around.texts)
    resolver, asked, total, named = _resolver(texts, around.language), 0, 0, 0
    builtin = builtin_names(around.language, space)
    referring = {unit for _, units in texts.said(space, None, None) for unit in units}
    references = (
        Place(unit, name)
        for unit in sorted(referring, key=lambda one: one.uri)
        for name in unit.names
        if name.occurrence.spaces[:1] == (space,) and not name.occurrence.defines
    )
    for place in islice(references, _SAMPLED):
        asked += 1
        found = resolver.members(place)
        total += found is not None
        named += found is not None and place.occurrence.name in found | builtin
    declared = None if asked < least else named >= ENOUGH_RESOLVE * (total - MISSES_ALLOWED)
    around.kept[space] = (own, declared)
    return declared
