"""What kind of name stands where, as the examples tell: of a name after `read`, that it is always a source.

A place is a kind of nodes and the word right before the name in it. Where all names that stand there in the
examples are declared, each as one kind at least, they are references to that kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from lsp_server.authoring.forms import quoted
from lsp_server.languages import Language
from lsp_server.names.naming import QUERY, names_of
from lsp_server.names.occurrences import Name, Names
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Span

_ENOUGH = 2
"""So many different names have to stand in a place: one may be called as something else is by chance."""

_HEADING = "; References of which the examples tell what they stand for"
_GENERAL = "; References:"

_Place = tuple[str, str, str]
"""The kind of the node around a name, the text before it in that, "" for none, and the kind of its node."""


def with_references(language: Language, examples: Iterable[str]) -> str:
    """The bundle's query for names, with the references of which its examples tell what they stand for.

    Raises:
        BundleError: the query is wrong.

    """
    query = language.queries.get(QUERY, "")
    before, heading, after = query.partition(_GENERAL)
    patterns = list(_patterns(language, examples)) if heading else []
    return "\n".join([f"{before}{_HEADING}", "", *patterns, "", f"{heading}{after}"]) if patterns else query


def _patterns(language: Language, examples: Iterable[str]) -> Iterator[str]:
    trees = [parse(language, text) for text in examples]
    named = [tuple(_all(names_of(tree)[0])) for tree in trees]
    public = _defined(one for one in chain.from_iterable(named) if one.occurrence.public)
    seen: dict[_Place, dict[str, frozenset[str]]] = {}
    every: dict[_Place, tuple[str, ...]] = {}
    for tree, names in zip(trees, named, strict=True):
        places, own = dict(_places(tree)), _defined(names)
        for one in names:
            said, place = one.occurrence, places.get(one.span)
            if not said.defines and len(said.spaces) > 1 and place is not None:
                before = (other for other in own.get(said.name, ()) if other.begin < one.begin)
                alike = chain(public.get(said.name, ()), before)
                kinds = frozenset(chain.from_iterable(other.occurrence.spaces for other in alike))
                known = seen.setdefault(place, {})
                known[said.name] = known.get(said.name, kinds) & kinds
                every[place] = said.spaces
    for place, kinds_of in sorted(seen.items()):
        told = frozenset.intersection(*kinds_of.values()) & {*every[place]}
        if told and len(kinds_of) >= _ENOUGH and told < {*every[place]}:
            yield _pattern(place, [kind for kind in every[place] if kind in told])


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


def _places(tree: SyntaxTree) -> Iterator[tuple[Span, _Place]]:
    """Where each named node stands that is the first in another one, or comes after a fixed text."""
    around: list[tuple[str, str | None]] = []  # kinds, each with the text before what comes next in it
    for row in tree.rows():
        del around[row.depth :]
        if around and row.named:
            kind, before = around[-1]
            if before is not None:
                yield row.span, (kind, before, row.kind)
        if around:
            around[-1] = (around[-1][0], None if row.named else row.kind)
        around.append((row.kind, ""))


def _pattern(place: _Place, kinds: list[str]) -> str:
    kind, before, name = place
    parts = [*([quoted(before)] if before else []), f". ({name}) @local.reference.{kinds[0]}"]
    if len(kinds) > 1:
        parts.append(f'(#set! local.space "{" ".join(kinds)}")')
    return f"({kind} {' '.join(parts)})"
