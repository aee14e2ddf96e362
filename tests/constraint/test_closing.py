"""Ways home as the oracle tells them: bridges, what the parser reads farther on, and lexemes to be begun."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.constraint import CursorState, Grammar, Oracle, Prefix, load_grammar, windows
from lsp_server.lalr.lexing import check
from tests.constraint.small import small_grammar, small_language

_BLOCKS = small_language(
    "start: item*\nitem: NAME EQUAL value LINE | FUNCTION OPEN LINE item* CLOSE LINE\n"
    "value: NAME | STRING | LPAR value (COMMA value)* RPAR\n"
    'FUNCTION: "function"\nEQUAL: "="\n'
    'OPEN: "{"\nCLOSE: "}"\nLPAR: "("\nRPAR: ")"\nCOMMA: ","\nLINE: /\\n+/\n'
    'NAME: /[a-z]+/\nSTRING: /"[^"\\n]*"/\nBLANK: / +/\nNOTE: /#[^\\n]*/\n%ignore BLANK\n%ignore NOTE\n'
)
BLOCKS = load_grammar(replace(_BLOCKS, brackets=(("(", ")"), ("{", "}"))))

_STATEMENTS = small_language(
    "start: (select SEMICOLON)*\nselect: SELECT value FROM NAME (WHERE NAME EQUAL value)?\n"
    "value: NAME | call\ncall: NAME LPAR (value (COMMA value)*)? RPAR\n"
    'SELECT: "select"\nFROM: "from"\nWHERE: "where"\nEQUAL: "="\n'
    'SEMICOLON: ";"\nCOMMA: ","\nLPAR: "("\nRPAR: ")"\nNAME: /[a-z]+/\n%ignore / +/\n'
)
STATEMENTS = load_grammar(replace(_STATEMENTS, brackets=(("(", ")"),)))


def oracle_at(marked: str, grammar: Grammar = BLOCKS) -> Oracle:
    text, cursor = marked.replace("|", ""), marked.index("|")
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return Oracle(grammar, text, state, windows(grammar, text, state, 8))


@pytest.mark.parametrize(
    ("marked", "typed", "closing"),
    [
        ("func|on {\n}\n", "", "ti"),
        ("f|on {\n}\n", "", "uncti"),
        ("a = (|, d)\n", "b, (c", ")"),
        ("a = (|, b, c, d, e, f))\n", "(b", ""),
        ("a = (|, b, c, d, e, f)\n", "(b", ")"),
        ("a = |\n" + "b = c\n" * 200 + "}\n", "b", None),
        ("function {\n a = |\n" + "b = c\n" * 200, "b", None),
    ],
)
def test_a_closing_makes_the_whole_document_fit(marked: str, typed: str, closing: str | None) -> None:
    found = oracle_at(marked).closing(typed)
    assert found == closing
    if found is not None:
        assert check(BLOCKS, marked.replace("|", typed + found)) is None


def test_a_word_that_closes_does_not_touch_the_word_before_it() -> None:
    grammar = small_grammar(
        'start: SELECT NAME FROM NAME\nSELECT: "select"\nFROM: "from"\nNAME: /[a-z]+/\n%ignore / +/\n'
    )
    assert oracle_at("select | a", grammar).closing("b") == " from"


def test_only_a_closing_that_is_wanted_is_told() -> None:
    oracle = oracle_at("a = (|, d)\n")
    asked: list[str] = []

    def refuse(text: str) -> bool:
        asked.append(text)
        return False

    assert oracle.closing("b, (c", refuse) is None
    assert "b, (c)" in asked


def test_a_way_in_a_line_has_no_lexeme_that_needs_a_line_end() -> None:
    oracle = oracle_at("a =| b = c\n")
    assert any(
        "LINE" in grammar.split("start:")[1].split("\n")[0] for _, grammar in oracle.ways("", in_line=False)
    )
    assert not any(
        "LINE" in grammar.split("start:")[1].split("\n")[0] for _, grammar in oracle.ways("", in_line=True)
    )


def test_a_way_writes_no_comments() -> None:
    ways = list(oracle_at("a = |\n").ways("", in_line=True))
    assert ways
    assert all("BLANK" in grammar and "NOTE" not in grammar for _, grammar in ways)


def test_a_way_may_begin_what_stands_after_the_cursor() -> None:
    ways = [grammar for _, grammar in oracle_at('a = |b c"\n').ways("", in_line=True)]
    assert any("STRING_BEGINNING" in grammar for grammar in ways)


@pytest.mark.parametrize(
    ("marked", "typed", "expected"),
    [
        ("a = |\n}\n", "b", "LINE CLOSE"),
        ("a = |\nb = c\nd e\n", "b", "LINE NAME EQUAL NAME LINE NAME NAME"),
        ("a = |\nb = (c\n", "b", "LINE NAME EQUAL LPAR NAME LINE"),
        ("function {\n a = |\n", "b", "LINE $END"),
        ("a = |bc d\n", "x", "NAME NAME"),
    ],
)
def test_farther_on_is_what_the_parser_reads_to_where_it_stumbles(
    marked: str, typed: str, expected: str
) -> None:
    (window,) = oracle_at(marked).farther(typed)
    names = [sorted(lexeme.terminals) for lexeme in window.lexemes]
    assert " ".join(terminals[0] for terminals in names) == expected
    assert window.open == ("$END" not in expected)
    assert window.tail == ("bc" if "|bc" in marked else "")


@pytest.mark.parametrize(
    ("marked", "typed", "ending"),
    [
        ("a = (|, d)\n", "b, (c", ")"),
        ("a = (|, d)\n", 'b, ("c', '")'),
        ("a = (|, b, c, d, e, f)\n", "(b", ")"),
        ("select a from t where |;", "b = f(f(c", "))"),
        ("select a| select b from t;", " from t", ";"),
        ("select a| select b from t;", " from t where a = f(b", ");"),
        ("select a| select b from t;", "", None),
        ("function {\n a = |\n" + "b = c\n" * 200, "b", None),
    ],
)
def test_what_a_text_opened_is_ended_with_signs_alone(marked: str, typed: str, ending: str | None) -> None:
    grammar = STATEMENTS if marked.startswith("select") else BLOCKS
    oracle = oracle_at(marked, grammar)
    found = oracle.ending(typed, lambda text: oracle.fit(text).good, in_line=True)
    assert found == ending
    if found is not None:
        assert check(grammar, marked.replace("|", typed + found)) is None


def test_no_word_is_made_up_to_end_a_text() -> None:
    oracle = oracle_at("select | t;", STATEMENTS)
    assert oracle.closing("a") == " from"
    assert oracle.ending("a", lambda text: oracle.fit(text).good, in_line=False) is None


def test_a_line_is_ended_only_where_that_is_needed_and_allowed() -> None:
    oracle = oracle_at("a = b\n|\nc = d\n")

    def ending(typed: str, *, in_line: bool) -> str | None:
        return oracle.ending(typed, lambda text: oracle.fit(text).good, in_line=in_line)

    assert ending("f = (g", in_line=True) == ending("f = (g", in_line=False) == ")"
    assert ending("function {\n f = (g", in_line=True) is None
    assert ending("function {\n f = (g", in_line=False) == ")\n}"
