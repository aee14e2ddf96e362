"""The way home: what is suggested where a model does not come by itself to where the rest fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.constraint import check
from lsp_server.decoding import Decoder, Statistics
from lsp_server.models.scripted import ScriptedModel
from tests.decoding.babbler import Babbler
from tests.decoding.test_decode_loop import PLACES, QUERIES, SOUP, TOKENS, decode, joined, task_at


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("select f(| from t;", "-- once upon a time there was", id="from the cursor"),
        pytest.param("select a from t where ((b = | or b = 2 or c = 3 or d = 4);", '"x y z"', id="far away"),
        pytest.param("select f(f(f(|, " + "a, " * 200 + "b) from t;", '"x y z"', id="farther away"),
    ],
)
def test_out_of_budget_the_shortest_way_home_is_taken(text: str, wanted: str) -> None:
    (candidate,) = decode(text, wanted, max_tokens=5)
    assert check(QUERIES, joined(text, candidate.text)) is None
    assert candidate.stop == "closed"


@pytest.mark.parametrize(
    "text",
    [
        'select a from t where b = |y" or c = 1;',
        "select a from t where b = |(c) or d = 1 or e = 2;",
        "sel| from t where a = b;",
        "select | t where a = b;",
    ],
)
def test_what_ends_after_the_cursor_may_begin_in_the_suggestion(text: str) -> None:
    for seed in range(3):
        model = Babbler(SOUP, seed)
        found = Decoder(model).decode(task_at(text, model, max_tokens=6), 1, lambda: False, Statistics())
        assert found, seed
        assert check(QUERIES, joined(text, found[0].text)) is None


def test_what_is_refused_is_not_suggested_and_something_else_is() -> None:
    text = "select | from t;"
    model = ScriptedModel({"select ": "column"}, TOKENS)
    asked: list[str] = []

    def agrees(typed: str) -> bool:
        asked.append(typed)
        return len(typed) > len("column")

    task = replace(task_at(text, model), agrees=agrees)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, Statistics())
    assert "column" in asked
    assert len(candidate.text) > len("column")
    assert check(QUERIES, joined(text, candidate.text)) is None


@pytest.mark.parametrize("multiline", [False, True])
def test_nothing_is_suggested_where_all_is_refused(multiline: bool) -> None:
    for text in PLACES:
        model = Babbler(SOUP, 1)
        task = replace(task_at(text, model, max_tokens=6, multiline=multiline), agrees=lambda typed: False)
        assert Decoder(model).decode(task, 2, lambda: False, Statistics()) == ()


def test_a_way_home_stays_in_its_line() -> None:
    text = 'select a from t where b = "|;\n'
    for seed in range(3):
        model = Babbler((*SOUP, "\n", "\n\n", '"\n'), seed)
        found = Decoder(model).decode(task_at(text, model, max_tokens=4), 2, lambda: False, Statistics())
        assert found
        assert not any("\n" in candidate.text for candidate in found)


def test_a_name_of_which_the_model_finds_no_end_is_ended_early() -> None:
    model = ScriptedModel(lambda text: "o")
    for text in ("select | t where a = b;", "select f(c), | t;"):
        (candidate,) = Decoder(model).decode(
            task_at(text, model, max_tokens=30), 1, lambda: False, Statistics()
        )
        assert check(QUERIES, joined(text, candidate.text)) is None
        assert "oo" not in candidate.text


def test_a_model_that_may_not_end_is_soon_asked_no_further() -> None:
    model, statistics = ScriptedModel({"f(": "a"}, TOKENS), Statistics()
    task = task_at("select f(| from t;", model)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert (candidate.text, candidate.stop) == ("a)", "closed")
    assert statistics.tokens < 10 < task.max_tokens


def test_where_nobody_asked_nothing_is_suggested_that_begins_otherwise_than_the_model_writes() -> None:
    model = ScriptedModel({"f(": "-- once upon a time there was"}, TOKENS)
    task = task_at("select f(| from t;", model, max_tokens=5)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, Statistics())
    assert not candidate.text.startswith("--")
    assert Decoder(model).decode(replace(task, confident=True), 1, lambda: False, Statistics()) == ()


def test_where_nobody_asked_what_was_opened_is_still_closed() -> None:
    model = ScriptedModel({"a = ": '"x'}, TOKENS)
    task = replace(task_at("select a from t where a = |;", model, max_tokens=2), confident=True)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, Statistics())
    assert (candidate.stop, candidate.text, candidate.confident) == ("closed", '"x"', True)


@pytest.mark.parametrize("seed", range(6))
def test_what_nobody_asked_for_breaks_nothing_and_begins_as_the_model_writes(seed: int) -> None:
    for text in PLACES:
        model = Babbler(SOUP, seed)
        task = replace(task_at(text, model, max_tokens=8), confident=True)
        statistics = Statistics()
        for candidate in Decoder(model).decode(task, 1, lambda: False, statistics):
            whole = joined(text, candidate.text)
            failure = check(QUERIES, whole)
            ends = not text.partition("|")[2].strip()
            assert failure is None or (ends and failure.offset >= len(whole.rstrip())), (text, candidate)
        assert statistics.cut <= 1
