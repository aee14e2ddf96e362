"""A text that says the same over and over ends before it does."""

from __future__ import annotations

import pytest

from lsp_server.decoding import Decoder, Statistics
from lsp_server.decoding.repeating import at_last, third_time
from lsp_server.models.scripted import ScriptedModel
from tests.decoding.test_decode_loop import task_at

CLAUSE = "volume = 14"


@pytest.mark.parametrize(
    ("lexemes", "place"),
    [
        ("a = 1 or a = 1 or a = 1 or", 4),
        ("x or a = 1 or a = 1 or a = 1 or", 5),
        ("a = 1 or a = 1 or a = 1", None),
        ("f ( a . b , a . b ) ;", None),
        ("0 , 0 , 0 , 0 , 0 , 0", None),
        ("( ( ( ( ( ( ( (", None),
        ("table public . public . public .", 2),
        ("values ( null , null , null )", None),
        ("type { type { type { name", None),
        ("set x + x + x ;", None),
        ("where a . public = b . public", None),
    ],
)
def test_what_is_said_a_third_time_is_found_where_the_second_begins(lexemes: str, place: int | None) -> None:
    assert third_time(lexemes.split()) == place


@pytest.mark.parametrize(
    ("lexemes", "place"),
    [
        ("a = 1 or a = 1", 4),
        ("a = 1 or a = 1 or", 4),
        ("a = 1 or a = 1 o", 4),
        ("0 , 0 , 0 , 0", 2),
        ("a , b , c , d", None),
        ("f ( a , a )", None),
    ],
)
def test_at_the_end_a_second_time_is_enough(lexemes: str, place: int | None) -> None:
    assert at_last(lexemes.split()) == place


@pytest.mark.parametrize(
    ("before", "expected"),
    [("where ", CLAUSE), ("", f"where {CLAUSE}"), (f"where {CLAUSE}", " or id = 1")],
)
def test_a_clause_that_a_model_says_for_ever_is_said_once(before: str, expected: str) -> None:
    said, start = expected + f" or {CLAUSE}" * 9, "select a from t "
    model, statistics = ScriptedModel({start + before: said}), Statistics()
    task = task_at(f"{start}{before}|;", model, max_tokens=200)
    (candidate,) = Decoder(model).decode(task, 1, lambda: False, statistics)
    assert candidate.text.strip().count(CLAUSE) <= 1
    assert candidate.text.startswith(expected)
    assert statistics.tokens < 80
    assert statistics.astray
