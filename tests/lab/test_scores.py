"""Scores: what is right of a suggestion, and how much of it a person would take over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.quality.scores import Score, right_steps, score, steps
from lsp_server.languages import Language, load_registry

HCL = load_registry().by_id("hcl")
texts = st.text(alphabet="ab =.\n", max_size=12)


def _score(wanted: str, text: str, after: str = "\n", language: Language = HCL) -> Score:
    return score(language, Cut("x" + wanted + after, 1, 1 + len(wanted)), text)


@pytest.mark.parametrize(
    ("wanted", "text", "hole", "line", "word"),
    [
        ("name = 1", "name = 1", True, True, True),
        ("name = 1 ", "name = 1", True, True, True),
        ("name = 1", "name = 2", False, False, True),
        ("name = 1", "names = 1", False, False, False),
        ("name = 1", "", False, False, False),
        ("a = 1\nb = 2", "a = 1\nb = 3", False, True, True),
        ("\na = 1\nb = 2", "\na = 1", False, True, True),
        ("\na = 1\nb = 2", "a = 1\nb = 2", False, False, False),
    ],
)
def test_hole_line_and_word_are_right_apart(
    wanted: str, text: str, hole: bool, line: bool, word: bool
) -> None:
    found = _score(wanted, text)
    assert (found.hole, found.line, found.word) == (hole, line, word)


def test_blanks_count_where_the_line_goes_on() -> None:
    assert not _score("a ", "a", after="b\n").hole
    assert _score("a ", "a", after="").hole


def test_what_is_matched_is_counted_in_characters_and_what_is_saved_in_steps() -> None:
    found = _score("name = value", "name = vault")
    assert (found.removed, found.matched, found.share) == (12, 9, 0.75)
    assert found.saved == len("name") - 1 + len(" =") - 1


def test_a_suggestion_may_go_beyond_and_may_be_short() -> None:
    assert [(found.beyond, found.short) for found in (_score("ab", "abc"), _score("ab", "a"))] == [
        (True, False),
        (False, True),
    ]
    assert not _score("ab", "").short


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("abc", "abc", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)],
)
def test_similarity_is_the_edit_distance_over_the_longer_text(one: str, other: str, distance: int) -> None:
    assert _score(one, other).similarity == pytest.approx(1 - distance / max(len(one), len(other)))


def test_a_step_is_a_word_or_signs_with_the_blanks_before() -> None:
    assert list(steps(HCL, 'my-name  = ["a1", 22] ')) == [
        "my-name",
        "  =",
        ' ["',
        "a1",
        '",',
        " 22",
        "]",
        " ",
    ]


@given(texts, texts)
def test_steps_make_up_the_text_and_right_ones_the_beginning_of_both(text: str, wanted: str) -> None:
    assert "".join(steps(HCL, text)) == text
    right = "".join(right_steps(HCL, text, wanted))
    assert text.startswith(right)
    assert wanted.startswith(right)
