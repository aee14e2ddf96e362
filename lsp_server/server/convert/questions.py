"""The parameters of requests that are our own, which no library checks: a document and a position in it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lsp_server.errors import UsageError


def question_of(method: str, params: Any) -> tuple[str, types.Position]:
    """The document and the position that a request is about.

    Raises:
        UsageError: the parameters do not have them.

    """
    try:
        position = types.Position(int(params.position.line), int(params.position.character))
        return str(params.textDocument.uri), position
    except (AttributeError, TypeError, ValueError):
        raise UsageError(method, remedy="give textDocument and position") from None
