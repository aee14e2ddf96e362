"""An outline as JSON: the same whether something of it was written before or not, and as lists have it."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from lsprotocol import converters, types

from lsp_server.features.outline import Known as KnownSymbols
from lsp_server.features.outline import Outline, outline
from lsp_server.languages import load_registry
from lsp_server.server.convert.names import symbol_information_of
from lsp_server.server.symbol_json import Known, symbol_json
from lsp_server.syntax import parse
from lsp_server.text import Encoding, Snapshot

ALL = frozenset(types.SymbolKind)

PIECES = (
    "type A {\n  a(b: Int): [B!]\n  c: D\n}\n",
    "enum É { X Y }\n",
    '"""é𝒳"""  type B { b: C }\n',
    " type A {\n  a(b: Int): [B!]\n  c: D\n}\n",
    "\n",
    "# a comment\n",
    "scalar S  scalar S\n",
    "type {\n",
)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_was_written_before_is_written_as_if_it_were_not(encoding: Encoding) -> None:
    language = load_registry().by_id("graphql")
    random = Random(7)
    pieces = [random.choice(PIECES) for _ in range(12)]
    symbols: KnownSymbols = {}
    known: Known = {}
    reused = 0
    for _ in range(60):
        pieces[random.randrange(len(pieces))] = random.choice(PIECES)
        text = "".join(pieces)
        snapshot = Snapshot("file:///a", language.id, 1, text)
        found, symbols = outline(parse(language, text), symbols)
        written, told = symbol_json(snapshot, found, encoding, ALL, known)
        reused += sum(known.get(key) is form for key, form in told.items())
        known = told
        assert written == symbol_json(snapshot, found, encoding, ALL, {})[0]
        assert flat(json.loads(written.json)) == listed(snapshot, found, encoding)
    assert reused > 60


def test_names_are_no_forms() -> None:
    language = load_registry().by_id("graphql")
    text = "scalar S\n"
    found, _ = outline(parse(language, text))
    [(start, (symbol,))] = found
    odd: Outline = ((start, (replace(symbol, name='%d%s "%', detail="%%"),)),)
    written, _ = symbol_json(Snapshot("a", language.id, 1, text), odd, Encoding.UTF8, ALL, {})
    [told] = json.loads(written.json)
    assert (told["name"], told["detail"]) == ('%d%s "%', "%%")


def flat(symbols: list[dict[str, Any]]) -> list[tuple[str, int, Any]]:
    """Name, kind and place of each symbol, an outer one before those in it."""
    return [
        found
        for symbol in symbols
        for found in ((symbol["name"], symbol["kind"], symbol["range"]), *flat(symbol.get("children", [])))
    ]


def listed(snapshot: Snapshot, found: Outline, encoding: Encoding) -> list[tuple[str, int, Any]]:
    """The same of what a client is told that knows no trees."""
    told: list[types.SymbolInformation] = symbol_information_of(snapshot, found, encoding, ALL)
    place = converters.get_converter().unstructure
    return [(one.name, one.kind.value, place(one.location.range)) for one in told]
