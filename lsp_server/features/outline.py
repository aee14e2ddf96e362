"""The outline of a text, as the bundle's `queries/outline.scm` tells.

`@item.KIND` spans a symbol, `@name` its name, `@detail` what is shown beside that; several in one match are
joined. Of patterns that span the same the first counts. A symbol inside another one is its child. What is
found in a top-level element is kept until that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lsp_server.syntax import Match, Part, PartKey, SyntaxTree
from lsp_server.text import Span

QUERY = "outline"
_ITEM = "item"

DEEPEST = 64
"""So deep symbols nest; those farther in are shown beside each other."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol, and those in it; spans count from the start of its part, and `selection` is in `span`."""

    name: str
    kind: str
    detail: str
    span: Span
    selection: Span
    children: tuple[Symbol, ...] = ()


Outline = tuple[tuple[int, tuple[Symbol, ...]], ...]
"""The symbols of each part that has any, after the offset at which the part begins."""

Known = Mapping[PartKey, tuple[Symbol, ...]]
"""The symbols of parts that were read before."""


def outline(
    tree: SyntaxTree, known: Known | None = None, rest: Callable[[], None] = lambda: None
) -> tuple[Outline, Known]:
    """The outline of a text, and what may be given for `known` with its next version.

    Between parts `rest` is called, which may take its time.

    Raises:
        BundleError: the query of the bundle is wrong.

    """
    known = known or {}
    kept: dict[PartKey, tuple[Symbol, ...]] = {}
    found, parts = [], tree.parts
    for number, element in enumerate(parts.elements):
        key = element.key
        symbols = None if key is None else kept.get(key, known.get(key))
        if symbols is None:
            rest()
            symbols = _nested(_symbols(parts[number]))
        if key is not None:
            kept[key] = symbols
        if symbols:
            found.append((parts.starts[number], symbols))
    return tuple(found), kept


def _symbols(part: Part) -> list[Symbol]:
    """The symbols of a part in order of place, an outer one before those in it."""
    found: dict[Span, Symbol] = {}
    for match in sorted(part.matches(QUERY), key=lambda match: match.pattern):
        symbol = _symbol(part.text, match)
        if symbol is not None:
            found.setdefault(symbol.span, symbol)
    return sorted(found.values(), key=lambda symbol: (symbol.span.start, -symbol.span.end))


def _symbol(text: str, match: Match) -> Symbol | None:
    item = next((capture for capture in match.captures if capture.name.partition(".")[0] == _ITEM), None)
    names = [capture.span for capture in match.captures if capture.name == "name"]
    if item is None or not names:
        return None
    details = [capture.span for capture in match.captures if capture.name == "detail"]
    return Symbol(
        _written(text, names, "."),
        item.name.partition(".")[2],
        _written(text, details, " "),
        item.span,
        names[-1],
    )


def _written(text: str, spans: Sequence[Span], between: str) -> str:
    return between.join(" ".join(text[span.start : span.end].split()) for span in spans)


def _nested(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
    """The outermost of some symbols, each with those in it as children."""
    around: list[Symbol] = []
    inside: list[list[Symbol]] = [[]]

    def close() -> None:
        children = inside.pop()
        inside[-1].append(replace(around.pop(), children=tuple(children)))

    for symbol in symbols:
        while around and (around[-1].span.end < symbol.span.end or len(around) == DEEPEST):
            close()
        around.append(symbol)
        inside.append([])
    while around:
        close()
    return tuple(inside[0])
