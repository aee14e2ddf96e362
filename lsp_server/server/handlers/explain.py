"""`holegram/explain`: why something was suggested at a cursor, or nothing was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.questions import question_of
from lsp_server.server.session import Document
from lsp_server.server.status import State

if TYPE_CHECKING:
    from lsp_server.features.explaining import Explanation

METHOD = "holegram/explain"

_UNLOADED = "the model is not loaded; the next suggestion loads it"
_LOADING = "the model is being loaded"


async def handle(server: HolegramServer, params: Any) -> dict[str, Any]:
    """What there is to say, under the names of `features.explaining.Explanation`, in JSON's manner."""
    uri, position = question_of(METHOD, params)
    document = server.session.get(uri)
    return convert.explanation_of(await _explained(server, document, position))


async def _explained(
    server: HolegramServer, document: Document | None, position: types.Position
) -> Explanation:
    # Imported here because it brings the grammar's rooms, which a quick start does without.
    from lsp_server.features.explaining import Explanation, explain

    if document is None or document.language is None:
        return Explanation("no language is known for this file, or it is not open")
    if not server.settings.completion.enabled:
        return Explanation("suggestions are turned off (holegram.completion.enabled)")
    if not server.ready:
        status = server.model_status
        return Explanation(status.message or (_UNLOADED if status.state is State.UNLOADED else _LOADING))
    completion = await server.suggest(document, position)
    prefix, landmarks = document.prefix(), document.landmarks()
    if completion is None or prefix is None or landmarks is None:
        return Explanation("there is no such place, or another request overtook this one")
    work = partial(explain, completion, prefix, landmarks)
    return await server.answer(work)


HANDLER = Handler(METHOD, handle)
