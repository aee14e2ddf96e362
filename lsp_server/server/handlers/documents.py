"""`textDocument/didOpen`, `didChange`, `didSave` and `didClose`: keeps the session in step."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import convert
from lsp_server.server.configuration.settings import DiagnosticsMode
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer


async def did_open(server: HolegramServer, params: types.DidOpenTextDocumentParams) -> None:
    """Follow a document."""
    item = params.text_document
    server.suggester.slots.forget(item.uri)
    if (
        full := server.following.full(len(item.text), documents=int(server.session.get(item.uri) is None))
    ) is not None:
        server.following.lose(item.uri, full)
        return
    document = server.session.open(convert.snapshot_of(item), convert.path_of(item.uri))
    if document.language is not None:
        server.following.tell_of_parser(document.language)
    server.publisher.schedule(document)
    server.warmer.expect(document)
    server.index.prepare()


async def did_change(server: HolegramServer, params: types.DidChangeTextDocumentParams) -> None:
    """Apply edits; a suggestion that is being made for the text before them is moot."""
    before = server.session.get(params.text_document.uri)
    if before is None:
        return
    if (full := server.following.full()) is not None:
        server.following.lose(before.snapshot.uri, full)
        return
    edits = convert.edits_of(before.snapshot, params.content_changes, server.client.encoding)
    document = server.session.change(before, edits, params.text_document.version)
    if (full := server.following.too_long(len(document.snapshot.text))) is not None:
        server.following.lose(before.snapshot.uri, full)
        return
    server.suggester.slots.edited(document)
    if server.configuration.settings.diagnostics is DiagnosticsMode.ON_CHANGE:
        pause = max(server.configuration.settings.debounce_ms, server.shared.limits.pause_ms)
        server.publisher.schedule(document, pause)


async def did_save(server: HolegramServer, params: types.DidSaveTextDocumentParams) -> None:
    """Look for errors at once; a file of a bundle changes its language."""
    path = convert.path_of(params.text_document.uri)
    server.shared.reloader.touch([path])
    server.index.touch([path])
    document = server.session.save(params.text_document.uri)
    if document is not None:
        server.publisher.schedule(document)


async def did_close(server: HolegramServer, params: types.DidCloseTextDocumentParams) -> None:
    """Let go of a document, and of its errors."""
    server.following.release(params.text_document.uri)


HANDLERS = (
    Handler(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Handler(types.TEXT_DOCUMENT_DID_CHANGE, did_change),
    Handler(types.TEXT_DOCUMENT_DID_SAVE, did_save),
    Handler(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
)
