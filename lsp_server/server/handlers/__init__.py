"""The handlers, one file for each thing a client asks: convert, call, convert back."""

from __future__ import annotations

from lsp_server.server.handlers import (
    code_action,
    completion,
    completion_resolve,
    configuration,
    definition,
    diagnostic,
    document_highlight,
    document_symbol,
    documents,
    explain,
    files,
    folding_range,
    hole,
    hover,
    inline_completion,
    lifecycle,
    prepare_rename,
    references,
    rename,
    selection_range,
    semantic_tokens,
    signature_help,
    workspace_symbol,
    write,
)
from lsp_server.server.handlers.handler import add
from lsp_server.server.language_server import HolegramServer

_HANDLERS = (
    *documents.HANDLERS,
    *configuration.HANDLERS,
    *files.HANDLERS,
    diagnostic.HANDLER,
    completion.HANDLER,
    completion_resolve.HANDLER,
    inline_completion.HANDLER,
    explain.HANDLER,
    hole.HANDLER,
    write.HANDLER,
    document_symbol.HANDLER,
    workspace_symbol.HANDLER,
    definition.HANDLER,
    references.HANDLER,
    document_highlight.HANDLER,
    hover.HANDLER,
    signature_help.HANDLER,
    prepare_rename.HANDLER,
    rename.HANDLER,
    *code_action.HANDLERS,
    folding_range.HANDLER,
    selection_range.HANDLER,
    *semantic_tokens.HANDLERS,
)


def register(server: HolegramServer) -> None:
    """Let a server answer all methods."""
    lifecycle.register(server)
    for handler in _HANDLERS:
        add(server, handler)
