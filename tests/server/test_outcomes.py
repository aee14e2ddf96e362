"""What became of the suggestion that was asked for last: of a document, at a place, in a version of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.features.completion import Completion, Suggestion
from lsp_server.features.reasons import CANCELLED, PENDING, UNWANTED
from lsp_server.languages import Registry
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions.outcomes import Outcome, Outcomes
from lsp_server.text import Edit, Snapshot, Span


@pytest.fixture
def document() -> Document:
    return Session(Registry(())).open(Snapshot("file:///a", "x", 1, "abc"), Path("a"))


def made(reason: str | None, offset: int = 1) -> Completion:
    items = () if reason else (Suggestion("x", offset, offset, 0.0, "end"),)
    return Completion("x", offset, items, {"model": 2.0, "total": 3.0}, 1, reason, {})


def last_at(outcomes: Outcomes, document: Document, offset: int = 1) -> Outcome:
    last = outcomes.at(document, offset)
    assert last is not None
    return last


def test_an_outcome_has_the_reason_the_timings_and_how_long_the_answer_took(document: Document) -> None:
    outcomes = Outcomes()
    begun = outcomes.begin(document, 1)
    assert last_at(outcomes, document).reason == PENDING
    outcomes.end(document, begun, made("below"), "")
    last = last_at(outcomes, document)
    assert (last.reason, last.offered) == ("below", 0)
    assert [*last.timings_ms] == ["model", "total", "answer"]
    outcomes.end(document, outcomes.begin(document, 1), made(None), "")
    assert (last_at(outcomes, document).reason, last_at(outcomes, document).offered) == (None, 1)


@pytest.mark.parametrize("first", [True, False])
def test_how_far_a_cancelled_one_came_is_known_before_or_after_it_is_given_up(
    document: Document, first: bool
) -> None:
    outcomes = Outcomes()
    begun = outcomes.begin(document, 1)
    if first:
        outcomes.made(document, 1, made(CANCELLED))
    outcomes.end(document, begun, None, UNWANTED)
    if not first:
        outcomes.made(document, 1, made(CANCELLED))
    last = last_at(outcomes, document)
    assert (last.reason, last.offered) == (UNWANTED, 0)
    assert last.timings_ms.keys() == {"model", "total", "answer"}


def test_what_is_made_for_another_place_or_was_not_cancelled_changes_no_outcome(document: Document) -> None:
    outcomes = Outcomes()
    outcomes.end(document, outcomes.begin(document, 1), None, UNWANTED)
    outcomes.made(document, 2, made(CANCELLED))
    outcomes.made(document, 1, made("below"))
    assert [*last_at(outcomes, document).timings_ms] == ["answer"]


def test_only_the_last_one_counts_whichever_ends_last(document: Document) -> None:
    outcomes = Outcomes()
    first, second = outcomes.begin(document, 1), outcomes.begin(document, 2)
    outcomes.end(document, second, made(None, 2), "")
    outcomes.end(document, first, None, "overtaken")
    assert outcomes.at(document, 1) is None
    assert last_at(outcomes, document, 2).offered == 1


def test_of_another_version_or_of_a_closed_document_nothing_is_known(document: Document) -> None:
    outcomes = Outcomes()
    outcomes.end(document, outcomes.begin(document, 1), made(None), "")
    assert outcomes.at(document.edited((Edit(Span(3, 3), "d"),), 2), 1) is None
    outcomes.forget("file:///a")
    assert outcomes.at(document, 1) is None
