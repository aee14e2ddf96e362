"""What is typed leaves brackets and strings of a damaged document as closed as they were."""

from __future__ import annotations

import pytest

from lsp_server.constraint import CursorState, Prefix, load_grammar
from lsp_server.constraint.damage import Damage
from lsp_server.languages import load_registry


@pytest.mark.parametrize(
    ("text", "typed", "closed", "closed_in_a_guess"),
    [
        ("a = <|>\nb = (\n", "1", True, True),
        ("a = <|>\nb = (\n", "[1]", True, True),
        ("a = <|>\nb = (\n", "(1", False, False),
        ("a = (<|>\nb = 1\n", "1)", True, True),
        ("a = <|>]\nb = 1\n", "[1", True, False),
        ("a = <|>]\nb = 1\n", '"x', False, False),
        ('a = "<|>\nb = 1\n', 'x"', True, True),
    ],
)
def test_an_opener_that_lacks_may_be_typed_but_not_where_the_text_is_a_guess(
    text: str, typed: str, closed: bool, closed_in_a_guess: bool
) -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    before, after = text.split("<|>")
    state = Prefix(grammar, before + after).at(len(before))
    assert isinstance(state, CursorState)
    damage = Damage(grammar, before + after, state)
    assert damage.as_closed(typed) is closed
    assert damage.as_closed(typed, guessed=True) is closed_in_a_guess
