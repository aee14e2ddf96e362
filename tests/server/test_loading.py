"""The model of a server: loaded when it is asked for, gone when it was not for long."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from lsp_server.server import loading as module
from lsp_server.server.loading import ModelSlot
from lsp_server.server.settings import Settings
from lsp_server.server.status import State, Status


async def test_a_model_that_was_let_go_is_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []

    def load(name: str | None, threads: int | None, report: Callable[[int], None]) -> Any:
        report(60)
        loaded.append(object())
        return loaded[-1]

    forgotten: list[bool] = []
    monkeypatch.setattr(module, "_load_model", load)
    monkeypatch.setattr(module, "_forget_models", lambda: forgotten.append(True))
    told: list[Status] = []
    server: Any = SimpleNamespace(settings=Settings(), capability=lambda name: False)
    server.status = SimpleNamespace(tell=lambda: told.append(slot.status))
    with ThreadPoolExecutor(1) as worker:
        slot: ModelSlot = ModelSlot(server, worker)
        ready = [slot.ready]
        first = await slot.get()
        ready.append(slot.ready)
        assert await slot.get() is first
        slot._unload()
        ready.append(slot.ready)
        assert await slot.get() is not first
    assert ready == [False, True, False]
    once = [
        Status(State.LOADING, percentage=0),
        Status(State.LOADING, percentage=60),
        Status(State.READY),
    ]
    assert told == [*once, Status(State.UNLOADED), *once]
    assert (len(loaded), forgotten) == (2, [True])
