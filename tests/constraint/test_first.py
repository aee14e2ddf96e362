"""A hole grammar in which a terminal may come first with some texts only, against the one without that.

Random languages of reserved words and names, in which the mask engine reads exactly what the lexer does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, product

import pytest

from lsp_server.constraint import CursorState, Grammar, Prefix, Window, hole_grammar, load_grammar, windows
from lsp_server.lalr.lexing import drive
from lsp_server.languages import Language
from tests.decoding.matching import begins, derives
from tests.decoding.test_adjacency import TYPES, names_language, words_language

TYPED = tuple(map("".join, chain.from_iterable(product("ab- ", repeat=size) for size in range(5))))


def place_between(
    grammar: Grammar, prefix: str, suffix: str
) -> tuple[CursorState, tuple[Window, ...]] | None:
    """The cursor's state between two texts, and the readings of the second; None inside a word."""
    state = Prefix(grammar, prefix + suffix).at(len(prefix))
    if not isinstance(state, CursorState):
        return None
    readings = windows(grammar, prefix + suffix, state, 8)
    return None if any(window.tail for window in readings) else (state, readings)


def first_lexeme(grammar: Grammar, state: CursorState, spelled: str) -> tuple[str, str]:
    """The terminal and the text of the first lexeme that a parser reads behind a state."""
    lexeme, _ = next(drive(grammar, state.stack, spelled, 0))
    return lexeme.terminal, spelled[lexeme.start : lexeme.end]


@pytest.mark.parametrize("make", [words_language, names_language])
@pytest.mark.parametrize("seed", range(20))
def test_only_the_first_lexeme_is_held_to_the_texts_that_it_may_have(
    seed: int, make: Callable[[int], Language]
) -> None:
    grammar = load_grammar(make(seed))
    for prefix, suffix in product(("", "a ", "b-", "- a"), ("", "-", " a", "b a")):
        place = place_between(grammar, prefix, suffix)
        if place is None:
            continue
        state, readings = place
        given = prefix[state.offset :]
        plain = hole_grammar(grammar, state, readings).text
        fitting = [given + typed for typed in TYPED if derives(plain, given + typed)]
        begun = {text: first_lexeme(grammar, state, text) for text in fitting if text.strip()}
        for terminal in sorted({name for name, _ in begun.values()}):
            chosen = min(lexeme for name, lexeme in begun.values() if name == terminal)
            narrow = hole_grammar(grammar, state, readings, first={terminal: re.escape(chosen)}).text
            wanted = {text for text, (name, lexeme) in begun.items() if name != terminal or lexeme == chosen}
            wanted |= {text for text in fitting if not text.strip()}
            taken = {given + typed for typed in TYPED if derives(narrow, given + typed)}
            told = grammar.language.grammar, prefix, suffix, terminal, chosen
            assert taken >= wanted, told
            # The engine may read what begins such a lexeme as another one. What suggests asks the names too.
            others = [grammar.terminals[name].pattern for name, _ in begun.values() if name != terminal]
            for text in taken - wanted:
                assert begun[text][0] == terminal, told
                assert any(re.match(other, text.lstrip()) for other in others), told


def test_a_name_that_may_come_first_is_not_taken_for_the_beginning_of_another_one() -> None:
    state = Prefix(TYPES, "type ").at(5)
    assert isinstance(state, CursorState)
    hole = hole_grammar(TYPES, state, (), first={"NAME": "old|older"}).text
    assert derives(hole, "older")
    assert derives(hole, "old type new")
    assert not begins(hole, "ol ")
    assert not begins(hole, "oldtype")
    assert not begins(hole, "new")
    assert derives(hole, "[1 new]")


def test_where_no_text_may_come_first_something_else_does() -> None:
    state = Prefix(TYPES, "type ").at(5)
    assert isinstance(state, CursorState)
    hole = hole_grammar(TYPES, state, (), first={"NAME": ""}).text
    assert not begins(hole, "a")
    assert derives(hole, "[1]")
