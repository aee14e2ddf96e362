"""An error after the cursor is excused only where the layout or the grammar shows whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, load_grammar, windows
from lsp_server.languages import load_registry
from tests.constraint.small import small_language

CASES = {
    "graphql": [
        ("type A {\n  b: |\n  c = D\n}\n", "Int", True),
        ("type A {\n  b: |\n  c: D\n\ntype E {\n  f: G\n}\n", "Int", True),
        ('type A {\n  b(c: String = "|"): D\n}\n\ntype E\n  f: G\n}\n', "x", True),
        ("type A {\n  b: |\n  c: D\n}}\n", "Int", True),
        # What is typed would have to open what is closed below.
        ("type A {\n  b: C|\n      c: D\n    ): E\n  }\n}\n", " @d", False),
        # It would have to close what is open, and to open something else.
        ("type A {\n  b: |\n  c\n}\n", "Int", False),
        ("{\n  a {\n |\n      b\n    }\n    c {\n      d\n    }\n  }\n}\n", "   e", False),
        # Brackets that were opened above stay open.
        ("query {\n  a {\n    b|\n    c(d: ==)\n  }\n}\n", " } } { e { f", False),
        ("query {\n  a {\n    b|\n    c(d: ==)\n  }\n}\n", "c", True),
    ],
    "hcl": [
        ("a {\n  b = |\n  c = \n}\n\nd {\n  e = 1\n}\n", "1", True),
        ("a {\n  b = |\n  c = 1\n", "1", True),
        ('a "b|" {\n  c = 1\n}\n\nd "e"\n  f = 1\n}\n', "c", True),
        ("a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n", "1", True),
        ("a {\n  b = |\n    c = 1\n  })\n}\n", "1", False),
        ("a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n", "[1", False),
        ("a {\n  b = |\n  c = 1\n", "{", False),
    ],
}


def _oracle(language_id: str, marked: str, *, multiline: bool = False) -> Oracle:
    grammar = load_grammar(load_registry().by_id(language_id))
    text, cursor = marked.replace("|", ""), marked.index("|")
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    after = windows(grammar, text, state, 8)
    return Oracle(grammar, text, state, after, damaged=len(text) + 1, multiline=multiline)


@pytest.mark.parametrize(
    ("language_id", "marked", "typed", "good"),
    [(language_id, *case) for language_id, cases in CASES.items() for case in cases],
)
def test_an_error_below_is_excused_only_where_it_is_none_of_what_is_typed(
    language_id: str, marked: str, typed: str, good: bool
) -> None:
    assert _oracle(language_id, marked).fit(typed).good == good


def test_in_several_lines_only_what_is_wrong_anywhere_is_excused() -> None:
    nested = "a {\n  b = |\n  c = 1\n}\n\nd {\n  e = ] 2\n  f = 3\n}\n"
    assert _oracle("hcl", nested, multiline=True).fit("1").good
    lost = "query {\n  a {\n    b|\n    c: String!\n  }\n}\n"
    assert not _oracle("graphql", lost, multiline=True).fit("c").good


def test_a_line_that_only_the_lexer_knows_the_beginning_of_is_no_line_as_promised() -> None:
    language = small_language(
        "start: (statement LINE | guard)*\n"
        "statement: PICK NAME (DOT word)? (WHERE NAME)?\nword: WHERE | PICK\n"
        'guard: word never\nnever: never WHERE\nPICK: "pick"\nWHERE: "where"\nDOT: "."\nLINE: ";"\n'
        "NAME: /[a-z]+/\n%ignore /[ \\n]+/\n"
    )
    grammar = load_grammar(replace(language, reserved=("PICK", "WHERE")))
    text = "pick \nwhere b;\n"
    state = Prefix(grammar, text).at(5)
    assert isinstance(state, CursorState)
    oracle = Oracle(grammar, text, state, windows(grammar, text, state, 8), damaged=len(text) + 1)
    assert oracle.fit("a").good
    assert not oracle.fit("a;").good


def test_what_does_not_please_every_fair_reading_of_what_stands_before_is_refused() -> None:
    marked = "{\n  a {\n    b\n    .. on C|\n  }\n}\n"
    grammar = load_grammar(load_registry().by_id("graphql"))
    text, cursor = marked.replace("|", ""), marked.index("|")
    prefix = Prefix(grammar, text)
    state = prefix.at(cursor)
    assert isinstance(state, CursorState)
    assert state.mended
    rivals = [Oracle(grammar, text, rival) for rival in prefix.rivals(state, cursor)]
    assert rivals
    alone, all_of_them = Oracle(grammar, text, state), Oracle(grammar, text, state, rivals=rivals)
    typed = " { d }"
    assert all_of_them.fit(typed).good
    assert alone.fit("\n    ... on D { e }").good
    assert not all_of_them.fit("\n    ... on D { e }").good
