"""A model at work: what each level of the constraint lets it write, and what forbids its likely tokens."""

from __future__ import annotations

import pytest

from lsp_server.features.at_work import Ruling, WorkShown, work_at
from lsp_server.features.completion import CompletionRequest
from lsp_server.features.levels import ConstraintLevel, text_at
from lsp_server.languages import Language, load_registry
from lsp_server.models import ScriptedModel
from lsp_server.syntax import Landmarks, parse


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def request(language: Language, marked: str) -> CompletionRequest:
    before, after = marked.split("|")
    text = before + after
    return CompletionRequest(text, len(before), language, Landmarks(parse(language, text)), max_tokens=20)


def at(language: Language, marked: str, says: str, level: ConstraintLevel) -> WorkShown:
    asked = request(language, marked)
    model = ScriptedModel([asked.text[: asked.offset] + says])
    return work_at(level, asked, model, lambda: False)


@pytest.mark.parametrize(
    ("marked", "says", "free", "left", "both"),
    [
        ("a = |\nb = 2\n", "1", "1", "1", "1"),
        ("a = [|]\n", "1]", "1]", "1]", "1"),
        ("a = |\n", "1 }", "1 }", "1", "1"),
    ],
)
def test_each_level_holds_the_model_to_more(
    hcl: Language, marked: str, says: str, free: str, left: str, both: str
) -> None:
    levels = (ConstraintLevel.OFF, ConstraintLevel.LEFT, ConstraintLevel.BOTH)
    asked = request(hcl, marked)
    model = ScriptedModel([asked.text[: asked.offset] + says])
    assert [text_at(level, asked, model, lambda: False) for level in levels] == [free, left, both]


def test_a_token_that_the_grammar_forbids_is_told_with_what_was_taken(hcl: Language) -> None:
    shown = at(hcl, "a = |\n", "1 }", ConstraintLevel.BOTH)
    assert shown.text == "1"
    last = shown.choices[-1].contenders
    assert [(one.ruling, one.ends) for one in last if one.taken] == [(Ruling.POSSIBLE, True)]
    assert (shown.free.text, shown.free.wrong, shown.free.ruling) == ("1 }", 2, Ruling.GRAMMAR)


def test_what_the_right_side_forbids_is_told_apart(hcl: Language) -> None:
    shown = at(hcl, "a = [|]\n", "1]", ConstraintLevel.BOTH)
    assert shown.text == "1"
    assert shown.free.ruling is Ruling.RIGHT
    assert shown.free.wrong == len("1]")


def test_without_the_constraint_it_is_told_up_to_what_is_wrong(hcl: Language) -> None:
    shown = at(hcl, "a = |\n", "1 } x = 2", ConstraintLevel.OFF)
    assert shown.text == "1 } x = 2"
    assert "".join(choice.text for choice in shown.choices).rstrip() in ("1 }", "1")
    assert any(one.taken and one.ruling is Ruling.GRAMMAR for one in shown.choices[-1].contenders)


def test_probabilities_are_shares_and_come_in_order(hcl: Language) -> None:
    for choice in at(hcl, "a = |\n", "1", ConstraintLevel.BOTH).choices:
        shares = [one.probability for one in choice.contenders]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1.000001
        assert sum(one.taken for one in choice.contenders) == 1


def test_in_a_comment_there_is_a_reason(hcl: Language) -> None:
    shown = at(hcl, "# a |\n", "1", ConstraintLevel.BOTH)
    assert shown.reason
    assert shown.choices == ()
