"""The model of a server: loaded when it is asked for, gone when it was not for long."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from lsp_server.languages import Registry
from lsp_server.server.client.connections import Connection, Connections
from lsp_server.server.configuration.settings import Settings
from lsp_server.server.documents.session import Session
from lsp_server.server.model import loading as module
from lsp_server.server.model.loading import ModelSlot
from lsp_server.server.model.status import ModelPhase, Status
from lsp_server.server.process.memory import resident


class Time:
    """Moves the clock of the loop on, so that timers fire."""

    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        self._passed, clock = 0.0, loop.time
        monkeypatch.setattr(loop, "time", lambda: clock() + self._passed)

    async def passes(self, minutes: float) -> None:
        self._passed += 60 * minutes
        for _ in range(3):
            await asyncio.sleep(0)


@pytest.fixture
async def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(asyncio.get_running_loop(), monkeypatch)


def connected(client: Any, tell_status: Callable[[], None] = lambda: None) -> Connections:
    """One client that is connected."""
    connections = Connections()
    session = Session(Registry(()))
    connections.add(Connection(client, session, lambda _: None, lambda _: None, tell_status))
    return connections


class Models:
    """A slot whose model is an object; what was loaded, let go and told of it."""

    def __init__(self, worker: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
        self.loaded: list[object] = []
        self.forgotten: list[bool] = []
        self.told: list[Status] = []
        monkeypatch.setattr(module, "_load_model", self._load)
        monkeypatch.setattr(module, "_forget", lambda model: self.forgotten.append(True))
        settings = Settings.model_validate({"unloadAfterMinutes": minutes})
        client: Any = SimpleNamespace(capability=lambda name: False)
        connections = connected(client, tell_status=lambda: self.told.append(self.slot.status))
        self.slot: ModelSlot = ModelSlot(worker, connections, lambda: settings, 1)

    def _load(self, name: str | None, threads: int | None, report: Callable[[int], None], _: int) -> Any:
        report(60)
        self.loaded.append(object())
        return self.loaded[-1]


async def test_a_model_that_was_not_asked_for_long_is_let_go_and_loaded_again(
    monkeypatch: pytest.MonkeyPatch, time: Time
) -> None:
    with ThreadPoolExecutor(1) as worker:
        models = Models(worker, monkeypatch, 30)
        slot = models.slot
        ready = [slot.ready]
        first = await slot.get()
        await time.passes(29)
        assert await slot.get() is first
        await time.passes(29)
        ready.append(slot.ready)
        await time.passes(2)
        ready.append(slot.ready)
        assert slot.begun
        assert await slot.get() is not first
    assert ready == [False, True, False]
    once = [
        Status(ModelPhase.LOADING, percentage=0),
        Status(ModelPhase.LOADING, percentage=60),
        Status(ModelPhase.READY),
    ]
    assert models.told == [*once, Status(ModelPhase.UNLOADED), *once]
    assert (len(models.loaded), models.forgotten) == (2, [True])


async def test_a_model_that_was_loaded_ahead_and_never_asked_is_let_go_too(
    monkeypatch: pytest.MonkeyPatch, time: Time
) -> None:
    with ThreadPoolExecutor(1) as worker:
        models = Models(worker, monkeypatch, 1)
        await models.slot.begin()
        await time.passes(1)
    assert (models.slot.ready, models.forgotten) == (False, [True])


async def test_a_model_on_another_machine_is_closed_when_it_is_let_go(
    monkeypatch: pytest.MonkeyPatch, time: Time
) -> None:
    closed: list[bool] = []
    remote = SimpleNamespace(notify=print, probe=str, ask=print, close=lambda: closed.append(True))
    monkeypatch.setattr(module, "_load_model", lambda *_: remote)
    settings = Settings.model_validate({"unloadAfterMinutes": 1})
    connections = connected(SimpleNamespace(warn=print, capability=lambda name: False))
    with ThreadPoolExecutor(1) as worker:
        slot: ModelSlot = ModelSlot(worker, connections, lambda: settings, 1)
        assert await slot.get() is remote
        assert closed == []
        await time.passes(1)
    assert closed == [True]


async def test_a_model_stays_for_ever_where_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, time: Time
) -> None:
    with ThreadPoolExecutor(1) as worker:
        models = Models(worker, monkeypatch, 0)
        await models.slot.get()
        await time.passes(100_000)
    assert (models.slot.ready, models.forgotten) == (True, [])


@pytest.mark.parametrize("held", [[900, 900, 900], [100, 900, 100, 900], [100, 800, None, 800]])
async def test_beyond_the_memory_that_is_allowed_the_model_goes(
    monkeypatch: pytest.MonkeyPatch, held: list[int | None]
) -> None:
    forgotten: list[bool] = []
    warned: list[str] = []
    monkeypatch.setattr(module, "_load_model", lambda *_: object())
    monkeypatch.setattr(module, "_forget", lambda model: forgotten.append(True))
    readings = iter(held)
    monkeypatch.setattr(module, "resident", lambda: next(readings))
    settings = Settings.model_validate({"maxMemoryMb": 800})
    connections = connected(SimpleNamespace(warn=warned.append, capability=lambda name: False))
    with ThreadPoolExecutor(1) as worker:
        slot: ModelSlot = ModelSlot(worker, connections, lambda: settings, 1)
        first, ready = await slot.get(), slot.ready
        second = await slot.get()
    if held[0] == 900:
        # It does not fit at all, and is not loaded again and again.
        assert (first, second, ready) == (None, None, False)
        assert warned == [
            "the model does not fit: 900 MB are in use with it, and the setting maxMemoryMb allows fewer "
            "(800)"
        ]
        assert (slot.status.state, forgotten) == (ModelPhase.FAILED, [True])
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
