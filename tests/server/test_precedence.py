"""Work that somebody waits for goes first, and other work rests meanwhile: not for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lsp_server.languages import load_registry
from lsp_server.server.documents.session import LONG, Document
from lsp_server.server.scheduling import precedence as room
from lsp_server.server.scheduling.precedence import Precedence, Rank
from lsp_server.server.scheduling.turns import Turns
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Snapshot

ENDLESS = 600.0
"""Seconds that no test lasts."""


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns("test")
    yield made
    made.close()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rests does so as long as it has to."""
    monkeypatch.setattr(room, "_LONGEST", ENDLESS)


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize(("before", "rank"), [("ASKED", "SHOWN"), ("ASKED", "WHOLE"), ("SHOWN", "WHOLE")])
def test_work_rests_until_what_goes_before_it_is_done(before: str, rank: str) -> None:
    precedence, done = Precedence(), list[str]()

    def rest() -> None:
        precedence.rests(Rank[rank])()
        done.append(rank)

    thread = threading.Thread(target=rest)
    with precedence.at(Rank[before]):
        thread.start()
        thread.join(0.05)
        done.append(before)
    thread.join()
    assert done == [before, rank]


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize(("beside", "rank"), [("SHOWN", "ASKED"), ("WHOLE", "SHOWN"), ("SHOWN", "SHOWN")])
def test_work_does_not_rest_for_what_comes_after_it(beside: str, rank: str) -> None:
    precedence = Precedence()
    with precedence.at(Rank[beside]):
        precedence.rests(Rank[rank])()


def test_work_goes_on_after_a_while_and_then_not_at_each_step_a_while_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_LONGEST", 0.01)
    now = [100.0]
    precedence = Precedence()
    rest = precedence.rests(Rank.WHOLE, lambda: now[0])
    with precedence.at(Rank.ASKED):
        rest()
        monkeypatch.setattr(room, "_LONGEST", ENDLESS)
        now[0] += 0.05
        rest()


def test_what_a_lane_of_shared_threads_does_has_its_rank(turns: Turns) -> None:
    precedence, other = Precedence(), Precedence()
    lane, beside = turns.lane(lambda: precedence.at(Rank.ASKED)), turns.lane(lambda: other.at(Rank.ASKED))
    seen = lane.submit(lambda: (precedence._is_free(Rank.SHOWN), other._is_free(Rank.SHOWN)))
    assert seen.result() == (False, True)
    assert beside.submit(lambda: precedence._is_free(Rank.SHOWN)).result()
    assert other._is_free(Rank.WHOLE)


def _document(text: str) -> Document:
    language = load_registry().by_id("graphql")
    return Document(Snapshot("file:///a.graphql", language.id, 0, text), language)


def test_names_that_somebody_waits_for_are_found_out_without_rest() -> None:
    document, rests = (
        _document("".join(f"type A{number} {{ a: Int }}\n" for number in range(50))),
        list[int](),
    )
    asking = threading.Thread(target=document.names)

    def rest() -> None:
        rests.append(1)
        if len(rests) == 1:
            asking.start()
            while not document._names.awaited:
                threading.Event().wait(0.001)

    names = document.names(rest=rest)
    asking.join()
    assert len(rests) == 1
    assert names is document.names()


def test_names_that_are_found_out_with_rests_are_the_same() -> None:
    text, rests = "type A { b: C }\ntype A { b: C }\ntype C { a: A }\n", list[int]()
    rested, other = _document(text).names(rest=lambda: rests.append(1)), _document(text).names()
    assert rested is not None
    assert other is not None
    assert rests
    assert [(name.occurrence, name.begin) for name in rested] == [
        (name.occurrence, name.begin) for name in other
    ]


def test_as_long_as_the_names_of_a_long_text_are_not_known_those_near_a_cursor_count() -> None:
    line = "type Type{0} {{ field: Type{0} }}\n"
    text = "".join(line.format(number) for number in range(LONG // 20))
    document, middle = _document(text), len(text) // 2
    near = document.names(middle)
    assert near is not None
    number = text[:middle].count("\n")
    assert near.named(f"Type{number}")
    assert not near.named("Type0")
    assert not document.names_known
    whole = document.names()
    assert whole is not None
    assert document.names(middle) is whole
    assert near.named(f"Type{number}")[0].begin == whole.named(f"Type{number}")[0].begin


def test_a_question_about_a_place_does_not_wait_for_the_names_of_a_long_text() -> None:
    document = _document("type A { b: A }\n" * (LONG // 10))
    assert document.language is not None
    documents = {document.snapshot.uri: document}
    at = document.snapshot.uri, len("type ")
    assert WorkspaceView(document.language, documents).resolver.at(*at) is None
    assert not document.names_known
    document.names()
    place = WorkspaceView(document.language, documents).resolver.at(*at)
    assert place is not None
    assert place.occurrence.name == "A"
