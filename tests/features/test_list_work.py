"""What a list costs, counted and not timed: how often what follows is read, and how long the list is."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import Continuations
from lsp_server.features.lists import judging
from lsp_server.features.lists.entry import MOST, Origin, shown
from lsp_server.lalr.lexicon import Scanner
from lsp_server.languages import Language
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.names_at import names_at
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Snapshot
from tests.constraint.texts import examples
from tests.countdown import Countdown
from tests.features.completing import language_of
from tests.features.listing import URI, listed

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
        assert len(made) <= 2  # once more where an element may begin that lacks the end of the last one
        assert sum(one.reads for one in made) <= MOST_READ, text[cursor - 40 : cursor]


def test_a_list_has_a_limited_number_of_entries(language: Language) -> None:
    many = " ".join(f"word{number}" for number in range(1000))
    for text, cursor in cursors(language):
        entries = shown(listed(language, text, cursor, (many,)).entries)
        assert sum(entry.origin is not Origin.SNIPPET for entry in entries) <= MOST + 1


def test_a_very_long_text_that_follows_is_read_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    long, match = 20_000, Scanner.match
    read: list[int] = []

    def counting(scanner: Scanner, text: str, start: int) -> tuple[str, int] | None:
        found = match(scanner, text, start)
        if found is not None and found[1] - start > long:
            read.append(start)
        return found

    monkeypatch.setattr(Scanner, "match", counting)
    text = "a = \n" + f'b = "{"word " * long}"\n'
    assert listed(language_of("hcl"), text, 4).entries
    assert 0 < len(read) < 6


def test_names_that_would_not_be_known_in_time_are_not_waited_for() -> None:
    language = language_of("postgres")
    document = Document(Snapshot(URI, language.id, 1, "\n" + "SELECT a FROM;\n" * 2_500), language)
    document.tree()
    view, stopped = WorkspaceView(language, {URI: document}), Countdown(3)
    with pytest.raises(StoppedError):
        names_at(view, document, 0, stopped)
    assert stopped.asked < 10
    assert names_at(view, document, 0).spaces is None


def test_what_follows_is_read_once_for_all_keywords_that_begin_a_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = counted(monkeypatch)
    found = listed(language_of("postgres"), "CREATE FUNCTION a()\nRETURNS b AS $$ SELECT 1 $$;\n", 7)
    assert len(found.entries) > 20
    assert sum(one.reads for one in made) <= 3


@pytest.mark.parametrize("before", ["", "SELECT 1;\n"])
def test_what_follows_is_read_in_no_way_but_with_the_lexeme_that_makes_it_fit(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, text = counted(monkeypatch), f"{before}DROP  a;\n"
    found = listed(language_of("postgres"), text, text.index("  a") + 1)
    assert "TABLE" in {entry.text.strip() for entry in found.entries}
    assert sum(one.reads for one in made) <= 1
