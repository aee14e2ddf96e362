"""How likely a suggestion is right: the signs are what their docstring says; what was typed away is known."""

from __future__ import annotations

import math

import pytest

from lsp_server.decoding import NO_EVIDENCE, Evidence
from lsp_server.features.completion import CompletionRequest, Suggestion, complete
from lsp_server.features.confidence import NAMES, ConfidenceSigns, Weights, bundled, signs_of
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.typed_away import typed_away
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse

HCL = load_registry().by_id("hcl")


def signs(
    marked: str,
    suggestion: str,
    evidence: Evidence = NO_EVIDENCE,
    beside: tuple[str, ...] = (),
) -> ConfidenceSigns:
    before, after = marked.split("|")
    landmarks = Landmarks(parse(HCL, before + after))
    request = CompletionRequest(before + after, len(before), HCL, landmarks, beside=beside)
    made = Suggestion(suggestion, len(before), len(before), 0.0, "", evidence=evidence)
    return signs_of(request, made)


def test_the_whole_word_is_looked_for_in_the_text_and_in_those_near() -> None:
    assert signs("regions = 2\nx = reg|\n", "ion", beside=("a region",)).nowhere == 0
    assert signs("region = 2\nx = reg|\n", "ion").nowhere == 0
    assert signs("regions = 2\nx = reg|\n", "ion", beside=("my_region",)).nowhere == 1
    assert signs("x|\n", " = 1", beside=("y = 2",)).nowhere == 0


@pytest.mark.parametrize(("marked", "text"), [('x = "a |"\n', 1), ("x = a.|\n", 0), ('x = "${a.|}"\n', 0)])
def test_a_string_is_a_sign(marked: str, text: int) -> None:
    before, after = marked.split("|")
    landmarks = Landmarks(parse(HCL, before + after))
    request = CompletionRequest(before + after, len(before), HCL, landmarks)
    (found,) = complete(request, ScriptedModel({before: "region"}), lambda: False).items
    assert signs_of(request, found).text == text


def test_its_share_is_among_the_words_that_begin_with_the_letters_that_stand() -> None:
    def share(marked: str, *beside: str) -> float:
        return signs(marked, "ion = 1", beside=beside).share

    often = share("region = 1\nx = reg|\n", "region region regions")
    seldom = share("region = 1\nx = reg|\n", "regions registry reg")
    never = share("x = reg|\n", "regions registry reg")
    assert 0 < never < seldom < often < 1
    assert share("region = 1\nx = |\n") == 0, "no letters stand"
    assert share("regions = 1\nx = reg|\n") == share("regions = 1\nx = reg|\n", "aregion"), "another word"


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
    unsure = signs("x = |\n", "ion", Evidence(math.log(0.05), -1.0))
    assert bundled().chance(sure) > least_of(Eagerness.BALANCED) > bundled().chance(unsure)


def test_a_level_shows_more_than_the_one_before_and_the_first_nothing() -> None:
    levels = [least_of(level) for level in (Eagerness.SUBTLE, Eagerness.BALANCED, Eagerness.EAGER)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == math.inf


def test_what_was_typed_away_just_now_is_known() -> None:
    made = [("region = 1", "x\n", 0)]
    assert not typed_away(made, "re\n", 2)
    assert not typed_away(made, "region\n", 6)
    assert typed_away(made, "rx\n", 2) == {"egion = 1"}
    assert typed_away(made, "region :\n", 8) == {"= 1"}
    assert typed_away(made, "rx\n    y\n", 8) == {"egion = 1"}
    assert not typed_away(made, "rabcdef\n", 7)


def test_what_was_suggested_after_another_text_does_not_count() -> None:
    assert not typed_away([("b", "a \n", 2)], "x c\n", 3)
