"""A suggestion has a limit of time: what was found by then is offered, else it is said that it took too long.

The clock goes by the calls of the model, so that nothing here depends on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import (
    CursorState,
    Oracle,
    Prefix,
    load_grammar,
)
from lsp_server.constraint.beginning import beginnings_in
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.limit import OVERTIME, Limit
from lsp_server.features.reasons import CANCELLED
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.countdown import Countdown
from tests.counts import tries
from tests.features.completing import CURSOR, language_of, texts

NUMBERS = count()
LONG = "b: Int, cde: Int, fgh: Int"

Ask = Callable[..., Completion]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask(marked, wanted, calls)`: the time is up once the model was called so often."""

    def run(
        marked: str,
        wanted: str,
        calls: float,
        *,
        name: str = "graphql",
        cancelled: Callable[[], bool] = lambda: False,
        **more: Any,
    ) -> Completion:
        before, after = marked.split(CURSOR)
        language, model = language_of(name), ScriptedModel({before: wanted})
        monkeypatch.setattr("lsp_server.features.limit.perf_counter", lambda: model.calls / 1000)
        landmarks = Landmarks(parse(language, before + after))
        request = CompletionRequest(before + after, len(before), language, landmarks, limit_ms=calls, **more)
        return complete(request, model, cancelled)

    return run


def test_what_was_written_in_time_is_cut_back_to_where_it_fits(ask: Ask) -> None:
    marked = "type A { a: Int, <|> }"
    late, whole = ask(marked, LONG, 11), ask(marked, LONG, 1_000)
    assert texts(whole) == [LONG]
    assert texts(late) == ["b: Int"]
    assert (late.timed_out, late.reason, late.items[0].stop) == (True, None, "cut")
    assert not whole.timed_out


def test_where_nothing_was_found_in_time_the_reason_says_how_long_it_took(ask: Ask) -> None:
    completion = ask("type A { a: Int, <|> }", LONG, 2)
    assert completion.items == ()
    assert re.fullmatch(r"time ran out: no text that fits was found in \d+ ms", completion.reason or "")
    assert (completion.timed_out, completion.tokens) == (True, 2)
    assert all(ms >= 0 for ms in completion.timings_ms.values())


def test_without_a_limit_nothing_is_late(ask: Ask) -> None:
    completion = ask("type A { a: Int, <|> }", LONG, float("inf"))
    assert (texts(completion), completion.timed_out) == ([LONG], False)


def test_of_several_candidates_those_found_in_time_are_offered(ask: Ask) -> None:
    marked = "type A { a: <|> }"
    assert len(ask(marked, "Int", 1_000, candidates=3).items) == 3
    late = ask(marked, "Int", 5, candidates=3)
    assert texts(late)[0] == "Int"
    assert len(late.items) < 3
    assert late.timed_out


@pytest.fixture
def ask_by_polls(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Completion, int]]:
    """`ask(polls, candidates)`: the time is up once it was asked so often whether it was cancelled.

    That is asked for each lexeme that is read to judge a text. What is asked after `fast` times counts a
    hundredfold. With what is suggested comes how often it was asked.
    """

    def run(polls: float, candidates: int = 1, fast: int = 1_000_000) -> tuple[Completion, int]:
        before = "SELECT * WHERE {\n  ?s ?p "
        after = f" .\n  ?t ?q ?o{next(NUMBERS)}" * 1_000 + "\n}\n"  # never read before
        language, asked = language_of("sparql"), Countdown(1_000_000)

        def clock() -> float:
            return (asked.asked + 99 * max(asked.asked - fast, 0)) / 1000

        monkeypatch.setattr("lsp_server.features.limit.perf_counter", clock)
        landmarks = Landmarks(parse(language, before + after))
        request = CompletionRequest(
            before + after, len(before), language, landmarks, limit_ms=polls, candidates=candidates
        )
        return complete(request, ScriptedModel({before: "?c"}), asked), asked.asked

    return run


