"""A long rest of a document is read once, whatever is typed before it, and with no other result."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from lsp_server.constraint import CursorState, Grammar, Oracle, Prefix, load_grammar
from lsp_server.constraint import oracle as oracle_module
from lsp_server.constraint.rest import forget_rests
from lsp_server.lalr.lexing import Lexeme, next_lexeme
from tests.constraint.small import small_language

GRAMMAR = (
    'start: "{" item* "}"\nitem: NAME ";" | "[" item* "]" | STRING ";"\n'
    'NAME: /[a-z]+/\nSTRING: /"[^"]*"/\nNOTE: /#[^\\n]*/\n%ignore /[ \\n]/\n%ignore NOTE\n'
)
TYPED = ("", "b", "b;", "[", "]", "[b;]", "[b;] [", "] [", '"', '"x";', "}", "# b", "b; # c", "é")


def document(count: int) -> str:
    return "{\n" + 'a; [b; c;] "d;\n"; # e\n' * count + "}\n"


def oracle_at(grammar: Grammar, text: str, cursor: int) -> Oracle:
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return Oracle(grammar, text, state)


def test_what_was_read_before_makes_no_difference() -> None:
    grammar, random = load_grammar(small_language(GRAMMAR)), Random(0)
    text, verdicts = document(400), set()
    for _ in range(20):
        cursor = random.randrange(len(text) // 3)
        if isinstance(Prefix(grammar, text).at(cursor), CursorState):
            known = [oracle_at(grammar, text, cursor).fit(typed) for typed in TYPED]
            kept = oracle_at(grammar, text, cursor)
            assert [kept.fit(typed) for typed in TYPED] == known
            forgotten = []
            for typed in TYPED:
                forget_rests(grammar)
                forgotten.append(oracle_at(grammar, text, cursor).fit(typed))
            assert known == forgotten
            verdicts.update(known)
        place = random.randrange(len(text))
        text = text[:place] + random.choice(("a;", "[", "]", '"', "\n", "#", "")) + text[place + 1 :]
        if random.random() < 0.4:
            text = document(400)
    assert {verdict.good for verdict in verdicts} == {True, False}


def test_a_long_rest_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = load_grammar(small_language(GRAMMAR))
    forget_rests(grammar)
    lexemes: list[Lexeme] = []

    def read(*args: Any) -> Lexeme:
        lexemes.append(next_lexeme(*args))
        return lexemes[-1]

    monkeypatch.setattr(oracle_module, "next_lexeme", read)
    text = document(1_000)
    cursor = text.index("b;")
    assert oracle_at(grammar, text, cursor).fit("c;").complete
    assert len(lexemes) > 8_000
    edited = text[:cursor] + "c;" + text[cursor:]
    farther = text.index("b;", cursor + 100)
    for again, place in ((text, cursor), (edited, cursor + 2), (text, farther)):
        lexemes.clear()
        oracle = oracle_at(grammar, again, place)
        assert oracle.fit("c;").complete
        assert oracle.fit("[c; c;]").complete
        assert len(lexemes) < 200
