"""Names, symbols and edits as the protocol has them; the sibling of `convert` for what is about names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from lsprotocol import types

from lsp_server.features.highlights import Highlight
from lsp_server.features.outline import Outline, Symbol
from lsp_server.features.workspace_symbols import WorkspaceSymbol
from lsp_server.names.standing import Place
from lsp_server.server.convert.kinds import KnownSymbols, symbol_kind
from lsp_server.server.convert.positions import range_of
from lsp_server.text import Edit, Encoding, Snapshot, Span


def symbol_information_of(
    snapshot: Snapshot, outline: Outline, encoding: Encoding, kinds: KnownSymbols
) -> list[types.SymbolInformation]:
    """An outline as a list, for clients that know no trees."""

    def flat(
        start: int, symbols: Iterable[Symbol], container: str | None
    ) -> Iterator[types.SymbolInformation]:
        for symbol in symbols:
            span = Span(start + symbol.span.start, start + symbol.span.end)
            place = range_of(snapshot.lines, span, encoding)
            location = types.Location(snapshot.uri, place)
            yield types.SymbolInformation(
                location, symbol.name, symbol_kind(symbol.kind, kinds), container_name=container
            )
            yield from flat(start, symbol.children, symbol.name)

    return [found for start, symbols in outline for found in flat(start, symbols, None)]


def workspace_symbol_of(
    snapshot: Snapshot, symbol: WorkspaceSymbol, encoding: Encoding, kinds: KnownSymbols
) -> types.WorkspaceSymbol:
    """A definition as an entry of a list."""
    span = symbol.place.span
    return types.WorkspaceSymbol(
        location=types.Location(snapshot.uri, range_of(snapshot.lines, span, encoding)),
        name=snapshot.text[span.start : span.end],
        kind=symbol_kind(symbol.place.occurrence.kind, kinds),
        container_name=symbol.container or None,
    )


def location_of(snapshot: Snapshot, place: Place, encoding: Encoding) -> types.Location:
    """Where a name stands."""
    return types.Location(snapshot.uri, range_of(snapshot.lines, place.span, encoding))


def highlight_of(snapshot: Snapshot, highlight: Highlight, encoding: Encoding) -> types.DocumentHighlight:
    """A place to be marked."""
    kind = types.DocumentHighlightKind.Write if highlight.writes else types.DocumentHighlightKind.Read
    return types.DocumentHighlight(range_of(snapshot.lines, highlight.span, encoding), kind)


def workspace_edit_of(
    snapshots: Mapping[str, Snapshot],
    opened: Container[str],
    edits: Mapping[str, Sequence[Edit]],
    encoding: Encoding,
    *,
    versioned: bool,
) -> types.WorkspaceEdit:
    """Edits of several documents; with `versioned`, those of an open one are for its version."""
    changes = {
        uri: [types.TextEdit(range_of(snapshots[uri].lines, edit.span, encoding), edit.text) for edit in made]
        for uri, made in edits.items()
    }
    if not versioned:
        return types.WorkspaceEdit(changes=changes)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(
                    uri=uri, version=snapshots[uri].version if uri in opened else None
                ),
                list(made),
            )
            for uri, made in changes.items()
        ]
    )