def test_a_text_is_not_judged_to_its_end_long_after_the_time_is_up(
    ask_by_polls: Callable[..., tuple[Completion, int]],
) -> None:
    whole, needed = ask_by_polls(100_000)
    assert texts(whole) == ["?c"]
    late, polls = ask_by_polls(needed // 4)
    assert (late.items, late.timed_out) == ((), True)
    assert (late.reason or "").startswith("time ran out")
    assert polls <= OVERTIME * (needed // 4) + 10


def test_what_was_found_in_time_is_offered_where_another_text_is_not_judged_to_its_end(
    ask_by_polls: Callable[..., tuple[Completion, int]],
) -> None:
    one, needed = ask_by_polls(100_000)
    several, needed_for_all = ask_by_polls(100_000, candidates=3)
    assert (texts(one), len(several.items)) == (["?c"], 3)
    late, polls = ask_by_polls(needed + 200, candidates=3, fast=needed + 200)
    assert texts(late) == ["?c"]
    assert late.timed_out
    assert needed + 200 < polls < needed_for_all - 100


def test_whoever_was_told_that_it_is_late_has_left_something_untried(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("lsp_server.features.limit.perf_counter", lambda: now[0])
    limit = Limit(20, lambda: False)
    told = [(limit.late(), limit.timed_out)]
    now[0] = 0.02
    told += [(False, limit.timed_out), (limit.late(), limit.timed_out)]
    assert told == [(False, False), (False, False), (True, True)]


def test_what_follows_the_cursor_is_read_no_further_once_it_is_cancelled() -> None:
    """Nothing of a reading that was stopped is taken for known."""
    grammar, before = load_grammar(language_of("hcl")), "a = "
    text = before + "\nb = [1, 2]" * 1_000
    state = Prefix(grammar, text).at(len(before), [])
    assert isinstance(state, CursorState)
    for times in (0, 1, 2_000):
        stopped = Countdown(times)
        with pytest.raises(StoppedError):
            Oracle(grammar, text, state, cancelled=stopped).fit("1")
        assert stopped.asked == times + 1
    assert Oracle(grammar, text, state).fit("1").complete
    assert not Oracle(grammar, text + "]", state).fit("1").good


def test_a_suggestion_that_is_cancelled_while_a_long_rest_is_read_says_so(ask: Ask) -> None:
    """It is asked for each lexeme of the rest, which is more often than for each token."""
    marked = "SELECT * WHERE {\n  ?a ?b <|>" + " .\n  ?d ?e ?f" * 1_000 + "\n}\n"
    late = ask(marked, "?c", float("inf"), name="sparql", cancelled=Countdown(2_000))
    assert (late.items, late.reason) == ((), CANCELLED)
    whole = Countdown(1_000_000)
    assert texts(ask(marked, "?c", float("inf"), name="sparql", cancelled=whole)) == ["?c"]
    assert whole.asked > 4_000


@pytest.mark.parametrize(
    ("name", "marked", "wanted"),
    [
        ("hcl", 'a "<|>\n  b = {{ for c in d : c => c }\n}\n', "e {"),
        ("hcl", "a {\n  b = <|>\n  c = [1, 2\n  d = 3\n}\n", "1"),
        ("graphql", "type A {\n  b: <|>\n  c = D\n}\n", "In"),
        ("graphql", "type A { a: Int, <|> }", LONG),
    ],
)
def test_wherever_it_is_cancelled_nothing_is_suggested(ask: Ask, name: str, marked: str, wanted: str) -> None:
    def completed(cancelled: Countdown) -> Completion:
        beginnings_in.cache_clear()
        return ask(marked, wanted, float("inf"), name=name, cancelled=cancelled)

    whole = Countdown(100_000)
    assert completed(whole).items
    for times in range(0, whole.asked, 1 + whole.asked // tries(60, 1_000)):
        stopped = completed(Countdown(times))
        assert (stopped.items, stopped.reason) == ((), CANCELLED)
