"""Garbage is looked for in a pause, and seldom."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator

import pytest

from lsp_server.server.scheduling import collecting as module
from lsp_server.server.scheduling.collecting import Collector


class _Rig:
    """A collector that only counts, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now, self.looks = 1_000.0, 0
        self.collector = Collector(self._look, lambda: self.now)

    def _look(self) -> None:
        self.looks += 1

    async def passes(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass for the collector, which has many turns to notice."""
        self.now += seconds
        for _ in range(200):
            if until():
                return
            await asyncio.sleep(0.001)

    async def looked(self, times: int) -> bool:
        """Whether it looks as often as that in a pause that begins with a message."""
        self.collector.touch()
        await self.passes(2 * module._PAUSE, lambda: self.looks == times)
        return self.looks == times


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_PAUSE", 0.001)
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)


async def test_garbage_is_looked_for_once_there_is_a_pause() -> None:
    rig = _Rig()
    rig.collector.begin()
    for _ in range(3):
        rig.collector.touch()
        await rig.passes(module._PAUSE / 2)
        assert rig.looks == 0
    await rig.passes(module._PAUSE, lambda: rig.looks == 1)
    assert rig.looks == 1


async def test_a_pause_soon_after_another_is_left_alone() -> None:
    rig = _Rig()
    rig.collector.begin()
    assert await rig.looked(1)
    assert not await rig.looked(2)
    rig.now += module._SELDOM
    assert await rig.looked(2)


async def test_nothing_is_looked_for_before_the_beginning_and_after_the_end() -> None:
    rig = _Rig()
    assert not await rig.looked(1)
    rig.collector.begin()
    rig.collector.touch()
    rig.collector.close()
    assert not await rig.looked(1)
