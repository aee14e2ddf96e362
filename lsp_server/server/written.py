"""The outline of a document as the JSON that is sent: of thousands of symbols, objects would take too long.

A sibling of `convert`. What a part of the text gave is kept as it was written, until it changes or moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted

from lsp_server.features.outline import Outline, Symbol
from lsp_server.server.convert_names import symbol_kind
from lsp_server.text import Encoding, LineIndex, Snapshot

Known = dict[tuple[int, int, int], tuple[tuple[Symbol, ...], str]]
"""Symbols of a part and how they are written, by their identity and the position of the part."""


_PLACE = '{"start":{"line":%d,"character":%d},"end":{"line":%d,"character":%d}}'
_SYMBOL = f'{{"name":%s,"kind":%d,"range":{_PLACE},"selectionRange":{_PLACE}%s%s}}'


@dataclass(frozen=True, slots=True)
class Written:
    """A result that is JSON already."""

    json: str


def written_symbols(
    snapshot: Snapshot, outline: Outline, encoding: Encoding, known: Known
) -> tuple[Written, Known]:
    """An outline as a tree (LSP 3.17, `DocumentSymbol[]`), and what may be `known` with the next version."""
    lines = snapshot.lines
    kept: Known = {}
    for start, symbols in outline:
        key = (id(symbols), *lines.units_at(start, encoding))
        kept[key] = known.get(key) or (symbols, _written(lines, symbols, start, encoding))
    return Written(f"[{','.join(text for _, text in kept.values())}]"), kept


def _written(lines: LineIndex, symbols: tuple[Symbol, ...], start: int, encoding: Encoding) -> str:
    at = lines.units_at

    def write(symbol: Symbol) -> str:
        span, selection, children = symbol.span, symbol.selection, symbol.children
        return _SYMBOL % (
            quoted(symbol.name),
            symbol_kind(symbol.kind),
            *at(start + span.start, encoding),
            *at(start + span.end, encoding),
            *at(start + selection.start, encoding),
            *at(start + selection.end, encoding),
            f',"detail":{quoted(symbol.detail)}' if symbol.detail else "",
            f',"children":[{",".join(map(write, children))}]' if children else "",
        )

    return ",".join(map(write, symbols))
