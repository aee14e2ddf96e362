"""What kind of name stands where, as the examples tell: of a name after `read`, that it is always a source.

A place is a kind of nodes and what stands right before the name in it. Where all names that stand there in
the examples are declared as one kind, they are references to that. Where most are declared, or stand in
several examples without, these are all that may stand there: types, functions, and whatever else the language
brings. Where names are used in other places that are declared nowhere, those may be names of something else,
and need not be declared.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain

from lsp_server.authoring.constructs import COMMA, VARIABLE
from lsp_server.authoring.forms import quoted
from lsp_server.languages import Language
from lsp_server.names.naming import QUERY, names_of
from lsp_server.names.occurrences import Name, Names, Occurrence, Visibility
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Span

# Chosen, not measured one by one; what they come to together is in tests/eval/README.md.
_ENOUGH = 2
"""So many different names have to stand in a place: one may be called as something else is by chance."""

_ENOUGH_MIXED = 3
"""The same where they are not of one kind: two may be declared by chance."""

_KNOWN = 0.8
"""Other names than these may stand in a place, unless so many of it are declared or the language's own."""

_RECURS = 2
"""A name that is declared nowhere is the language's own if so many examples have it in one place."""

_AMISS = 0.2
"""So many of the names that have to be declared may be declared elsewhere than in the examples."""

_ENOUGH_OUTSIDE = 5
"""A variable is not set to itself if so many in the examples are set to others, and none to itself."""

_REACHES = tuple(map(str, Visibility))
"""How far away a name may be declared, the nearest first."""

_NEAREST, _FARTHEST = str(Visibility.FILE), str(Visibility.WORKSPACE)

_ANYTHING = "anything"
"""The space of what need not be declared: it is none of the closed ones."""

_HEADING = "; References of which the examples tell what they stand for"
_GENERAL = "; References:"

_Place = tuple[str, str, str]
"""The kind of the node around a name, the pattern of what is before it in that, and the kind of its node."""

_Use = tuple[str, tuple[str, ...]]
"""The kind of references, and the spaces that their names may live in."""

_COMMA = quoted(COMMA)

_FIRST = ""
"""The pattern of what is before the first node in another one."""

_AFTER_NODE = "(_)"


@dataclass(frozen=True)
class NamesTold:
    """What examples tell of the names in a language.

    Attributes:
        query: the bundle's query for names, with the references of which they tell what they stand for.
        brought: by space, the names that the language brings; of each in how many examples it stands.
        closed: by such a space, how far away other names in the same places may be declared.

    """

    query: str
    brought: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)


def names_told(language: Language, examples: Iterable[str], names: Set[str]) -> NamesTold:
    """What the examples of a bundle tell; `names` are the kinds of the nodes that are names.

    Raises:
        BundleError: the query is wrong.

    """
    query = language.queries.get(QUERY, "")
    before, heading, after = query.partition(_GENERAL)
    if not heading:
        return NamesTold(query)
    seen = _Examples(language, examples, names)
    undeclared = seen.undeclared()
    patterns = list(seen.patterns(undeclared))
    for kind, spaces in undeclared:
        told = f'@local.reference.{kind} (#set! local.space "{" ".join(spaces)}'
        after = after.replace(f'{told}"', f'{told} {_ANYTHING}"')
    for kind in seen.outside():
        defined = re.compile(rf"^(\({re.escape(kind)} .*@local\.definition\.{VARIABLE}\b)", re.MULTILINE)
        before = defined.sub(r"\1 (#set! local.outside)", before)
    general = f"{heading}{after}"
    found = "\n".join([f"{before}{_HEADING}", "", *patterns, "", general]) if patterns else before + general
    return NamesTold(found, *seen.brought())


