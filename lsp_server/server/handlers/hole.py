"""`holegram/hole`: the grammar of exactly the texts that fit at a cursor, of names those that exist."""

from __future__ import annotations

from functools import partial
from typing import Any

from lsp_server.lazy_imports import TURN
from lsp_server.names.existing import Existing
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler, asked_at
from lsp_server.server.language_server import HolegramServer

METHOD = "holegram/hole"


async def handle(server: HolegramServer, params: Any) -> dict[str, str]:
    """The grammar in Lark's notation, or the reason why there is none."""
    place = asked_at(server, METHOD, params)
    if isinstance(place, str):
        return {"reason": place}
    await server.existing_names.settle(place[0])
    names = server.existing_names(*place)
    return await server.answers.run(place[0].snapshot.uri, partial(_hole, *place, names))


def _hole(document: Document, offset: int, names: Existing | None) -> dict[str, str]:
    # Imported here because they bring the mask engine.
    with TURN:
        from lsp_server.features.completion import hole_of
        from lsp_server.features.placing import NoPlace

    prefix, landmarks = document.prefix(), document.landmarks()
    if prefix is None or landmarks is None:
        return {"reason": "Holegram does not know the language of this file"}
    hole = hole_of(landmarks, prefix, offset, names)
    return {"reason": hole.reason} if isinstance(hole, NoPlace) else {"grammar": hole}


HANDLER = Handler(METHOD, handle)
