"""A long rest of a document is read once, whatever is typed before it, and with no other result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest

from lsp_server.constraint import CursorState, Grammar, Oracle, Prefix, load_grammar, windows
from lsp_server.constraint import oracle as oracle_module
from lsp_server.lalr.lexing import Lexeme, drive, next_lexeme
from lsp_server.lalr.table import Stack
from tests.constraint.forgetting import forget_rests
from tests.constraint.small import small_language
from tests.counts import tries

GRAMMAR = (
    'start: "{" item* "}"\nitem: NAME ";" | "[" item* "]" | STRING ";"\n'
    'NAME: /[a-z]+/\nSTRING: /"[^"]*"/\nNOTE: /#[^\\n]*/\n%ignore /[ \\n]/\n%ignore NOTE\n'
)
TYPED = ("", "b", "b;", "[", "]", "[b;]", "[b;] [", "] [", '"', '"x";', "}", "# b", "b; # c", "é")


UNIT = 'a; [b; c;] "d;\n"; # e\n'
ITEMS = GRAMMAR.replace('"{" item* "}"', "item*", 1)


def document(count: int) -> str:
    return "{\n" + UNIT * count + "}\n"


def oracle_at(grammar: Grammar, text: str, cursor: int, resumes: Sequence[int] = ()) -> Oracle:
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return Oracle(grammar, text, state, (), resumes)


def elements(text: str, random: Random) -> list[int]:
    """Some places where elements begin, unless an edit has changed that."""
    return random.sample([place for place in range(len(text)) if text.startswith(UNIT, place)], 3)


@pytest.mark.parametrize("rules", [GRAMMAR, ITEMS])
def test_what_was_read_before_makes_no_difference(rules: str) -> None:
    grammar, random = load_grammar(small_language(rules)), Random(0)
    valid = document(400) if rules == GRAMMAR else UNIT * 400
    text, verdicts = valid, set()
    for _ in range(tries(12, 24)):
        cursor = random.randrange(len(text) // 3)
        resumes = random.choice(((), elements(text, random)))
        if isinstance(Prefix(grammar, text).at(cursor), CursorState):
            known = [oracle_at(grammar, text, cursor, resumes).fit(typed) for typed in TYPED]
            kept = oracle_at(grammar, text, cursor, resumes)
            assert [kept.fit(typed) for typed in TYPED] == known
            forgotten = []
            for typed in TYPED:
                forget_rests(grammar)
                forgotten.append(oracle_at(grammar, text, cursor, resumes).fit(typed))
            assert known == forgotten
            verdicts.update(known)
            for typed in TYPED[:5]:
                oracle_at(grammar, text, cursor // 2).fit(typed)
        place = random.randrange(len(text))
        text = text[:place] + random.choice(("a;", "[", "]", '"', "\n", "#", "")) + text[place + 1 :]
        if random.random() < 0.4:
            text = valid
    assert {verdict.good for verdict in verdicts} == {True, False}
    assert {verdict.stumbles for verdict in verdicts} == {True, False}


@pytest.fixture
def lexemes(monkeypatch: pytest.MonkeyPatch) -> list[Lexeme]:
    """What the oracle reads from now on, to judge texts and to see where it stumbles."""
    found: list[Lexeme] = []

    def read(*args: Any) -> Lexeme:
        found.append(next_lexeme(*args))
        return found[-1]

    def driven(*args: Any) -> Iterator[tuple[Lexeme, Stack]]:
        for lexeme, stack in drive(*args):
            found.append(lexeme)
            yield lexeme, stack

    monkeypatch.setattr(oracle_module, "next_lexeme", read)
    monkeypatch.setattr(oracle_module, "drive", driven)
    return found


def test_a_rest_over_which_the_parser_stumbles_is_read_once(lexemes: list[Lexeme]) -> None:
    grammar, text = load_grammar(small_language(GRAMMAR)), document(1_000)
    forget_rests(grammar)
    cursor = text.index("a;", 100)
    assert oracle_at(grammar, text, cursor).fit("[").stumbles
    assert len(lexemes) > 8_000
    edited, farther = text[:cursor] + "b; [" + text[cursor:], text.index("a;", 5_000)
    for again, place, typed in (
        (text, cursor, "[c;"),
        (text, cursor, "[c;] ["),
        (edited, cursor + 4, "c;"),
        (text, farther, "["),
    ):
        lexemes.clear()
        assert oracle_at(grammar, again, place).fit(typed).stumbles
        assert len(lexemes) < 100


def test_what_lacks_before_a_long_rest_is_found_without_reading_it_again(lexemes: list[Lexeme]) -> None:
    grammar, text = load_grammar(small_language(GRAMMAR)), "{\n" + UNIT * 1_000 + "]}\n"
    forget_rests(grammar)
    cursor = text.index("a;", 100)
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    oracle = Oracle(grammar, text, state, windows(grammar, text, state, 8))
    assert oracle.fit("").stumbles
    once = len(lexemes)
    lexemes.clear()
    assert oracle.closing("") == "["
    assert len(lexemes) < 1.2 * once


def test_an_element_that_is_known_to_begin_is_seen_in_what_was_read_before() -> None:
    grammar, text = load_grammar(small_language(ITEMS)), UNIT * 1_000 + "]"
    forget_rests(grammar)
    assert oracle_at(grammar, text, 0).fit("c;").stumbles
    assert oracle_at(grammar, text, 0, [len(UNIT) * 600]).fit("c;").complete


def test_a_long_rest_is_read_once(lexemes: list[Lexeme]) -> None:
    grammar = load_grammar(small_language(GRAMMAR))
    forget_rests(grammar)
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


@pytest.mark.parametrize("resumes", [False, True])
def test_a_short_rest_is_read_once_at_one_cursor(lexemes: list[Lexeme], resumes: bool) -> None:
    grammar, text = load_grammar(small_language(ITEMS)), UNIT * 100
    forget_rests(grammar)
    oracle = oracle_at(grammar, text, len(UNIT), [len(UNIT) * 90] if resumes else ())
    assert oracle.fit("c;").complete
    assert len(lexemes) > 700
    lexemes.clear()
    assert oracle.fit("[c; c;]").complete
    assert len(lexemes) < 20
