"""How likely a suggestion is right: the signs are what their docstring says, and the past counts."""

from __future__ import annotations

import math

import pytest

from lsp_server.decoding import NO_EVIDENCE, Evidence
from lsp_server.features.completion import CompletionRequest
from lsp_server.features.confidence import NAMES, ConfidenceSigns, Weights, bundled, signs_of
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.past import NO_PAST, Past, past_of
from lsp_server.languages import load_registry
from lsp_server.syntax import Landmarks, parse

HCL = load_registry().by_id("hcl")


def signs(
    marked: str, suggestion: str, evidence: Evidence = NO_EVIDENCE, beside: tuple[str, ...] = ()
) -> ConfidenceSigns:
    before, after = marked.split("|")
    landmarks = Landmarks(parse(HCL, before + after))
    request = CompletionRequest(before + after, len(before), HCL, landmarks, beside=beside)
    return signs_of(request, suggestion, evidence)


def test_the_whole_word_is_looked_for_in_the_text_and_in_those_near() -> None:
    found = signs("region = 1\nregions = 2\nx = reg|\n", "ion", beside=("region", "a region"))
    assert (found.here, found.beside, found.nowhere) == (math.log1p(1), math.log1p(2), 0)
    nowhere = signs("x = reg|\n", "ion", beside=("regions",))
    assert (nowhere.here, nowhere.beside, nowhere.nowhere) == (0, 0, 1)


def test_signs_tell_where_the_cursor_is() -> None:
    begun = signs("x = 1\n  reg|\n", "ion = 1")
    assert (begun.letters, begun.sign) == (3, 0)
    start = signs("x = 1\n  |\nx = 1\n", "x = 1")
    assert (start.letters, start.sign) == (0, 0)
    assert signs("x|\n", " = 1").sign == 1


@pytest.mark.parametrize(("chance", "odds"), [(0.5, 0.0), (0.75, math.log(3)), (1.0, 6.0), (1e-9, -6.0)])
def test_chances_of_the_model_are_odds_within_bounds(chance: float, odds: float) -> None:
    assert signs("|\n", "x", Evidence(word=math.log(chance))).word == pytest.approx(odds)


def test_the_chance_is_that_of_a_logistic_model() -> None:
    found = signs("|\n", "x", Evidence(word=math.log(0.5), margin=2.0))
    weights = Weights(0.5, {name: 0.25 * (name == "margin") for name in NAMES})
    assert math.exp(weights.chance(found)) == pytest.approx(1 / (1 + math.exp(-1.0)))
    surer = Weights(-900.0, weights.by_sign).chance(found)
    assert surer == pytest.approx(-899.5)


def test_the_bundled_weights_know_each_sign_and_tell_what_the_model_is_sure_of() -> None:
    assert set(bundled().by_sign) == set(NAMES)
    sure = signs("region = 1\nx = reg|\n", "ion", Evidence())
    unsure = signs("x = |\n", "ion", Evidence(math.log(0.05), math.log(0.05), -1.0))
    assert bundled().chance(sure) > least_of(Eagerness.BALANCED) > bundled().chance(unsure)


def test_a_level_shows_more_than_the_one_before_and_the_first_nothing() -> None:
    levels = [least_of(level) for level in (Eagerness.SUBTLE, Eagerness.BALANCED, Eagerness.EAGER)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == math.inf


def test_what_was_typed_away_just_now_is_known() -> None:
    made = [("region = 1", "x\n", 0)]
    assert past_of(made, "re\n", 2) == NO_PAST
    assert past_of(made, "region\n", 6) == Past(0.55, frozenset())
    assert past_of(made, "rx\n", 2) == Past(0.45, frozenset({"egion = 1"}))
    assert past_of(made, "region :\n", 8) == Past(0.55, frozenset({"= 1"}))
    assert past_of(made, "rx\n    y\n", 8).gone == {"egion = 1"}
    assert past_of(made, "rabcdef\n", 7).gone == frozenset()


def test_what_was_suggested_after_another_text_does_not_count() -> None:
    assert past_of([("b", "a \n", 2)], "x c\n", 3) == NO_PAST


def test_the_newest_suggestions_count_most() -> None:
    right, wrong = ("a", "\n", 0), ("z", "a\n", 1)
    assert past_of([right, wrong], "ab\n", 2).hits < past_of([wrong, right], "ab\n", 2).hits
