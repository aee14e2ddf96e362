"""What speaks for the first word: how likely its tokens are among those that agree with the letters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lsp_server.decoding.evidence import Choice, among, around_doubt, gathered
from lsp_server.features.completion import complete
from lsp_server.features.recall import Wanted
from lsp_server.lab.quality.saving import request_of
from lsp_server.lab.quality.typist import Draft, TypedStretch
from lsp_server.languages import load_registry
from lsp_server.models import ScriptedModel

WORD = r"\w+"


def _logits(*chances: float) -> np.ndarray:
    return np.log(np.array(chances, np.float32))


def test_a_chance_is_among_the_tokens_that_agree_with_the_letters() -> None:
    logits = _logits(0.5, 0.3, 0.1, 0.1)
    logprob, margin = among(logits, 1, None, [])
    assert (math.exp(logprob), margin) == pytest.approx((0.3, math.log(0.3 / 0.5)), rel=1e-4)
    logprob, margin = among(logits, 1, np.array([1, 2]), [])
    assert (math.exp(logprob), margin) == pytest.approx((0.75, math.log(3)), rel=1e-4)


def test_tokens_that_do_not_fit_take_no_share() -> None:
    logits = _logits(0.5, 0.3, 0.1, 0.1)
    logprob, margin = among(logits, 1, None, [0])
    assert (math.exp(logprob), margin) == pytest.approx((0.6, math.log(3)), rel=1e-4)
    assert logits[0] == pytest.approx(math.log(0.5))
    assert among(logits, 1, np.array([1]), []) == (0.0, math.inf)


def test_the_choices_of_the_first_word_count_and_no_others() -> None:
    healing, first, last, other = (Choice(-value, value) for value in (1.0, 2.0, 4.0, 8.0))
    evidence = gathered("source = 1", [(0, healing), (3, first), (6, last), (8, other)], WORD)
    assert (evidence.word, evidence.margin) == (-7.0, 1.0)
    assert gathered("source = 1", [(3, first), (8, other)], WORD).word == -10.0


def test_what_a_word_is_the_language_says() -> None:
    choices = [(1, Choice(-1.0)), (3, Choice(-2.0))]
    assert gathered("a-b", choices, WORD).word == -1.0
    assert gathered("a-b", choices, r"[\w-]+").word == -3.0


def test_the_letters_that_stand_are_given() -> None:
    """Before them another word is likelier, which they rule out."""
    hcl = load_registry().by_id("hcl")
    model = ScriptedModel({"a = ": "zebra", "a = w": "est"})
    draft = Draft.opened(hcl, TypedStretch("a.tf", "a = w", "", "\n"))
    (item,) = complete(request_of(draft, Wanted(8, automatic=True)), model, lambda: False).items
    assert item.text == "est"
    assert item.evidence.word > math.log(0.5)


def test_a_text_is_cut_at_its_first_doubtful_word_or_where_it_may_end_near_that() -> None:
    def doubt(*chances: float, text: str = "source = x ;") -> list[int]:
        ends = (6, 8, 10, 12)  # source, =, x, ;
        choices = [(end, Choice(math.log(chance))) for end, chance in zip(ends, chances, strict=True)]
        return around_doubt(text, choices, WORD)

    assert doubt(0.9, 0.9, 0.9, 0.9) == []
    assert doubt(0.1, 0.9, 0.9, 0.9) == [], "the first word is another matter"
    assert doubt(0.9, 0.9, 0.9, 0.4) == [10, 8, 6]
    assert doubt(0.9, 0.9, 0.4, 0.1) == [8, 6, 10], "behind it only where it may end nowhere before it"
    assert doubt(0.9, 0.4, 0.9, 0.1) == [6, 8, 10]
    assert doubt(0.9, 0.4, 0.9, 0.1, text="source = x.;") == [6, 8], "not within what stands together"
