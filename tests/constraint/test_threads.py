"""Threads of a server ask for hole grammars at once, of windows that have much in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest

from lsp_server.constraint import Prefix, Window, left_quotient, load_grammar, right_quotient
from lsp_server.constraint.hole import Cfg
from lsp_server.features.placing import CursorPlace, place_of
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks, parse
from tests.constraint.forgetting import forget_windows
from tests.constraint.texts import examples
from tests.counts import tries

_THREADS = 4
_PLACES = tries(12, 24)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns after every few steps."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty")
def test_threads_that_ask_at_once_are_told_what_one_alone_is(language: Language) -> None:
    asked = _quotients(language)
    alone = [_rules(left, window) for left, window in asked]
    barrier = Barrier(_THREADS, action=forget_windows)

    def told(_: int) -> list[object]:
        barrier.wait()
        return [_rules(left, window) for left, window in asked]

    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in range(tries(3, 8)):
            assert all(found == alone for found in threads.map(told, range(_THREADS)))


def _rules(left: Cfg, window: Window) -> object:
    found = right_quotient(left, window)
    return None if found is None else dict(found.rules)


def _quotients(language: Language) -> list[tuple[Cfg, Window]]:
    """A state and what follows it, at places in the examples of a language."""
    random, table = Random(1), load_grammar(language).table
    found: list[tuple[Cfg, Window]] = []
    while len(found) < _PLACES:
        text = random.choice(examples(language))
        offset = random.randrange(len(text))
        prefix, landmarks = Prefix(load_grammar(language), text), Landmarks(parse(language, text))
        place = place_of(prefix, landmarks, offset, offset)
        if isinstance(place, CursorPlace):
            left = left_quotient(table, place.state.stack.states())
            found.extend((left, window) for window in place.windows)
    return found
