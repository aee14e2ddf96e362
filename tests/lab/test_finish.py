"""Endings: what finishes a text is found, and only the judge says whether it does."""

from __future__ import annotations

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.lab.promise.finish import endings
from lsp_server.languages import Language, load_bundle
from tests.conftest import MakeBundle

ORIGINAL = "a = b + (1 + c);"


@pytest.fixture
def calc(make_bundle: MakeBundle) -> Language:
    return load_bundle(make_bundle())


@pytest.mark.parametrize("text", ["a", "a =", "a = (((b", "a = b +", "a = 1; b = (1 + (2)", "a = (1)"])
def test_one_of_the_endings_finishes_a_beginning(calc: Language, text: str) -> None:
    grammar = load_grammar(calc)
    found = list(endings(grammar, text, ORIGINAL, len(ORIGINAL)))
    assert any(check(grammar, text + ending) is None for ending in found)


@pytest.mark.parametrize("text", ["a b", "a = ;", "a = 1 2", "a = )", "a = 1 $"])
def test_none_finishes_what_is_no_beginning(calc: Language, text: str) -> None:
    grammar = load_grammar(calc)
    assert all(check(grammar, text + ending) is not None for ending in endings(grammar, text, ORIGINAL, 4))


def test_the_removed_text_is_tried_from_each_of_its_places(calc: Language) -> None:
    found = list(endings(load_grammar(calc), "a = b", ORIGINAL, 5))
    assert " + (1 + c);" in found
    assert "c);" in found
