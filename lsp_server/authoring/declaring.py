"""What declares a name, where only examples can tell: words and a name and nothing more that counts.

`source orders from "orders.csv";` declares, `emit orders to "out.csv";` does not, and both look alike. In the
examples what is declared stands there first, once for each name, and is used later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lsp_server.authoring.constructs import NamedConstruct, Sort, constructs, doubtful
from lsp_server.authoring.forms import Forms
from lsp_server.authoring.queries import pattern_of
from lsp_server.languages import Language
from lsp_server.syntax import parse

_ENOUGH = 2
"""So many names have to be declared in one text, and to be used: one may be by chance."""

_AMISS = 0.2
"""So many of the names may stand elsewhere before."""

_UNUSED = 0.5
"""So many of the names may be used nowhere: an example is short."""

_QUERY = "declaring"
_NAME, _KNOWN, _DOUBTFUL = "name", "known", "doubtful"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name in a text, and the construct that it stands in, if that declares names or may do so."""

    name: str
    construct: NamedConstruct | None


def declared_in(examples: Iterable[str], language: Language, forms: Forms) -> frozenset[NamedConstruct]:
    """The doubtful constructs of a grammar that declare names in texts of a language."""
    found: frozenset[NamedConstruct] = frozenset()
    may_be = doubtful(forms)
    if not may_be:
        return found
    known = constructs(forms).of(Sort.DECLARED, Sort.ASSIGNED, Sort.PARAMETER, Sort.BOUND)
    texts = [tuple(_names(text, language, forms, known, may_be)) for text in examples]
    often = Counter(one.construct for names in texts for one in names)
    for construct in sorted(may_be, key=lambda one: -often[one]):
        if _declares(construct, texts, {*known, *found}):
            found |= {construct}
    return found


def _declares(
    construct: NamedConstruct, texts: Sequence[Sequence[_Named]], known: set[NamedConstruct]
) -> bool:
    """Whether what stands in a construct is declared there, as far as some texts tell."""
    used = first = total = most = 0
    for names in texts:
        own = Counter(one.name for one in names if one.construct == construct)
        if max(own.values(), default=0) > 1:
            return False
        total, most = total + len(own), max(most, len(own))
        begun = {one.name: one for one in reversed(names)}
        again = Counter(one.name for one in names)
        elsewhere = {one.name for one in names if one.construct in known}
        used += sum(again[name] > 1 for name in own)
        first += sum(
            again[name] > 1 and begun[name].construct == construct and name not in elsewhere for name in own
        )
    enough = most >= _ENOUGH and used >= max(_ENOUGH, (1 - _UNUSED) * total)
    return enough and first >= (1 - _AMISS) * used


def _names(
    text: str,
    language: Language,
    forms: Forms,
    known: Sequence[NamedConstruct],
    may_be: Sequence[NamedConstruct],
) -> Iterator[_Named]:
    """All names of a text in their order."""
    told = {f"{_KNOWN}.{number}": one for number, one in enumerate(known)}
    told |= {f"{_DOUBTFUL}.{number}": one for number, one in enumerate(may_be)}
    names = dict.fromkeys(pattern for found in forms.names.values() for pattern in found)
    lines = [f"{pattern} @{_NAME}" for pattern in names]
    lines += [pattern_of(one, [f"@{capture}"]) for capture, one in told.items()]
    queried = replace(language, queries={**language.queries, _QUERY: "\n".join(lines)})
    constructs_at: dict[tuple[int, int], NamedConstruct | None] = {}
    for _, capture, start, end in parse(queried, text).captures(_QUERY):
        constructs_at[start, end] = told.get(capture) or constructs_at.get((start, end))
    for (start, end), construct in sorted(constructs_at.items(), key=lambda item: item[0]):
        yield _Named(text[start:end], construct)