class _Examples:
    """The references in examples, and as what their names are declared."""

    def __init__(self, language: Language, examples: Iterable[str], names: Set[str]) -> None:
        self._seen: dict[_Place, _Seen] = {}
        self._closed = language.naming.closed
        self._inside: dict[str, list[bool]] = {}
        trees = [parse(language, text) for text in examples]
        named = [tuple(_all(names_of(tree)[0])) for tree in trees]
        public = _defined(one for one in chain.from_iterable(named) if one.occurrence.public)
        for number, (tree, in_text) in enumerate(zip(trees, named, strict=True)):
            places = {span: (place, before) for span, place, before in _places(tree, names)}
            own = _defined(in_text)
            for one in in_text:
                said = one.occurrence
                if not said.defines and one.span in places:
                    place, before = places[one.span]
                    earlier = (other for other in own.get(said.name, ()) if other.begin < one.begin)
                    alike = chain(public.get(said.name, ()), earlier)
                    kinds = frozenset(chain.from_iterable(other.occurrence.spaces for other in alike))
                    seen = self._seen.setdefault(place, _Seen(said))
                    seen.kinds[said.name] = seen.kinds.get(said.name, kinds) & kinds.intersection(said.spaces)
                    seen.examples.setdefault(said.name, set()).add(number)
                    seen.before.add(before)
            self._look_inside(tree, in_text)

    def _look_inside(self, tree: SyntaxTree, names: Sequence[Name]) -> None:
        """Whether what sets variables names others there, and these too."""
        kinds: dict[Span, list[str]] = {}
        for row in tree.rows():
            kinds.setdefault(row.span, []).append(row.kind)
        used = sorted((one.begin, one.occurrence.name) for one in names if not one.occurrence.defines)
        for one in names:
            here, whole = one.occurrence, one.element
            if here.defines and here.kind == VARIABLE:
                begin, end = bisect_left(used, (whole.start, "")), bisect_left(used, (whole.end, ""))
                inside = {name for _, name in used[begin:end]}
                for kind in kinds.get(whole, ()) if inside else ():
                    self._inside.setdefault(kind, []).append(here.name in inside)

    def outside(self) -> list[str]:
        """The kinds of nodes that set variables, and in which none of these is used."""
        return sorted(k for k, own in self._inside.items() if len(own) >= _ENOUGH_OUTSIDE and not any(own))

    def _told(self, place: _Place) -> list[str]:
        """The spaces in which the names in a place are looked for; none if they may be anything, or nothing
        is told.
        """
        seen = self._seen[place]
        spaces = seen.said.spaces
        if len(seen.kinds) < _ENOUGH:
            return []
        if one := frozenset.intersection(*seen.kinds.values()):
            return [kind for kind in spaces if kind in one]
        known = len(seen.declared) + len(seen.brought)
        if len(seen.kinds) < _ENOUGH_MIXED or known < _KNOWN * len(seen.kinds):
            return []
        return [*_covering(seen.kinds.values(), spaces), self._own_space(place)]

    def _own_space(self, place: _Place) -> str:
        """The space of what the language brings in a place: called as the rule is that names are of there."""
        around, _, name = place
        kind = around if name.isupper() else name
        return f"{kind}_name" if kind in self._closed else kind

    def patterns(self, undeclared: Sequence[_Use]) -> Iterator[str]:
        """Those of the places of which more is told than of all others."""
        for place in sorted(self._seen):
            told, seen = self._told(place), self._seen[place]
            general = (seen.said.kind, seen.said.spaces)
            if told and ({*told} != {*seen.said.spaces} or general in undeclared):
                yield from (_pattern(place, before, told) for before in sorted(seen.before))

    def undeclared(self) -> list[_Use]:
        """The references that stand for anything else too."""
        names: dict[_Use, list[bool]] = {}
        for place, seen in self._seen.items():
            if not self._told(place):
                use = (seen.said.kind, seen.said.spaces)
                names.setdefault(use, []).extend(map(bool, seen.kinds.values()))
        return [which for which, declared in names.items() if declared.count(False) > _AMISS * len(declared)]

    def brought(self) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
        """By space, the names of places that the language brings: none is declared, and several examples have
        them. Then how far away others in these places may be.
        """
        found: dict[str, dict[str, set[int]]] = {}
        closed: dict[str, str] = {}
        for place, seen in sorted(self._seen.items()):
            own = self._own_space(place)
            if own in (told := self._told(place)):
                for name in seen.brought:
                    found.setdefault(own, {}).setdefault(name, set()).update(seen.examples[name])
                reach = _FARTHEST if told == [own] else self._closed.get(told[0], _FARTHEST)
                closed[own] = max(reach, closed.get(own, _NEAREST), key=_REACHES.index)
        counts = {space: {name: len(names[name]) for name in sorted(names)} for space, names in found.items()}
        return counts, closed


@dataclass(slots=True)
class _Seen:
    """The names in a place: as what all that are called so are declared, and in which examples they stand."""

    said: Occurrence
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    examples: dict[str, set[int]] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)

    @property
    def declared(self) -> Sequence[str]:
        """Those that are declared."""
        return [name for name, kinds in self.kinds.items() if kinds]

    @property
    def brought(self) -> Sequence[str]:
        """Those that are declared nowhere, and stand in several examples."""
        return [
            name for name, kinds in self.kinds.items() if not kinds and len(self.examples[name]) >= _RECURS
        ]


def _covering(names: Iterable[frozenset[str]], spaces: Sequence[str]) -> list[str]:
    """The fewest spaces in which all of some names are declared: those first in which most are."""
    left, found = [one for one in names if one], list[str]()
    while left:
        found.append(max(spaces, key=lambda space: sum(space in one for one in left)))
        left = [one for one in left if found[-1] not in one]
    return found


def _defined(names: Iterable[Name]) -> Mapping[str, Sequence[Name]]:
    """The definitions among some names, by what they define."""
    found: dict[str, list[Name]] = {}
    for one in names:
        if one.occurrence.defines:
            found.setdefault(one.occurrence.name, []).append(one)
    return found


def _all(names: Names) -> Iterator[Name]:
    for start, part in zip(names.starts, names.parts, strict=True):
        yield from (Name(start, part, index) for index in range(len(part.occurrences)))


def _places(tree: SyntaxTree, names: Set[str]) -> Iterator[tuple[Span, _Place, str]]:
    """Where each name stands, the outermost node of it. Each comes with what is right before it.

    Behind a comma stands what stood before the first.
    """
    around: list[_Siblings] = []
    for row in tree.rows():
        del around[row.depth :]
        if around:
            inside = around[-1]
            if row.kind in names and inside.kind not in names:
                begun = inside.first if inside.before == _COMMA else None
                inside.first = inside.before if begun is None else begun
                yield row.span, (inside.kind, inside.first, row.kind), inside.before
            leaf = row.kind.isupper()  # As Lark has it, of terminals and rules.
            inside.before = (f"({row.kind})" if leaf else _AFTER_NODE) if row.named else quoted(row.kind)
            if not row.named and inside.before != _COMMA:
                inside.first = None
        around.append(_Siblings(row.kind))


@dataclass(slots=True)
class _Siblings:
    """A node whose children are looked at: what is before the next one, and what a list began behind."""

    kind: str
    before: str = _FIRST
    first: str | None = None


def _pattern(place: _Place, before: str, kinds: list[str]) -> str:
    kind, _, name = place
    parts = [*([before] if before else []), f". ({name}) @local.reference.{kinds[0]}"]
    if len(kinds) > 1:
        parts.append(f'(#set! local.space "{" ".join(kinds)}")')
    return f"({kind} {' '.join(parts)})"
