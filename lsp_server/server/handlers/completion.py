"""`textDocument/completion`: the model's suggestion at the cursor, then what the grammar alone has there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.late import TURN
from lsp_server.server import convert, items
from lsp_server.server.asking import World, ask, names_at
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.kinds import known_entries
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.session import Document
from lsp_server.text import Span

if TYPE_CHECKING:
    from lsp_server.features.completion import Item
    from lsp_server.features.completion_list import Entry
    from lsp_server.features.resolving import Place

_Entered = tuple[Sequence["Entry"], Mapping[str, "Place"]]

_PATIENCE = 0.25
"""Seconds for which a list that has entries waits for a model that is still being loaded."""

_LATEST = 0.035
"""Seconds after its request for which a list that is there waits for a model to say what is likely."""


async def handle(server: HolegramServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The entries for a cursor, which another letter may change; null if there is none.

    A client that shows suggestions as ghost text gets them there, and not once more in the list.
    """
    document = server.session.get(params.text_document.uri)
    if document is None or document.language is None or not server.settings.completion.enabled:
        return None
    snapshot, encoding = document.snapshot, server.encoding
    offset = convert.cursor_of(snapshot.lines, params.position, encoding)
    if offset is None:
        return None
    ghost, latest = server.capability("text_document.inline_completion"), time.monotonic() + _LATEST
    suggesting = asyncio.create_task(_suggestions(server, document, params.position, ghost=ghost))
    entering = asyncio.create_task(_entries(server, document, offset))
    ranking = asyncio.create_task(_ranked(server, document, offset, entering))
    try:
        found, names = await entering
        await asyncio.wait([suggesting], timeout=_PATIENCE if found and not server.model_loaded else None)
        suggested = suggesting.result() if suggesting.done() else ()
        left = latest - time.monotonic() if len(found) > 1 else 0.0
        await asyncio.wait([ranking], timeout=max(0.0, left))
        found = ranking.result() if ranking.done() and not ranking.exception() else found
    finally:
        for task in (suggesting, entering, ranking):
            task.cancel()
    markdown = server.markdown("text_document.completion.completion_item.documentation_format")
    kinds = known_entries(server.client_capabilities)
    place = items.place_of(
        snapshot, document.language, offset, found, encoding, markdown=markdown, kinds=kinds
    )
    made = [
        items.suggestion_item_of(place, rank, item.text, Span(item.start, item.end))
        for rank, item in enumerate(suggested)
    ]
    written = {item.filter_text for item in made}
    entered = (
        items.entry_item_of(place, rank, entry, names.get(entry.candidate or ""))
        for rank, entry in enumerate(found)
    )
    made += [item for item in entered if item.filter_text not in written]
    return types.CompletionList(is_incomplete=True, items=made) if made else None


async def _suggestions(
    server: HolegramServer, document: Document, position: types.Position, *, ghost: bool
) -> tuple[Item, ...]:
    """What the model suggests for the list; nothing where that is shown as ghost text."""
    completion = None if ghost else await server.suggest(document, position)
    return completion.items if completion else ()


async def _ranked(
    server: HolegramServer, document: Document, offset: int, entering: asyncio.Task[_Entered]
) -> Sequence[Entry]:
    """The entries in the order in which the model expects them; as they are where it is not loaded."""

    async def entries() -> Sequence[Entry]:
        return (await entering)[0]

    return await server.suggestions.ranked(document, offset, entries) if server.ready else await entries()


async def _entries(server: HolegramServer, document: Document, offset: int) -> _Entered:
    """The names that may be meant at a cursor and what the grammar has there; and where these are defined."""

    def work(world: World) -> _Entered:
        # Imported here because it brings the grammar's rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.completion_list import entries

        prefix, landmarks = document.prefix(), document.landmarks()
        names = names_at(world, document, offset)
        if prefix is None or landmarks is None:
            return (), {}
        return entries(prefix, landmarks, offset, names), names

    return await ask(server, document.snapshot.uri, work, beyond=False) or ((), {})


HANDLER = Handler(types.TEXT_DOCUMENT_COMPLETION, handle)
