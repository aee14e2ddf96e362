"""`holegram/explain`: why something was suggested at a cursor, or nothing was."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from lsp_server.features import account, reasons
from lsp_server.features.explaining import Explanation, explain
from lsp_server.server import convert
from lsp_server.server.convert.questions import question_of
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.model.status import ModelPhase
from lsp_server.server.suggestions.outcomes import Outcome
from lsp_server.text import Encoding, LineIndex

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion

METHOD = "holegram/explain"


async def handle(server: HolegramServer, params: Any) -> dict[str, Any]:
    """What there is to say: as data, named as in `features.explaining.Explanation`, and as a `page` to read.

    `last` is what became of the last request for a suggestion in the document, if it was for this place.
    """
    began = perf_counter()
    uri, position = question_of(METHOD, params)
    document = server.session.get(uri)
    lines = None if document is None else document.snapshot.lines
    offset = None if document is None else cursor_in(server, document, position)
    explanation = await _explained(server, document, offset)
    timings = {"total": 1000 * (perf_counter() - began), **explanation.timings_ms}
    last = None if document is None or offset is None else server.suggester.outcomes.at(document, offset)
    explanation = replace(explanation, timings_ms=timings)
    told = _explanation_of(explanation, last, lines, server.client.encoding)
    before = None if last is None else Explanation(last.reason, last.offered, timings_ms=last.timings_ms)
    where = f"{convert.path_of(uri).name}, {_in_words(position.line, position.character)}"
    error = told["expectedAt"]
    wrong = None if error is None else _in_words(error["line"], error["character"])
    return {**told, "page": account.page(where, explanation, before, wrong)}


def _explanation_of(
    explanation: Explanation, last: Outcome | None, lines: LineIndex | None, encoding: Encoding
) -> dict[str, Any]:
    """What the server explains, as JSON: names in the manner of LSP."""
    error = explanation.expected.error
    place = None if error is None or lines is None else convert.position_of(lines, error, encoding)
    return {
        "reason": explanation.reason,
        "offered": explanation.offered,
        "expected": list(explanation.expected.names),
        "expectedAt": None if place is None else {"line": place.line, "character": place.character},
        "timingsMs": dict(explanation.timings_ms),
        "tokens": explanation.tokens,
        "statistics": dict(explanation.statistics),
        "strays": {word: list(names) for word, names in explanation.strays.items()},
        "recalled": explanation.recalled,
        "last": None
        if last is None
        else {"reason": last.reason, "offered": last.offered, "timingsMs": dict(last.timings_ms)},
    }


def _in_words(line: int, character: int) -> str:
    return f"line {line + 1}, column {character + 1}"


async def _explained(server: HolegramServer, document: Document | None, offset: int | None) -> Explanation:
    if document is None:
        return Explanation(reasons.NO_DOCUMENT)
    silent = server.suggester.why_silent(document, asked=False)
    if offset is None or silent is not None:
        return Explanation(silent or reasons.NO_PLACE)
    if not server.shared.models.ready:
        loading = server.shared.models.loading_ms
        return Explanation(_unready(server), timings_ms={} if loading is None else {"loading": loading})
    completion = await _completion(server, document, offset)
    if completion is None:
        return Explanation(_overtaken(server, document))
    return await server.answers.run(document.snapshot.uri, partial(_explain, completion, document))


def _explain(completion: Completion, document: Document) -> Explanation:
    prefix, landmarks = document.prefix(), document.landmarks()
    assert prefix is not None
    assert landmarks is not None
    return explain(completion, prefix, landmarks)


async def _completion(server: HolegramServer, document: Document, offset: int) -> Completion | None:
    """What would be suggested; what somebody waits for in the same document comes first."""
    await server.suggester.slots.idle(document.snapshot.uri)
    await server.existing_names.settle(document)
    if server.session.get(document.snapshot.uri) is not document:
        return None
    return await server.suggester.slots.ask(document, offset, server.suggester.wanted())


def _unready(server: HolegramServer) -> str:
    status = server.shared.models.status
    return status.message or (reasons.UNLOADED if status.state is ModelPhase.UNLOADED else reasons.LOADING)


def _overtaken(server: HolegramServer, document: Document) -> str:
    """Why there is no answer to what was asked."""
    if server.session.get(document.snapshot.uri) is not document:
        return reasons.CHANGED
    return reasons.OVERTAKEN if server.shared.models.ready else _unready(server)


HANDLER = Handler(METHOD, handle)
