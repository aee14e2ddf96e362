"""What is kept for the next who asks, and made by one for all who ask at once."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lsp_server.cache import LruCache, cached_property


def test_what_several_threads_ask_for_at_once_is_made_once() -> None:
    cache, made = LruCache[str, int](4), itertools.count()
    asked = threading.Barrier(8)

    def make() -> int:
        threading.Event().wait(0.2)
        return next(made)

    def ask(key: str) -> int:
        asked.wait()
        return cache.get(key, make)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, "aaaabbbb"))
    assert len(set(found[:4])) == len(set(found[4:])) == 1
    assert next(made) == 2


def test_where_making_fails_the_next_tries_again() -> None:
    cache = LruCache[str, int](4)
    begun, go_on = threading.Event(), threading.Event()

    def fail() -> int:
        begun.set()
        go_on.wait()
        raise ValueError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, "a", fail)
        begun.wait()
        second = pool.submit(cache.get, "a", lambda: 2)
        go_on.set()
        with pytest.raises(ValueError):
            first.result()
        assert second.result() == 2
    assert cache.get("a", fail) == 2


def test_what_was_asked_for_last_is_kept() -> None:
    cache, made = LruCache[str, int](2), itertools.count()
    assert [cache.get(key, lambda: next(made)) for key in "abacab"] == [0, 1, 0, 2, 0, 3]


class Slow:
    """Knows something that is worked out once."""

    def __init__(self, value: int, gate: threading.Event | None = None) -> None:
        self.value, self.gate, self.made = value, gate, 0

    @cached_property
    def worth(self) -> int:
        """What takes its time."""
        self.made += 1
        if self.gate is not None:
            self.gate.wait()
        return self.value


def test_a_property_is_worked_out_once_and_told_what_it_is() -> None:
    slow = Slow(3)
    assert (slow.worth, slow.worth, slow.made) == (3, 3, 1)
    assert Slow.worth.__doc__ == "What takes its time."


def test_a_property_of_one_object_does_not_wait_for_that_of_another() -> None:
    gate = threading.Event()
    slow = Slow(1, gate)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: slow.worth)
        while not slow.made:
            threading.Event().wait(0.001)
        second = pool.submit(lambda: Slow(2).worth)
        try:
            assert second.result(60) == 2
        finally:
            gate.set()
        assert first.result() == 1
