"""To judge what is typed, trees are made; of a text with very many errors they take long, and have a bound.

The clock goes on each time that it is asked, so that nothing here depends on the machine.
"""

from __future__ import annotations

from itertools import count

import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Edit, Span
from tests.countdown import Countdown
from tests.features.completing import language_of

ERRORS = "SELECT a FROM;\n" * 2_500


def completed(limit_ms: float) -> Completion:
    language, text = language_of("postgres"), "\n" + ERRORS
    landmarks = Landmarks(parse(language, ERRORS), [Edit(Span(0, 0), "\n")], text)
    request = CompletionRequest(text, 0, language, landmarks, limit_ms=limit_ms)
    return complete(request, ScriptedModel({"": "SELECT b FROM c;"}), lambda: False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the clock was asked by who makes trees; a tenth of a second passes each time."""
    times: list[float] = []
    ticks = count()

    def now() -> float:
        times.append(next(ticks) / 10)
        return times[-1]

    monkeypatch.setattr("lsp_server.features.trials.thread_time", now)
    return times


def test_where_trees_take_too_long_nothing_is_suggested_and_it_is_said_that_time_ran_out(
    asked: list[float],
) -> None:
    completion = completed(600_000)
    assert (completion.items, completion.timed_out) == ((), True)
    assert (completion.reason or "").startswith("time ran out")
    assert len(asked) < 12


@pytest.mark.usefixtures("asked")
def test_without_a_limit_of_time_trees_may_take_as_long_as_they_do() -> None:
    completion = completed(float("inf"))
    assert [item.text for item in completion.items] == ["SELECT b FROM c;"]


def test_a_tree_that_is_not_wanted_any_more_is_not_made_to_the_end() -> None:
    language = language_of("postgres")
    landmarks = Landmarks(parse(language, ERRORS))
    edit, whole, stopped = Edit(Span(0, 0), "\n"), Countdown(1_000_000), Countdown(3)
    assert landmarks.edited(edit, "\n" + ERRORS, whole).error_count == 2_500
    assert whole.asked > 10
    with pytest.raises(StoppedError):
        landmarks.edited(edit, "\n" + ERRORS, stopped)
    assert stopped.asked < 10
