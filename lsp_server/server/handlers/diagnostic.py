"""`textDocument/diagnostic`: the errors of a document, when the client asks for them."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.publishing import compute
from lsp_server.server.session import Document
from lsp_server.server.settings import DiagnosticsMode


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
    waits = server.settings.diagnostics is DiagnosticsMode.ON_SAVE and not document.saved
    if known and (waits or known == _result(server, document)):
        return types.RelatedUnchangedDocumentDiagnosticReport(known)
    diagnostics = await compute(server, document)
    if not diagnostics:
        diagnostics = await _second_look(server, document)
    return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=_result(server, document))


def _result(server: HolegramServer, document: Document) -> str:
    """What tells one report from another: the version, and whether a second look showed something."""
    return f"{document.revision}{'+' if server.second_look.known(document) else ''}"


async def _second_look(server: HolegramServer, document: Document) -> list[types.Diagnostic]:
    """What a second look shows; a client that can be told later to ask again does not wait for it."""
    known = server.second_look.known(document)
    if known is not None or not server.capability("workspace.diagnostics.refresh_support"):
        return await server.second_look.look(document)
    server.second_look.look_later(document, lambda: server.workspace_diagnostic_refresh(None))
    return []


HANDLER = Handler(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    handle,
    options=types.DiagnosticOptions(
        inter_file_dependencies=False, workspace_diagnostics=False, identifier="holegram"
    ),
    fallback=types.RelatedFullDocumentDiagnosticReport([]),
)
