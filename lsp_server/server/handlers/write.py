"""`holegram/write`: code that does what somebody says in words, at a position or in place of a range."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_server.features.reasons import NO_DOCUMENT, NO_PLACE
from lsp_server.server import convert
from lsp_server.server.convert.questions import instruction_of, question_of
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Span

METHOD = "holegram/write"
_NO_MODEL = "the model is not loaded"


async def handle(server: HolegramServer, params: Any) -> dict[str, Any]:
    """The text and the range that it replaces, or the reason why there is none.

    It is `suggested` where an inline completion that is asked for at that place is this text.
    """
    uri, position = question_of(METHOD, params)
    instruction, end = instruction_of(METHOD, params)
    document = server.session.get(uri)
    if document is None or document.language is None:
        return {"reason": NO_DOCUMENT}
    first, last = (cursor_in(server, document, one) for one in (position, end or position))
    if first is None or last is None:
        return {"reason": NO_PLACE}
    span = Span(min(first, last), max(first, last))
    written = await server.suggester.write(document, span, instruction)
    if server.session.get(uri) is not document:
        return {"reason": "the text has changed meanwhile"}
    if written is None or not written.items:
        return {"reason": _NO_MODEL if written is None else written.reason}
    place = convert.range_of(document.snapshot.lines, span, server.client.encoding)
    item = written.items[0]
    suggested = span.start == span.end and server.suggester.why_silent(document, asked=True) is None
    return {"text": item.text, "by": item.by, "range": _json(place), "suggested": suggested}


def _json(place: types.Range) -> dict[str, Any]:
    ends = {"start": place.start, "end": place.end}
    return {name: {"line": end.line, "character": end.character} for name, end in ends.items()}


HANDLER = Handler(METHOD, handle)
