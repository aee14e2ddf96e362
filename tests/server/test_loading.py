"""The model of a server: loaded when it is asked for, gone when it was not for long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from lsp_server.server import loading as module
from lsp_server.server.loading import ModelSlot
from lsp_server.server.memory import resident
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


@pytest.mark.parametrize("held", [[900, 900, 900], [100, 900, 100, 900], [100, 800, None, 800]])
async def test_beyond_the_memory_that_is_allowed_the_model_goes(
    monkeypatch: pytest.MonkeyPatch, held: list[int | None]
) -> None:
    forgotten: list[bool] = []
    warned: list[str] = []
    monkeypatch.setattr(module, "_load_model", lambda *_: object())
    monkeypatch.setattr(module, "_forget_models", lambda: forgotten.append(True))
    readings = iter(held)
    monkeypatch.setattr(module, "resident", lambda: next(readings))
    settings = Settings.model_validate({"maxMemoryMb": 800})
    server: Any = SimpleNamespace(settings=settings, capability=lambda name: False)
    server.status = SimpleNamespace(tell=lambda: None)
    server.warn = warned.append
    with ThreadPoolExecutor(1) as worker:
        slot: ModelSlot = ModelSlot(server, worker)
        first, ready = await slot.get(), slot.ready
        second = await slot.get()
    if held[0] == 900:
        # It does not fit at all, and is not loaded again and again.
        assert (first, second, ready) == (None, None, False)
        assert warned == [
            "the model does not fit: 900 MB are held with it, more than the setting maxMemoryMb allows (800)"
        ]
        assert (slot.status.state, forgotten) == (State.FAILED, [True])
    elif held[1] == 900:
        # It was given once more before it went, and was loaded anew for the next who asked.
        assert None not in (first, second)
        assert (second is first, ready, slot.ready, forgotten) == (False, False, False, [True, True])
    else:
        assert (second is first, ready, slot.ready, forgotten) == (True, True, True, [])
    assert len(warned) == (held[0] == 900)


def test_memory_is_what_the_system_says() -> None:
    held = resident()
    if sys.platform == "linux":
        assert held is not None
        block = bytearray(b"x") * (100 << 20)
        assert (resident() or 0) > held + 80
        assert block
    else:
        assert held is None
