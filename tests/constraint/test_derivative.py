"""A beginning is what makes a match together with the ending, whatever the expression."""

from __future__ import annotations

import re
from itertools import product

import pytest

from lsp_server.constraint.derivative import beginnings
from lsp_server.lalr.automaton import Automaton
from lsp_server.lalr.regex import parse_regex, to_source

EXPRESSIONS = (
    "a",
    "ab",
    "a|ab|b",
    "a*",
    "(ab)+",
    "a{2,3}b?",
    "(a|b)*b",
    "(a?b?){2}",
    "b[^b]*b",
    "[^a](a|b*)",
    "(a*b)*a?",
    "((a|b){0,2}a){1,2}",
)
TEXTS = tuple("".join(letters) for size in range(6) for letters in product("ab", repeat=size))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_beginning_and_the_ending_make_a_match(expression: str) -> None:
    whole, names = re.compile(expression), frozenset({"X"})
    for ending in (text for text in TEXTS if 0 < len(text) < 4):
        start = Automaton({"X": beginnings(parse_regex(expression), ending)}).start(names)
        for text in TEXTS:
            found = bool(start.run(text, 0, len(text)).accepting) if text else bool(start.accepting)
            assert found == bool(whole.fullmatch(text + ending)), (text, ending)


def test_the_beginnings_of_a_string_do_not_grow_with_its_end() -> None:
    string = parse_regex(r'"([^"\\\n]|\\.)*"')
    sizes = {len(to_source(beginnings(string, "x" * length + '"'))) for length in (1, 10, 100)}
    assert len(sizes) == 1
