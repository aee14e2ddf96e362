"""Every bundle's `corpus/names/`: what a name at the cursor stands for, and what the outline of a text is."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from lsp_server.features.definition import definition
from lsp_server.features.hover import hover
from lsp_server.features.outline import Symbol, outline
from lsp_server.features.references import references
from lsp_server.features.rename import Refusal, Renaming, rename
from lsp_server.names.naming import names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import LineIndex, Span
from tests.corpus_cases import Case, language_of, read_cases

URI = "file:///case"


@pytest.mark.parametrize("case", read_cases("names"), ids=str)
def test_case(case: Case) -> None:
    tree = parse(language_of(case), case.text)
    unit = Unit(URI, "/", names_of(tree)[0])
    told = [row.split(":", 1)[0] for row in case.expected]
    found = [_found(case, row, tree, unit) for row in case.expected if not row.startswith("symbol:")]
    if "symbol" in told:
        symbols = outline(tree)[0]
        found += [f"symbol: {path}" for _, members in symbols for path in _paths(members, "")]
    assert found == sorted(case.expected, key=lambda row: row.startswith("symbol:"))


def _found(case: Case, row: str, tree: SyntaxTree, unit: Unit) -> str:
    """A row of what is expected, as it should read."""
    key, value = (part.strip() for part in row.split(":", 1))
    resolver, cursor = Resolver([unit]), case.cursor
    match key:
        case "definition":
            return f"definition: {_places(case, definition(resolver, URI, cursor))}"
        case "references":
            return f"references: {_places(case, references(resolver, URI, cursor))}"
        case "kind":
            place = resolver.at(URI, cursor)
            return f"kind: {place.occurrence.kind if place is not None else 'none'}"
        case "hover":
            shown = hover(tree, resolver, URI, cursor, lambda _: case.text)
            shows = json.loads(value) in shown.markdown if shown is not None else value == "none"
            return row if shows else f"hover: {json.dumps(shown.markdown if shown else None)}"
        case "renames" | "refuses":
            done = rename(resolver, URI, cursor, json.loads(value), lambda _: tree)
            return _outcome(row, done, [place.span for place in references(resolver, URI, cursor)])
    return f"no such thing: {key}"


def _outcome(row: str, done: Renaming | Refusal, spans: list[Span]) -> str:
    if isinstance(done, Refusal):
        return row if row.startswith("refuses:") else f"refused: {done.reason}"
    edited = [edit.span for edits in done.edits.values() for edit in edits]
    return row if row.startswith("renames:") and edited == spans else f"renamed: {len(edited)}"


def _places(case: Case, places: Iterable[Place]) -> str:
    lines = LineIndex(case.text)
    spans = [[lines.position(offset) for offset in (p.span.start, p.span.end)] for p in places]
    written = ("-".join(f"{line + 1}:{column + 1}" for line, column in span) for span in spans)
    return " ".join(written) or "none"


def _paths(symbols: Iterable[Symbol], around: str) -> Iterable[str]:
    for symbol in symbols:
        yield f"{symbol.kind} {around}{symbol.name}"
        yield from _paths(symbol.children, f"{around}{symbol.name}.")
