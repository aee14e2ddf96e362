"""`textDocument/diagnostic`: the errors of a document, when the client asks for them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TypeVar

from lsprotocol import types

from lsp_server.server.configuration.settings import DiagnosticsMode
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer

_T = TypeVar("_T")

_PATIENCE = 1.0
"""Seconds for which a client keeps what it shows, and sees nothing vanish that is still so."""

_SO_FAR = "…"
"""Ends what tells apart a report in which something may still be missing: the next one is never the same."""


async def handle(
    server: HolegramServer, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """A full report, or the news that there is none since the last one.

    Where errors are looked for on save only, a report stays as it is until then.
    """
    document = server.session.get(params.text_document.uri)
    if document is None or document.language is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    known = params.previous_result_id
    waits = server.configuration.settings.diagnostics is DiagnosticsMode.ON_SAVE and not document.saved
    if known and (waits or known == _result(server, document)):
        return types.RelatedUnchangedDocumentDiagnosticReport(known)
    diagnostics = await server.publisher.compute(document)
    more: list[types.Diagnostic] | None
    if diagnostics or not server.grammar_lint.applies(document):
        more = await _soon(server, asyncio.ensure_future(server.publisher.unknown_names(document)))
    else:
        found = await _soon(server, server.grammar_lint.look(document))
        more = None if found is None else server.grammar_lint.shown(document, found)
    result = _result(server, document) + (_SO_FAR if more is None else "")
    return types.RelatedFullDocumentDiagnosticReport([*diagnostics, *(more or [])], result_id=result)


def _result(server: HolegramServer, document: Document) -> str:
    """What tells one full report from another: the version, where in it somebody types, and the names that
    exist elsewhere.
    """
    existing = server.existing_names.sure(document)
    elsewhere = "" if existing is None else hash(existing.fingerprint)
    return f"{document.revision}/{document.typed_at}/{elsewhere}"


async def _soon(server: HolegramServer, look: asyncio.Future[_T]) -> _T | None:
    """What a second look finds; a client that can be told later to ask again does not wait long for it."""
    later = server.client.capability("workspace.diagnostics.refresh_support")
    await asyncio.wait((look,), timeout=_PATIENCE if later else None)
    if look.done():
        return look.result()
    look.add_done_callback(partial(_refresh, server))
    return None


def _refresh(server: HolegramServer, look: asyncio.Future[_T]) -> None:
    if look.cancelled():
        return
    error = look.exception()
    if isinstance(error, Exception):
        server.client.report("diagnostics", error)
    elif look.result():
        server.client.refresh_diagnostics()


HANDLER = Handler(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    handle,
    options=types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="holegram"
    ),
    fallback=lambda params: types.RelatedFullDocumentDiagnosticReport([]),
)
