"""What a person reads of an explanation: a page, and its sentences."""

from __future__ import annotations

from dataclasses import fields

import pytest

from lsp_server.decoding import Statistics
from lsp_server.features.account import COUNTERS, dropped, figures, fitting, page, strays
from lsp_server.features.explaining import ExpectedLexemes, Explanation
from lsp_server.features.reasons import IN_COMMENT, UNWANTED, Filter

PLACE = "main.tf, line 3, column 7"


def test_why_there_is_nothing_is_one_sentence_and_no_empty_part() -> None:
    text = page(PLACE, Explanation(IN_COMMENT), None, None)
    assert text == f"# No suggestion here\n\n*{PLACE}*\n\n**The cursor is in a comment.**\n"


def test_what_fits_is_told_in_groups() -> None:
    expected = ExpectedLexemes(("`[`", "an identifier", "`FROM`", "a number", "`.*`"))
    text = page(PLACE, Explanation(None, 2, expected), None, None)
    assert text.startswith("# A suggestion here\n")
    assert "**Holegram suggests 2 texts.**" in text
    assert text.endswith(
        "## What fits here\n\n- names and values: an identifier, a number\n- words: `FROM`\n"
        "- signs: `[`, `.*`\n"
    )


def test_a_text_that_is_suggested_stands_in_a_block_that_it_cannot_end() -> None:
    text = page(PLACE, Explanation(None, 1, texts=("a\n```\nb",)), None, None)
    assert "**Holegram suggests this text.**\n\n````\na\n```\nb\n````\n" in text


def test_before_an_error_it_is_told_what_was_expected_at_its_place() -> None:
    text = page(
        PLACE, Explanation("too bad", expected=ExpectedLexemes(("`:`",), 9)), None, "line 2, column 5"
    )
    assert "## What was expected at line 2, column 5\n\n- signs: `:`\n" in text
    assert "What fits here" not in text


def test_what_was_dropped_is_told_by_number_and_reason() -> None:
    told = Explanation(None, 1, dropped={Filter.TREE: 3, Filter.UNSURE: 1})
    assert dropped(told) == (f"3 texts: {Filter.TREE}", f"1 text: {Filter.UNSURE}")
    assert "## What was dropped\n\n- 3 texts: the syntax tree would have a new error\n" in page(
        PLACE, told, None, None
    )


def test_words_that_name_nothing_are_told_with_the_names_that_exist() -> None:
    many = tuple(f"n{number}" for number in range(9))
    told = Explanation(None, 1, strays={"zone": ("region",), "x": ("a", "b"), "y": (), "z": many})
    assert strays(told) == (
        "`zone` names nothing; there is `region`",
        "`x` names nothing; there are `a`, `b`",
        "`y` names nothing; no name of its kind exists",
        f"`z` names nothing; there are {', '.join(f'`{name}`' for name in many[:8])} and more",
    )
    assert "## Names\n\n- `zone` names nothing" in page(PLACE, told, None, None)


def test_figures_are_folded_and_those_of_the_last_request_are_among_them() -> None:
    last = Explanation(UNWANTED, timings_ms={"answer": 12.34})
    told = Explanation(None, 1, timings_ms={"model": 5.0}, tokens=7, statistics={"bans": 0, "passes": 3})
    before, _, folded = page(PLACE, told, last, None).partition("<details><summary>")
    assert (
        "When the editor asked last: the request was cancelled: the editor no longer waits for it." in before
    )
    assert "| running the model | 5.0 ms |" in folded
    assert "| runs of the model | 3 |" in folded
    assert "| last request: until the editor had its answer | 12.3 ms |" in folded
    assert "refused" not in folded
    assert not {"model", "ms"} & set(before.split())


def test_the_last_request_is_told_only_where_it_ended_otherwise() -> None:
    told = Explanation(None, 1)
    assert "asked last" not in page(PLACE, told, Explanation(None, 1), None)


def test_what_was_remembered_says_so_among_the_figures() -> None:
    told = Explanation(None, 1, timings_ms={"total": 0.1}, recalled=True)
    assert "the model was not asked again" in page(PLACE, told, None, None).partition("<details>")[2]


def test_each_counter_of_a_decode_has_a_plain_label() -> None:
    counted = {field.name for field in fields(Statistics) if not field.name.endswith("_ms")}
    assert counted | {"disagreements"} == COUNTERS.keys()
    assert figures({}, 0, {"astray": 2}) == {"texts in which the model repeated itself": "2"}


@pytest.mark.parametrize("name", ["`[`", "'`'"])
def test_a_lexeme_in_any_quotation_marks_is_a_sign(name: str) -> None:
    assert fitting((name,)) == (("signs", (name,)),)
