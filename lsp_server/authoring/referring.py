"""What kind of name stands where, as the examples tell: of a name after `read`, that it is always a source.

A place is a kind of nodes and the word right before the name in it. Where all names that stand there in the
examples are declared as one kind, they are references to that; where they are declared as this or that kind,
to any of these. Where names are used in other places that are declared nowhere, those may be names of
something else, and need not be declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lsp_server.authoring.forms import quoted
from lsp_server.languages import Language
from lsp_server.names.naming import QUERY, names_of
from lsp_server.names.occurrences import Name, Names, Occurrence
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Span

_ENOUGH = 2
"""So many different names have to stand in a place: one may be called as something else is by chance."""

_ENOUGH_MIXED = 3
"""The same where they are not of one kind: two may be declared by chance."""

_AMISS = 0.2
"""So many of the names that have to be declared may be declared elsewhere than in the examples."""

_COMMA = ","

_ANYTHING = "anything"
"""The space of what need not be declared: it is none of the closed ones."""

_HEADING = "; References of which the examples tell what they stand for"
_GENERAL = "; References:"

_Place = tuple[str, str, str]
"""The kind of the node around a name, the text before it in that, "" for none, and the kind of its node."""

_Use = tuple[str, tuple[str, ...]]
"""The kind of references, and the spaces that their names may live in."""

_ELSEWHERE: _Place = ("", "", "")
"""All places that are not told apart."""


def with_references(language: Language, examples: Iterable[str]) -> str:
    """The bundle's query for names, with the references of which its examples tell what they stand for.

    Raises:
        BundleError: the query is wrong.

    """
    query = language.queries.get(QUERY, "")
    before, heading, after = query.partition(_GENERAL)
    seen = _Examples(language, examples)
    undeclared = seen.undeclared()
    patterns = list(seen.patterns(undeclared)) if heading else []
    for kind, spaces in undeclared:
        told = f'@local.reference.{kind} (#set! local.space "{" ".join(spaces)}'
        after = after.replace(f'{told}"', f'{told} {_ANYTHING}"')
    general = f"{heading}{after}"
    return "\n".join([f"{before}{_HEADING}", "", *patterns, "", general]) if patterns else before + general


class _Examples:
    """The references in examples that may live in several spaces, and as what their names are declared."""

    def __init__(self, language: Language, examples: Iterable[str]) -> None:
        self._kinds: dict[_Place, dict[str, frozenset[str]]] = {}
        self._said: dict[_Place, Occurrence] = {}
        self._before: dict[_Place, set[str]] = {}
        trees = [parse(language, text) for text in examples]
        named = [tuple(_all(names_of(tree)[0])) for tree in trees]
        public = _defined(one for one in chain.from_iterable(named) if one.occurrence.public)
        for tree, names in zip(trees, named, strict=True):
            places, own = {span: (place, before) for span, place, before in _places(tree)}, _defined(names)
            for one in names:
                said, (place, before) = one.occurrence, places.get(one.span, (_ELSEWHERE, ""))
                if not said.defines and len(said.spaces) > 1:
                    earlier = (other for other in own.get(said.name, ()) if other.begin < one.begin)
                    alike = chain(public.get(said.name, ()), earlier)
                    kinds = frozenset(chain.from_iterable(other.occurrence.spaces for other in alike))
                    known = self._kinds.setdefault(place, {})
                    known[said.name] = known.get(said.name, kinds) & kinds
                    self._said[place] = said
                    self._before.setdefault(place, set()).add(before)

    def _told(self, place: _Place) -> list[str]:
        """The kinds of which the names in a place are; none if they may be anything, or nothing is told."""
        spaces, kinds = self._said[place].spaces, self._kinds[place]
        if place == _ELSEWHERE or len(kinds) < _ENOUGH:
            return []
        told = frozenset.intersection(*kinds.values()) & {*spaces}
        declared = not any(known.isdisjoint(spaces) for known in kinds.values())
        if not told and declared and len(kinds) >= _ENOUGH_MIXED:
            told = frozenset.union(*kinds.values())
        return [kind for kind in spaces if kind in told]

    def patterns(self, undeclared: Sequence[_Use]) -> Iterator[str]:
        """Those of the places of which more is told than of all others."""
        for place in sorted(self._kinds):
            told, said = self._told(place), self._said[place]
            general = (said.kind, said.spaces)
            if told and (len(told) < len(said.spaces) or general in undeclared):
                yield from (_pattern(place, before, told) for before in sorted(self._before[place]))

    def undeclared(self) -> list[_Use]:
        """The references that stand for anything else too."""
        names: dict[_Use, list[bool]] = {}
        for place, said in self._said.items():
            if not self._told(place):
                declared = (not kinds.isdisjoint(said.spaces) for kinds in self._kinds[place].values())
                names.setdefault((said.kind, said.spaces), []).extend(declared)
        return [which for which, declared in names.items() if declared.count(False) > _AMISS * len(declared)]


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


def _places(tree: SyntaxTree) -> Iterator[tuple[Span, _Place, str]]:
    """Where each named node stands that is the first in another one, or comes after a fixed text.

    Behind a comma stands what stood before it. Each comes with the text right before it.
    """
    around: list[_Siblings] = []
    for row in tree.rows():
        del around[row.depth :]
        if around:
            inside = around[-1]
            if row.named and inside.before is not None:
                before = (
                    inside.first if inside.before == _COMMA and inside.first is not None else inside.before
                )
                inside.first = before
                yield row.span, (inside.kind, before, row.kind), inside.before
            inside.before = None if row.named else row.kind
            if inside.before not in (None, _COMMA):
                inside.first = None
        around.append(_Siblings(row.kind))


@dataclass(slots=True)
class _Siblings:
    """A node whose children are looked at: the text before the next one, and what a list began behind."""

    kind: str
    before: str | None = ""
    first: str | None = None


def _pattern(place: _Place, before: str, kinds: list[str]) -> str:
    kind, _, name = place
    parts = [*([quoted(before)] if before else []), f". ({name}) @local.reference.{kinds[0]}"]
    if len(kinds) > 1:
        parts.append(f'(#set! local.space "{" ".join(kinds)}")')
    return f"({kind} {' '.join(parts)})"
