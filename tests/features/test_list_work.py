"""What a list costs, counted and not timed: how often what follows is read, and how long the list is."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lsp_server.constraint import Continuations
from lsp_server.features.lists import judging
from lsp_server.features.lists.entry import MOST, Origin
from lsp_server.languages import Language
from tests.constraint.texts import examples
from tests.features.listing import listed

CURSORS = 8

MOST_READ = 18
"""What follows is read so often in all ways for one list: the limit, and once to see what it is like."""


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Continuations]:
    """What is made from now on of what may follow, one for each list."""
    made: list[Continuations] = []

    def make(*arguments: Any) -> Continuations:
        made.append(Continuations(*arguments))
        return made[-1]

    monkeypatch.setattr(judging, "Continuations", make)
    return made


def cursors(language: Language) -> list[tuple[str, int]]:
    chance = random.Random(5)
    texts = [chance.choice(examples(language)) for _ in range(CURSORS)]
    return [(text, chance.randrange(len(text) + 1)) for text in texts]


def test_what_follows_is_read_a_limited_number_of_times(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counted(monkeypatch)
    for text, cursor in cursors(language):
        made.clear()
        listed(language, text, cursor)
        assert len(made) <= 1
        assert sum(one.reads for one in made) <= MOST_READ, text[cursor - 40 : cursor]


def test_a_list_has_a_limited_number_of_entries(language: Language) -> None:
    many = " ".join(f"word{number}" for number in range(1000))
    for text, cursor in cursors(language):
        entries = listed(language, text, cursor, (many,)).entries
        assert sum(entry.origin is not Origin.SNIPPET for entry in entries) <= MOST + 1
