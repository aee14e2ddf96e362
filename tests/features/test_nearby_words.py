"""Which words of the texts nearby are likeliest where one is to stand."""

from __future__ import annotations

import pytest

from lsp_server.features.lists.nearby_words import nearby_words
from tests.features.completing import language_of

OFTEN = 'resource "a" "x" {\n  often = 1\n}\n' * 3
SELDOM = 'resource "b" "y" {\n  seldom = 1\n}\n'


@pytest.mark.parametrize(
    ("text", "others"), [(OFTEN + SELDOM, ()), (SELDOM, (OFTEN,)), ("", (OFTEN, SELDOM))]
)
def test_a_word_in_brackets_that_are_opened_alike_comes_before_one_that_stands_more_often(
    text: str, others: tuple[str, ...]
) -> None:
    text += 'resource "b" "z" {\n  '
    words = [*nearby_words(language_of("hcl"), text, len(text), others)]
    assert words.index("seldom") < words.index("often")


def test_a_bracket_that_was_closed_does_not_count() -> None:
    text = OFTEN + SELDOM + 'resource "b" "z" {\n}\nresource "a" "z" {\n  '
    words = [*nearby_words(language_of("hcl"), text, len(text))]
    assert words.index("often") < words.index("seldom")


def test_a_word_behind_the_same_sign_comes_before_one_that_stands_more_often() -> None:
    text = "a = often\nb = often\nc = x.seldom\nd = y."
    words = [*nearby_words(language_of("hcl"), text, len(text))]
    assert words.index("seldom") < words.index("often")


@pytest.mark.parametrize(
    "text", ['"""\nWords of prose.\n"""\n', '"Words of prose."\n', "# Words of prose.\n"]
)
def test_prose_has_no_words(text: str) -> None:
    text += 'type A @b(c: "one") {\n  '
    assert set(nearby_words(language_of("graphql"), text, len(text))) == {"type", "one"}
