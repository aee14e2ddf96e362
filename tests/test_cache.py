"""What is kept for the next who asks, and made by one for all who ask at once."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lsp_server.cache import LruCache


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
