"""The kinds of names that bundles tell of, as a client shows them: of symbols, and of entries of a list.

A client that does not say which kinds it knows knows those of the first protocol; of another kind it is told
the nearest of these.
"""

from __future__ import annotations

from collections.abc import Container
from types import MappingProxyType

from lsprotocol.types import ClientCapabilities, CompletionItemKind, CompletionItemTag, SymbolKind
from pygls.capabilities import get_capability

_KINDS = MappingProxyType(
    {
        "alias": SymbolKind.Variable,
        "argument": SymbolKind.Variable,
        "attribute": SymbolKind.Property,
        "block": SymbolKind.Object,
        "column": SymbolKind.Field,
        "data": SymbolKind.Object,
        "directive": SymbolKind.Function,
        "extension": SymbolKind.Package,
        "fragment": SymbolKind.Function,
        "imported": SymbolKind.Constant,
        "index": SymbolKind.Key,
        "input": SymbolKind.Struct,
        "item": SymbolKind.Variable,
        "language": SymbolKind.Module,
        "local": SymbolKind.Variable,
        "operation": SymbolKind.Function,
        "output": SymbolKind.Property,
        "parameter": SymbolKind.Variable,
        "prefix": SymbolKind.Namespace,
        "provider": SymbolKind.Module,
        "query": SymbolKind.Function,
        "resource": SymbolKind.Object,
        "root": SymbolKind.Variable,
        "rule": SymbolKind.Function,
        "scalar": SymbolKind.Class,
        "schema": SymbolKind.Namespace,
        "sequence": SymbolKind.Number,
        "setting": SymbolKind.Property,
        "table": SymbolKind.Struct,
        "terminal": SymbolKind.Constant,
        "trigger": SymbolKind.Event,
        "type": SymbolKind.Class,
        "union": SymbolKind.Class,
        "value": SymbolKind.EnumMember,
        "view": SymbolKind.Struct,
        "window": SymbolKind.Variable,
        **{kind.name.lower(): kind for kind in SymbolKind},
    }
)
"""One that is not here is shown as an object."""

_AS_ENTRIES = MappingProxyType(
    {
        SymbolKind.Namespace: CompletionItemKind.Module,
        SymbolKind.Package: CompletionItemKind.Module,
        SymbolKind.Key: CompletionItemKind.Property,
        **{
            kind: same
            for kind in SymbolKind
            if (same := CompletionItemKind.__members__.get(kind.name)) is not None
        },
    }
)
"""A symbol that is not here is a value."""

_FIRST_SYMBOLS = frozenset(kind for kind in SymbolKind if kind <= SymbolKind.Array)
_FIRST_ENTRIES = frozenset(kind for kind in CompletionItemKind if kind <= CompletionItemKind.Reference)

_NEAREST_SYMBOLS = MappingProxyType(
    {
        SymbolKind.Object: SymbolKind.Class,
        SymbolKind.Key: SymbolKind.Property,
        SymbolKind.Null: SymbolKind.Constant,
        SymbolKind.EnumMember: SymbolKind.Constant,
        SymbolKind.Struct: SymbolKind.Class,
        SymbolKind.Event: SymbolKind.Function,
        SymbolKind.Operator: SymbolKind.Function,
        SymbolKind.TypeParameter: SymbolKind.Class,
    }
)
_NEAREST_ENTRIES = MappingProxyType(
    {
        CompletionItemKind.EnumMember: CompletionItemKind.Value,
        CompletionItemKind.Constant: CompletionItemKind.Value,
        CompletionItemKind.Struct: CompletionItemKind.Class,
        CompletionItemKind.Event: CompletionItemKind.Function,
        CompletionItemKind.Operator: CompletionItemKind.Keyword,
        CompletionItemKind.TypeParameter: CompletionItemKind.Class,
    }
)

KnownSymbols = Container[SymbolKind]
KnownEntries = Container[CompletionItemKind | int]


def known_symbols(client: ClientCapabilities, field: str) -> KnownSymbols:
    """The kinds that a client shows in an outline or a list, `text_document.document_symbol` for example."""
    said = get_capability(client, f"{field}.symbol_kind.value_set", None)
    return _FIRST_SYMBOLS if said is None else frozenset(said)


def known_entries(client: ClientCapabilities) -> KnownEntries:
    """The kinds of entries that a client shows in a completion list."""
    said = get_capability(client, "text_document.completion.completion_item_kind.value_set", None)
    return _FIRST_ENTRIES if said is None else frozenset(said)


def symbol_kind(kind: str, known: KnownSymbols) -> SymbolKind:
    """What a client that knows some kinds of symbols shows for a kind of name."""
    found = _KINDS.get(kind, SymbolKind.Object)
    return found if found in known else _NEAREST_SYMBOLS.get(found, found)


def strikes(capabilities: ClientCapabilities) -> bool:
    """Whether a client strikes through entries that are deprecated."""
    field = "text_document.completion.completion_item.tag_support.value_set"
    return CompletionItemTag.Deprecated in (get_capability(capabilities, field, None) or ())


def name_kind(kind: str) -> CompletionItemKind:
    """What an entry for a kind of name is."""
    return _AS_ENTRIES.get(_KINDS.get(kind, SymbolKind.Object), CompletionItemKind.Value)


def entry_kind(kind: CompletionItemKind, known: KnownEntries) -> CompletionItemKind:
    """What a client that knows some kinds of entries shows for one."""
    return kind if kind in known else _NEAREST_ENTRIES.get(kind, kind)
