"""What is answered where a handler fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from lsprotocol import types

from lsp_server.server.handlers import code_action, completion_resolve, diagnostic, hover
from lsp_server.server.handlers.handler import Handler, add
from lsp_server.server.language_server import HolegramServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

HANDLERS = {
    one.method: one
    for one in (*code_action.HANDLERS, completion_resolve.HANDLER, diagnostic.HANDLER, hover.HANDLER)
}


class Listening:
    """Stands for a server: keeps what it is to run, and what is reported to it."""

    def __init__(self) -> None:
        self.client = self
        self.run: Callable[[Any], Any] | None = None
        self.reported: list[str] = []

    def feature(self, method: str, options: Any) -> Callable[[Any], None]:
        def keep(run: Callable[[Any], Any]) -> None:
            self.run = run

        return keep

    def report(self, what: str, error: BaseException) -> None:
        self.reported.append(what)


async def failing(server: HolegramServer, params: Any) -> Any:
    raise RuntimeError("broken")


async def answer(handler: Handler, params: Any) -> Any:
    server = Listening()
    add(cast("HolegramServer", server), replace(handler, handle=failing))
    assert server.run is not None
    found = await server.run(params)
    assert server.reported == [handler.method]
    return found


@pytest.mark.parametrize("method", [types.CODE_ACTION_RESOLVE, types.COMPLETION_ITEM_RESOLVE])
async def test_what_cannot_be_resolved_is_answered_as_it_came(method: str) -> None:
    """The protocol has no other answer there (LSP 3.17): null is none."""
    item = object()
    assert await answer(HANDLERS[method], item) is item


async def test_what_may_be_nothing_is_answered_by_nothing() -> None:
    assert await answer(HANDLERS[types.TEXT_DOCUMENT_HOVER], object()) is None
    report = await answer(HANDLERS[types.TEXT_DOCUMENT_DIAGNOSTIC], object())
    assert list(report.items) == []
