"""What only the page asks: which language it wants, what fits at a cursor, the tree, the model at work."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from lsp_server.errors import HolegramError, UsageError
from lsp_server.features.reasons import LOADING, NO_DOCUMENT
from lsp_server.playground.gallery import entry_of, own_entries
from lsp_server.playground.own_languages import MadeLanguage, OwnLanguages, PastedGrammar, made_of
from lsp_server.server.convert import position_of
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler, add, asked_at
from lsp_server.server.language_server import HolegramServer

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.at_work import WorkShown
    from lsp_server.features.levels import ConstraintLevel
    from lsp_server.names.existing import Existing

_MOST_ROWS = 3_000
_LONGEST_HOLE = 40_000
_MAKING = "playground:grammar"
"""The lane in which languages are made, one after the other."""

Answer = dict[str, Any]


def equip(server: HolegramServer) -> None:
    """Give a server a language of its page's own, and answers to what only that asks."""
    own = OwnLanguages(server.connection)
    server.connection = own.connection
    for name, handle in (
        ("gallery", _gallery),
        ("open", _open),
        ("make", partial(_make, own)),
        ("download", partial(_download, own)),
        ("fits", _fits),
        ("tree", _tree),
        ("work", _work),
    ):
        add(server, Handler(f"playground/{name}", handle))


async def _gallery(server: HolegramServer, params: Any) -> Answer:
    own = [{"id": one.id, "name": one.name, "bundled": False} for one in own_entries()]
    bundled = [{"id": one.id, "name": one.name, "bundled": True} for one in server.session.registry.languages]
    return {"entries": [*own, *bundled]}


async def _open(server: HolegramServer, params: Any) -> Answer:
    id_ = str(params.id)
    entry = next((one for one in own_entries() if one.id == id_), None)
    if entry is None:
        entry = entry_of(server.session.registry.by_id(id_))
    return asdict(entry)


async def _make(own: OwnLanguages, server: HolegramServer, params: Any) -> Answer:
    pasted = PastedGrammar(str(params.name), str(params.grammar), str(getattr(params, "example", "") or ""))
    own.newest += 1
    number = own.newest
    try:
        made = await server.answers.run(_MAKING, lambda: _made(pasted, lambda: own.newest == number))
    except HolegramError as error:
        return {"problem": str(error), "findings": []}
    if made is None or own.newest != number:
        return {"overtaken": True, "findings": []}
    if made.language is not None:
        own.use(made)
    return _told(made)


def _made(pasted: PastedGrammar, wanted: Callable[[], bool]) -> MadeLanguage | None:
    return made_of(pasted, wanted) if wanted() else None


def _told(made: MadeLanguage) -> Answer:
    language = made.language
    findings = [
        {"severity": one.severity.value, "message": one.message, "line": one.line}
        for one in made.draft.findings
    ]
    if language is None:
        return {"findings": findings}
    return {
        "id": language.id,
        "extension": language.extensions[0],
        "rules": made.draft.rules,
        "terminals": made.draft.terminals,
        "docs": list(language.docs.values()),
        "findings": findings,
    }


async def _download(own: OwnLanguages, server: HolegramServer, params: Any) -> Answer:
    try:
        name, body = own.download(str(params.kind))
    except UsageError as error:
        return {"problem": str(error)}
    return {"name": name, "base64": base64.b64encode(body).decode()}


async def _fits(server: HolegramServer, params: Any) -> Answer:
    place = asked_at(server, "playground/fits", params)
    if isinstance(place, str):
        return {"reason": place}
    return await server.answers.run(place[0].snapshot.uri, partial(_fitting, server, *place))


def _fitting(server: HolegramServer, document: Document, offset: int) -> Answer:
    from lsp_server.features.completion import hole_of
    from lsp_server.features.explaining import expected_at
    from lsp_server.features.placing import NoPlace

    prefix, landmarks = document.prefix(), document.landmarks()
    if prefix is None or landmarks is None:
        return {"reason": NO_DOCUMENT}
    expected, hole = expected_at(prefix, landmarks, offset), hole_of(landmarks, prefix, offset)
    at = None
    if expected.error is not None:
        place = position_of(document.snapshot.lines, expected.error, server.client.encoding)
        at = {"line": place.line, "character": place.character}
    answer: Answer = {"expected": list(expected.names), "expectedAt": at}
    if isinstance(hole, NoPlace):
        return {**answer, "reason": hole.reason}
    return {**answer, "hole": hole[:_LONGEST_HOLE], "holeLength": len(hole)}


async def _tree(server: HolegramServer, params: Any) -> Answer:
    uri = str(params.textDocument.uri)
    document = server.session.get(uri)
    if document is None or document.language is None:
        return {"reason": NO_DOCUMENT, "rows": []}
    return await server.answers.run(uri, partial(_rows, server, document))


def _rows(server: HolegramServer, document: Document) -> Answer:
    tree = document.tree()
    if tree is None:
        return {"reason": NO_DOCUMENT, "rows": []}
    lines, encoding = document.snapshot.lines, server.client.encoding
    rows = []
    for row in islice(tree.rows(), _MOST_ROWS):
        start = position_of(lines, row.span.start, encoding)
        end = position_of(lines, row.span.end, encoding)
        place = [start.line, start.character, end.line, end.character]
        rows.append([row.depth, row.kind, place, row.named, row.wrong])
    return {"rows": rows, "more": len(rows) == _MOST_ROWS}


async def _work(server: HolegramServer, params: Any) -> Answer:
    place = asked_at(server, "playground/work", params)
    if isinstance(place, str):
        return {"reason": place}
    document, offset = place
    from lsp_server.features.at_work import as_data
    from lsp_server.features.levels import ConstraintLevel

    level = ConstraintLevel(str(params.level))
    await server.suggester.slots.idle(document.snapshot.uri)
    most = server.configuration.settings.max_tokens
    shown = await server.suggester.slots.look(
        document, offset, partial(_shown, document, offset, level, most)
    )
    if shown is not None:
        return as_data(shown)
    return {"reason": "" if server.shared.models.ready else server.shared.models.status.message or LOADING}


def _shown(
    document: Document,
    offset: int,
    level: ConstraintLevel,
    most: int,
    model: Model,
    beside: Sequence[str],
    names: Existing | None,
    cancelled: Callable[[], bool],
) -> WorkShown | None:
    from lsp_server.features.at_work import work_at
    from lsp_server.features.completion import CompletionRequest
    from lsp_server.features.extent import opens_block

    language, landmarks, prefix = document.language, document.landmarks(), document.prefix()
    if language is None or landmarks is None or prefix is None:
        return None
    request = CompletionRequest(
        document.snapshot.text,
        offset,
        language,
        landmarks,
        prefix,
        max_tokens=most,
        multiline=opens_block(language, prefix, landmarks, offset),
        beside=beside,
        automatic=True,
        names=names,
    )
    return work_at(level, request, model, cancelled)
