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


_LONGEST = 100_000


def instruction_of(method: str, params: Any) -> tuple[str, types.Position | None]:
    """What somebody asks for in words, and the end of what is to be replaced, if anything is.

    Raises:
        UsageError: the parameters have no words, or too many.

    """
    words, end = getattr(params, "instruction", None), getattr(params, "end", None)
    try:
        place = None if end is None else types.Position(int(end.line), int(end.character))
    except (AttributeError, TypeError, ValueError):
        raise UsageError(method, remedy="give end as a position") from None
    if not isinstance(words, str) or not words.strip() or len(words) > _LONGEST:
        raise UsageError(method, remedy=f"give an instruction of 1 to {_LONGEST:,} characters")
    return words, place
