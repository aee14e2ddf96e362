"""The outline of a document as the JSON that is sent: of thousands of symbols, objects would take too long.

A sibling of `convert`. What a part of the text gave is kept as it was written, until it changes; where it
moves to another line, only the numbers of its lines are written anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii

from lsp_server.features.outline import Outline, Symbol
from lsp_server.server.convert.kinds import KnownSymbols, symbol_kind
from lsp_server.text import Encoding, LineIndex, Snapshot

_START, _END = '{"start":{"line":%%d,"character":%d},', '"end":{"line":%%d,"character":%d}}'
_SYMBOL = f'{{"name":%s,"kind":%d,"range":{_START}{_END},"selectionRange":{_START}{_END}%s%s}}'


@dataclass(frozen=True, slots=True)
class Written:
    """A result that is JSON already."""

    json: str


@dataclass(frozen=True, slots=True)
class Form:
    """How the symbols of a part are written: without the numbers of lines, and these from the part's own."""

    symbols: tuple[Symbol, ...]
    json: str
    lines: tuple[int, ...]

    def at(self, line: int) -> str:
        """The JSON where the part begins at a line."""
        return self.json % tuple([line + number for number in self.lines])


@dataclass(frozen=True, slots=True)
class Known:
    """What was written of an outline: by the identity of a part's symbols, its column, and its line."""

    forms: dict[tuple[int, int], Form] = field(default_factory=dict)
    texts: dict[tuple[int, int, int], str] = field(default_factory=dict)


def written_symbols(
    snapshot: Snapshot, outline: Outline, encoding: Encoding, kinds: KnownSymbols, known: Known
) -> tuple[Written, Known]:
    """An outline as a tree (LSP 3.17, `DocumentSymbol[]`), and what may be `known` with the next version."""
    lines, kept = snapshot.lines, Known()
    for start, symbols in outline:
        line, column = lines.units_at(start, encoding)
        key = id(symbols), column
        form = kept.forms.get(key) or known.forms.get(key) or _form(lines, symbols, start, encoding, kinds)
        kept.forms[key] = form
        kept.texts[*key, line] = known.texts.get((*key, line)) or form.at(line)
    return Written(f"[{','.join(kept.texts.values())}]"), kept


def _form(
    lines: LineIndex, symbols: tuple[Symbol, ...], start: int, encoding: Encoding, kinds: KnownSymbols
) -> Form:
    first = lines.line_of(start)
    numbers: list[int] = []

    def columns(symbol: Symbol) -> Iterator[int]:
        for span in (symbol.span, symbol.selection):
            for offset in (span.start, span.end):
                line, column = lines.units_at(start + offset, encoding)
                numbers.append(line - first)
                yield column

    def write(symbol: Symbol) -> str:
        return _SYMBOL % (
            _quoted(symbol.name),
            symbol_kind(symbol.kind, kinds),
            *columns(symbol),
            f',"detail":{_quoted(symbol.detail)}' if symbol.detail else "",
            f',"children":[{",".join(map(write, symbol.children))}]' if symbol.children else "",
        )

    json = ",".join(map(write, symbols))
    return Form(symbols, json, tuple(numbers))


def _quoted(text: str) -> str:
    return encode_basestring_ascii(text).replace("%", "%%")
