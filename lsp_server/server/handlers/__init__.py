"""The handlers, one file for each thing a client asks: convert, call, convert back."""

from __future__ import annotations

from lsp_server.server.handlers import (
    code_action,
    completion,
    configuration,
    diagnostic,
    documents,
    folding_range,
    inline_completion,
    lifecycle,
    selection_range,
    semantic_tokens,
)
from lsp_server.server.handlers.handler import add
from lsp_server.server.language_server import HolegramServer

_HANDLERS = (
    *documents.HANDLERS,
    *configuration.HANDLERS,
    diagnostic.HANDLER,
    completion.HANDLER,
    inline_completion.HANDLER,
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
