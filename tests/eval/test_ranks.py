"""What is meant is as far up among the suggestions as the committed table says; a change shows there."""

from __future__ import annotations

import re

import pytest

from tests.conftest import BUNDLED
from tests.eval.ranks import TABLE, Ranks, cases, mean_reciprocal_ranks, rank, steady_model, table

TEXT = TABLE.read_text("utf-8")
COMMITTED = {found[1]: float(found[2]) for found in re.finditer(r"^(\w+) ([\d.]+)$", TEXT, re.MULTILINE)}
ROUNDING = 0.001


@pytest.mark.parametrize("language", BUNDLED)
def test_what_is_meant_ranks_no_lower_than_the_table_says(language: str) -> None:
    model = steady_model()
    ranks: Ranks = {case: rank(case, model) for case in cases() if case.language == language}
    mean = mean_reciprocal_ranks(ranks)[language]
    worse = f"{mean:.3f} is less than {COMMITTED[language]}; python -m tests.eval rewrites the table:\n"
    assert mean >= COMMITTED[language] - ROUNDING, worse + table(ranks)


def test_the_table_has_a_line_for_each_cursor() -> None:
    lines = re.findall(r"^  (?:\d|-) (\S+) (.*)$", TEXT, re.MULTILINE)
    assert lines == [(case.place, case.expected) for case in cases()]
    assert sorted(COMMITTED) == BUNDLED


def test_each_cursor_is_where_a_mark_was_and_what_was_marked_is_gone() -> None:
    for case in cases():
        assert not {"<|", "|>"} & {case.text[i : i + 2] for i in range(len(case.text))}
        assert case.expected not in case.text[case.offset : case.offset + len(case.expected)]


def test_a_mean_counts_what_is_missing_as_nothing() -> None:
    first, second, third = list(cases())[:3]
    assert mean_reciprocal_ranks({first: 1, second: 4, third: None}) == {first.language: 1.25 / 3}
