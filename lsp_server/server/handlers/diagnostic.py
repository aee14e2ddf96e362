"""`textDocument/diagnostic`: the errors of a document, when the client asks for them."""

from __future__ import annotations

import asyncio
from functools import partial

from lsprotocol import types

from lsp_server.server.configuration.settings import DiagnosticsMode
from lsp_server.server.diagnostics.grammar_lint import Seen
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer

_PATIENCE = 1.0
"""Seconds for which a client keeps what it shows, and sees nothing vanish that is still so."""


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
    if not diagnostics and server.grammar_lint.applies(document):
        diagnostics = await _grammar_lint(server, document)
    if diagnostics:
        server.publisher.find_names(document)
    else:
        diagnostics = await server.publisher.unknown_names(document)
    return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=_result(server, document))


def _result(server: HolegramServer, document: Document) -> str:
    """What tells one report from another: the version, a second look that showed something, names
    elsewhere.
    """
    existing = server.existing_names.sure(document)
    elsewhere = "" if existing is None else f"/{hash(existing.fingerprint)}"
    return f"{document.revision}{'+' if server.grammar_lint.known(document) else ''}{elsewhere}"


async def _grammar_lint(server: HolegramServer, document: Document) -> list[types.Diagnostic]:
    """What a second look shows; a client that can be told later to ask again does not wait long for it."""
    look = server.grammar_lint.look(document)
    later = server.client.capability("workspace.diagnostics.refresh_support")
    await asyncio.wait((look,), timeout=_PATIENCE if later else None)
    if not look.done():
        look.add_done_callback(partial(_refresh, server))
        return []
    return server.grammar_lint.shown(document, look.result())


def _refresh(server: HolegramServer, look: asyncio.Task[Seen]) -> None:
    if not look.cancelled() and look.result():
        server.client.refresh_diagnostics()


HANDLER = Handler(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    handle,
    options=types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="holegram"
    ),
    fallback=lambda params: types.RelatedFullDocumentDiagnosticReport([]),
)
