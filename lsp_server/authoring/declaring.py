"""Where names are declared, as examples tell: there they stand first, and are used later.

`source orders from "orders.csv";` declares a name and `emit orders to "out.csv";` does not, and both look
alike; in `Int count = 2` no word says that it declares one. A place is a kind of nodes and what stands right
before the name in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from lsp_server.authoring.constructs import DECLARING, Constructs, NamedConstruct, Sort, constructs, places
from lsp_server.authoring.forms import Forms
from lsp_server.authoring.queries import pattern_of
from lsp_server.languages import Language
from lsp_server.syntax import SyntaxTree, parse

# In examples of eleven public projects 62 to 100 % of the names that are used elsewhere too stand first where
# they are declared, and 0 to 55 % in other places; 27 % and more of what is declared is used.
_FIRST = 0.6
"""So many of the names that are used have to stand in a place first, for it to declare them."""
_NOT_FIRST = 0.35
"""If so few do, it declares nothing, whatever its shape is."""
_TWICE = 0.35
"""So many may be declared twice, since blocks have variables of their own: 30 % are in a kin of Lua."""
_USED = 0.25
"""So many of the names have to be used: an example is short."""
_ENOUGH = 2
"""So many names have to be declared in one text, and to be used: one may be by chance. Chosen."""
_ENOUGH_AGAINST = 4
"""A place with the shape of a declaration declares nothing only if so many of its names are used. Chosen."""

_QUERY = "declaring"
_SILENT = "silent"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a text: the element that it stands in, and the number of its place, -1 for none."""

    name: str
    element: int
    place: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What some texts tell of a place. A name counts once for each element of a text.

    Attributes:
        most: how many different names one text has there.
        all: how many names stand there.
        twice: how many of these stand there again.
        used: how many stand in another place too.
        first: how many of those that are used stand there before.

    """

    most: int
    all: int
    twice: int
    used: int
    first: int

    @property
    def declares(self) -> bool:
        """Whether names are declared there."""
        enough = self.most >= _ENOUGH and self.used >= max(_ENOUGH, _USED * self.all)
        return enough and self.first >= _FIRST * self.used and self.twice <= _TWICE * self.all

    @property
    def only_uses(self) -> bool:
        """Whether names are surely not declared there."""
        return self.used >= _ENOUGH_AGAINST and self.first <= _NOT_FIRST * self.used


def with_declarations(
    found: Constructs, forms: Forms, language: Language, examples: Iterable[str]
) -> Constructs:
    """The constructs of a grammar, with the places where names are declared in texts of a language.

    What has the shape of a variable that is set, and only uses names there, is left out.
    """
    shaped = found.of(*DECLARING)
    may_be = (*((one,) for one in shaped), *places(forms))
    query = _query(forms, may_be, found.of(Sort.KEY, Sort.MEMBER))
    queried = replace(language, queries={**language.queries, _QUERY: query})
    texts = [tuple(_names(parse(queried, text))) for text in examples]
    top = {number for number, construct in enumerate(shaped) if construct.origin in found.top}
    known = {one.name for names in texts for one in names if one.place in top}
    often = Counter(one.place for names in texts for one in names if one.place >= 0)
    wrong = {
        number
        for number, construct in enumerate(shaped)
        if construct.sort is Sort.ASSIGNED
        and _told(number, texts, frozenset(), frozenset(), found, construct).only_uses
    }
    declaring = {*range(len(shaped))} - wrong
    for number, _ in often.most_common():
        if (
            number >= len(shaped)
            and _told(number, texts, declaring, known, found, may_be[number][0]).declares
        ):
            declaring.add(number)
    more = [one for number in sorted(declaring) for one in may_be[number] if number >= len(shaped)]
    return constructs(forms, more, {shaped[number] for number in wrong}) if more or wrong else found


def _told(
    number: int,
    texts: Sequence[Sequence[_Named]],
    declaring: Set[int],
    known: Set[str],
    found: Constructs,
    construct: NamedConstruct,
) -> _Told:
    """What texts tell of a place whose names are known in the whole text, or in an element of it.

    Names that are `known` are declared at the top of some text: in this place they may be imported.
    """
    most = total = twice = used = first = 0
    for names in texts:
        declared = known | {one.name for one in names if one.place in declaring}
        most = max(most, len({one.name for one in names if one.place == number}))
        for group in (names,) if construct.origin in found.top else _by_element(names):
            here = Counter(one.name for one in group if one.place == number)
            again = {one.name for one in group if one.place != number and one.place not in declaring}
            begun = {one.name: one.place for one in reversed(group)}
            total += len(here)
            twice += sum(count > 1 for count in here.values())
            used += len(here.keys() & again)
            first += sum(begun[name] == number and name not in declared for name in here.keys() & again)
    return _Told(most, total, twice, used, first)


def _by_element(names: Sequence[_Named]) -> Iterable[Sequence[_Named]]:
    groups: dict[int, list[_Named]] = {}
    for one in names:
        groups.setdefault(one.element, []).append(one)
    return groups.values()


def _query(
    forms: Forms, may_be: Sequence[tuple[NamedConstruct, ...]], silent: Sequence[NamedConstruct]
) -> str:
    """Captures all names, by the number of their place; those that are no names of their own twice."""
    names = dict.fromkeys(pattern for found in forms.names.values() for pattern in found)
    return "\n".join(
        [
            *(f"{pattern} @name" for pattern in names),
            *(pattern_of(one, [f"@place.{number}"]) for number, alike in enumerate(may_be) for one in alike),
            *(pattern_of(one, [f"@{_SILENT}"]) for one in silent),
        ]
    )


def _names(tree: SyntaxTree) -> Iterator[_Named]:
    """All names of a text in their order; of two places of one name that which was numbered first."""
    found: dict[tuple[int, int], list[int]] = {}
    silent = set()
    for _, capture, start, end in tree.captures(_QUERY):
        numbers = found.setdefault((start, end), [])
        if capture == _SILENT:
            silent.add((start, end))
        elif number := capture.partition(".")[2]:
            numbers.append(int(number))
    starts = [row.span.start for row in tree.rows() if row.depth == 1]
    element = 0
    for start, end in sorted(found.keys() - silent):
        while element < len(starts) and starts[element] <= start:
            element += 1
        yield _Named(tree.text[start:end], element, min(found[start, end], default=-1))
