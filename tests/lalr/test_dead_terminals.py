"""Terminals that only the lexer is to know, since the parser refuses them: none of them is suggested."""

from __future__ import annotations

from lsp_server.constraint import CursorState, Prefix, hole_grammar, windows
from tests.constraint.small import small_grammar
from tests.decoding.matching import begins

GRAMMAR = small_grammar(
    """\
start: (item SEMI)*
item: NAME sign? NAME | NAME LOOSE never
sign: STAR | NAME GLUED never
never: never word
word: OTHER
NAME: /[a-z]+/
OTHER: /[A-Z]+/
STAR: "*"
SEMI: ";"
LOOSE.1: / +\\*/
GLUED.1: /[a-z]+-[a-z]/
%ignore / +/
"""
)


def at(text: str, cursor: int) -> CursorState:
    state = Prefix(GRAMMAR, text).at(cursor)
    assert isinstance(state, CursorState)
    return state


def test_what_no_text_holds_is_dead() -> None:
    assert GRAMMAR.table.dead == {"LOOSE", "GLUED", "OTHER"}


def test_the_hole_grammar_does_not_name_it_even_where_nothing_fits_before_the_rest() -> None:
    text = "a ?"
    state = at(text, 2)
    made = hole_grammar(GRAMMAR, state, windows(GRAMMAR, text, state, 8))
    assert made.relaxation == 0
    assert not any(name in made.text for name in ("LOOSE", "GLUED", "OTHER", "never"))
    assert begins(made.text, " b;")


def test_what_follows_a_cursor_is_never_read_as_it() -> None:
    text = "a  * b;"
    state = at(text, 0)
    (window, *_) = windows(GRAMMAR, text[1:], at(text[1:], 0), 2)
    assert [lexeme.terminals for lexeme in window.lexemes] == [{"STAR"}, {"NAME"}]
    assert state.stack.depth == 0
