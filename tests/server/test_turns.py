"""Threads that many share: who has waited longest comes first, and nobody gains by asking for more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import count

import pytest

from lsp_server.server.scheduling.turns import Lane, Turns


class Shared:
    """One thread that is held until it is let go, and what it did since, in order."""

    def __init__(self) -> None:
        ticks = count()
        self.turns = Turns("turns", clock=lambda: float(next(ticks)))
        self.done: list[str] = []
        self._go = threading.Event()
        self.turns.lane().submit(self._go.wait)

    def ask(self, lane: Lane, name: str) -> Future[None]:
        return lane.submit(self.done.append, name)

    def all_done(self) -> list[str]:
        """What was done, once all is."""
        self._go.set()
        self.turns.lane().submit(lambda: None).result()
        return self.done


@pytest.fixture
def shared() -> Iterator[Shared]:
    made = Shared()
    yield made
    made.all_done()
    made.turns.close()


def test_who_has_much_to_do_gets_no_more_turns_than_others(shared: Shared) -> None:
    greedy, modest, late = (shared.turns.lane() for _ in range(3))
    for number in range(4):
        shared.ask(greedy, f"greedy {number}")
    shared.ask(modest, "modest")
    shared.ask(late, "late")
    assert shared.all_done()[:3] == ["greedy 0", "modest", "late"]
    assert shared.all_done()[3:] == ["greedy 1", "greedy 2", "greedy 3"]


def test_who_asks_anew_has_waited_from_then(shared: Shared) -> None:
    hasty, patient = shared.turns.lane(), shared.turns.lane()
    first = shared.ask(hasty, "overtaken")
    shared.ask(patient, "patient")
    first.cancel()
    shared.ask(hasty, "hasty")
    assert shared.all_done() == ["patient", "hasty"]


def test_one_that_is_gone_has_no_turn_and_those_who_wait_for_it_are_told(shared: Shared) -> None:
    gone, other = shared.turns.lane(), shared.turns.lane()
    waiting = [shared.ask(gone, "gone") for _ in range(3)]
    shared.ask(other, "other")
    gone.shutdown()
    assert all(future.cancelled() for future in waiting)
    assert shared.all_done() == ["other"]
    assert shared.ask(gone, "once more").cancelled()


def test_what_fails_takes_its_turn_and_no_other(shared: Shared) -> None:
    lane = shared.turns.lane()
    failed = lane.submit(next, iter(()))
    shared.ask(lane, "next")
    assert shared.all_done() == ["next"]
    assert isinstance(failed.exception(), StopIteration)
