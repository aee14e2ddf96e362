"""Kinds of names: one that fits what a name is, and none that a client does not know."""

from __future__ import annotations

import pytest
from lsprotocol.types import (
    ClientCapabilities,
    ClientCompletionItemOptionsKind,
    ClientSymbolKindOptions,
    CompletionClientCapabilities,
    CompletionItemKind,
    SymbolKind,
    TextDocumentClientCapabilities,
    WorkspaceClientCapabilities,
    WorkspaceSymbolClientCapabilities,
)

from lsp_server.server.convert import kinds

NAMES = (*kinds._KINDS, "of a bundle of one's own")


@pytest.mark.parametrize(
    ("name", "symbol", "entry"),
    [
        ("type", SymbolKind.Class, CompletionItemKind.Class),
        ("table", SymbolKind.Struct, CompletionItemKind.Struct),
        ("column", SymbolKind.Field, CompletionItemKind.Field),
        ("fragment", SymbolKind.Function, CompletionItemKind.Function),
        ("prefix", SymbolKind.Namespace, CompletionItemKind.Module),
        ("index", SymbolKind.Key, CompletionItemKind.Property),
        ("resource", SymbolKind.Object, CompletionItemKind.Value),
        ("shelf", SymbolKind.Object, CompletionItemKind.Value),
    ],
)
def test_a_name_is_shown_as_what_it_is(name: str, symbol: SymbolKind, entry: CompletionItemKind) -> None:
    assert kinds.symbol_kind(name, frozenset(SymbolKind)) is symbol
    assert kinds.name_kind(name) is entry


def test_a_client_that_says_nothing_is_shown_kinds_of_the_first_protocol() -> None:
    client = ClientCapabilities()
    symbols, entries = kinds.known_symbols(client, "workspace.symbol"), kinds.known_entries(client)
    assert {kinds.symbol_kind(name, symbols) for name in NAMES} <= set(range(1, 19))
    assert {kinds.entry_kind(kind, entries) for kind in CompletionItemKind} - {
        CompletionItemKind.Folder,
        CompletionItemKind.Color,
    } <= set(range(1, 19))


def test_a_client_is_shown_the_kinds_that_it_says_it_knows() -> None:
    client = ClientCapabilities(
        workspace=WorkspaceClientCapabilities(
            symbol=WorkspaceSymbolClientCapabilities(symbol_kind=ClientSymbolKindOptions([SymbolKind.Struct]))
        ),
        text_document=TextDocumentClientCapabilities(
            completion=CompletionClientCapabilities(
                completion_item_kind=ClientCompletionItemOptionsKind([CompletionItemKind.Operator])
            )
        ),
    )
    symbols, entries = kinds.known_symbols(client, "workspace.symbol"), kinds.known_entries(client)
    assert kinds.symbol_kind("table", symbols) is SymbolKind.Struct
    assert kinds.symbol_kind("value", symbols) is SymbolKind.Constant
    assert kinds.entry_kind(CompletionItemKind.Operator, entries) is CompletionItemKind.Operator
    assert kinds.entry_kind(CompletionItemKind.Struct, entries) is CompletionItemKind.Class
