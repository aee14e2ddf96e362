"""`textDocument/completion`: what may be written next, the likeliest first."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.features.lists.entry import MOST, shown
from lsp_server.languages import Language
from lsp_server.lazy_imports import TURN
from lsp_server.server.convert import items
from lsp_server.server.convert.kinds import known_entries, strikes
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.suggestions.lists import FoundWords

if TYPE_CHECKING:
    from lsp_server.features.completion import Suggestion
    from lsp_server.features.lists.entry import Entry, Listing

_LOADING = 0.25
"""Seconds for which a list that has entries waits for a whole suggestion while the model loads."""


_FOUND = 0.03
"""Seconds in which the entries of a list are found as a rule; in a file just opened it takes longer."""


@dataclass(frozen=True, slots=True)
class _Patience:
    """Seconds after its request that a list takes at most, so that it is there before a person looks for it.

    Where its entries were found late, all but the last count from `_FOUND` before that: a list in a wrong
    order is of less use than one that comes a moment later.

    Attributes:
        asking: in which the model is asked what is likely there.
        order: for which a list that has entries waits for what the model says of them.
        line: for which such a one waits for a whole suggestion, where the client shows no ghost text. What
            comes later is there when the editor asks again.
        names: of computing that it may take to know the names there: of a text with very many errors, which
            is parsed anew for that, it has none.

    """

    asking: float = 0.06
    order: float = 0.1
    line: float = 0.085
    names: float = 0.5


_NO_LIMIT = _Patience(math.inf, 600.0, 600.0, math.inf)
"""Where suggestions have no limit of time, lists have none."""


async def handle(server: HolegramServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The entries for a cursor, which another letter may change; null if there is none.

    A client that shows whole suggestions as ghost text gets them there, and not once more in the list.
    """
    document = server.session.get(params.text_document.uri)
    if (
        document is None
        or document.language is None
        or server.suggester.why_silent(document, asked=True) is not None
    ):
        return None
    snapshot, offset = document.snapshot, cursor_in(server, document, params.position)
    if offset is None or _is_of_another_language(params.context, document.language):
        return None
    began = time.monotonic()
    patience = _Patience() if server.configuration.settings.completion.timeout_ms else _NO_LIMIT
    ghost = server.client.capability("text_document.inline_completion")
    signs = _wants_signs(params.context)
    gathering = asyncio.create_task(server.lists.find(document, offset, patience.names, signs=signs))
    ranking = asyncio.create_task(_ranked(server, document, offset, gathering, began, patience.asking))
    suggesting = asyncio.create_task(_suggestions(server, document, offset, ranking, ghost=ghost))
    try:
        found = await gathering
        begins = _counted_from(began)
        line = patience.line if server.shared.models.loaded else _LOADING
        await asyncio.wait([suggesting], timeout=_left(begins + line) if found.entries else None)
        late = not suggesting.done()
        suggested = () if late else suggesting.result()
        await asyncio.wait([ranking], timeout=_left(begins + (patience.line if late else patience.order)))
        ranked = ranking.done() and not ranking.exception()
        entries: Sequence[Entry] = shown(ranking.result() if ranked else found.entries)
        entries = entries if ghost else _without_what_is_typed(entries, found)
    except asyncio.CancelledError:
        suggesting.cancel()
        raise
    finally:
        for task in (gathering, ranking):
            task.cancel()
    place = items.ListPlace(
        snapshot,
        document.language,
        items.list_start(snapshot, document.language, offset, entries),
        server.client.encoding,
        markdown=server.client.markdown("text_document.completion.completion_item.documentation_format"),
        kinds=known_entries(server.client.capabilities),
        snippets=server.client.capability("text_document.completion.completion_item.snippet_support"),
        strikes=strikes(server.client.capabilities),
    )
    made = items.items_of(place, entries, suggested, found.names)
    # An editor filters a complete list at once; for another it waits, and shows what it had until then.
    goes_on = found.in_time and found.listing is not None and not found.listing.asked_again
    complete = goes_on and server.shared.models.loaded and not late and len(entries) < MOST
    return types.CompletionList(is_incomplete=not complete, items=made) if made else None


def _left(end: float) -> float:
    """How many seconds are left until a moment."""
    return max(0.0, end - time.monotonic())


def _counted_from(began: float) -> float:
    """From when the time of a list counts whose entries are there now, and that was asked for then."""
    return max(began, time.monotonic() - _FOUND)


def _without_what_is_typed(entries: Sequence[Entry], found: FoundWords) -> Sequence[Entry]:
    """The entries without the word as it is typed, if nothing else knows it.

    Where lists open by themselves, Enter would else take another entry. Other editors open one when asked.
    """
    if found.listing is None or found.listing.typed_is_known:
        return entries
    return [entry for entry in entries if not entry.origin.is_typed]


def _is_of_another_language(context: types.CompletionContext | None, language: Language) -> bool:
    """Whether a list opens by itself after a sign of another language: editors have one set for a server."""
    sign = None if context is None else context.trigger_character
    return sign is not None and sign not in language.triggers


def _wants_signs(context: types.CompletionContext | None) -> bool:
    """Whether a person may have asked: a list that opens by itself has words only."""
    return context is None or context.trigger_kind is types.CompletionTriggerKind.Invoked


async def _suggestions(
    server: HolegramServer,
    document: Document,
    offset: int,
    ranking: asyncio.Task[Sequence[Entry]],
    *,
    ghost: bool,
) -> tuple[Suggestion, ...]:
    """What the model suggests for the list; nothing where that is shown as ghost text.

    It is asked for the order first: a list without the line is of more use than one in a wrong order.
    """
    completion = None if ghost else await server.suggester.suggest(document, offset, after=ranking)
    return completion.items if completion else ()


async def _ranked(
    server: HolegramServer,
    document: Document,
    offset: int,
    gathering: asyncio.Task[FoundWords],
    began: float,
    asking: float,
) -> Sequence[Entry]:
    """The entries in the order in which the model expects them, which is asked for so many seconds at most;
    as they are where it is not loaded.
    """
    if not server.shared.models.ready:
        return (await gathering).entries

    async def listing() -> Listing:
        nonlocal began
        # Imported here because it brings the grammar's rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.lists.entry import Listing

        found = (await gathering).listing or Listing.nothing(offset)
        began = _counted_from(began)
        return found

    return await server.suggester.slots.ranked(
        document, offset, listing, lambda: time.monotonic() > began + asking
    )


HANDLER = Handler(types.TEXT_DOCUMENT_COMPLETION, handle)
