"""`textDocument/completion`: the model's suggestion at the cursor, then what the grammar alone has there."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from lsp_server.features.completion_list import Entry, entries
from lsp_server.server import convert
from lsp_server.server.asking import World, ask, names_at
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.session import Document
from lsp_server.text import Span

_PATIENCE = 0.25
"""Seconds for which a list that has entries waits for a model that is still being loaded."""


async def handle(server: HolegramServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The entries for a cursor, which another letter may change; null if there is none."""
    document = server.session.get(params.text_document.uri)
    if document is None or document.language is None or not server.settings.completion.enabled:
        return None
    language, snapshot, encoding = document.language, document.snapshot, server.encoding
    offset = convert.cursor_of(snapshot.lines, params.position, encoding)
    suggesting = asyncio.create_task(server.suggest(document, params.position))
    try:
        found = () if offset is None else await _entries(server, document, offset)
        await asyncio.wait([suggesting], timeout=_PATIENCE if found and not server.model_loaded else None)
        completion = suggesting.result() if suggesting.done() else None
    finally:
        suggesting.cancel()
    items = [
        convert.completion_item_of(snapshot, language, rank, item.text, Span(item.start, item.end), encoding)
        for rank, item in enumerate(completion.items if completion else ())
    ]
    written = {item.filter_text for item in items}
    listed = [entry for entry in found if entry.text not in written]
    items += [convert.entry_item_of(snapshot, rank, entry, encoding) for rank, entry in enumerate(listed)]
    return types.CompletionList(is_incomplete=True, items=items) if items else None


async def _entries(server: HolegramServer, document: Document, offset: int) -> tuple[Entry, ...]:
    """The names that may be meant at a cursor, and what the grammar has there."""

    def work(world: World) -> tuple[Entry, ...]:
        prefix, landmarks = document.prefix(), document.landmarks()
        names = names_at(world, document, offset)
        return () if prefix is None or landmarks is None else entries(prefix, landmarks, offset, names)

    return await ask(server, document.snapshot.uri, work, beyond=False) or ()


HANDLER = Handler(types.TEXT_DOCUMENT_COMPLETION, handle)
