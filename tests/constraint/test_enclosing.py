"""What a language reads in a way of its own between two lexemes."""

from __future__ import annotations

from lsp_server.constraint import Enclosure, enclosures
from tests.constraint.small import small_grammar

STRINGS = r"""
start: (string | comparison)*
string: OPEN (TEXT | code)* CLOSE
code: OPEN_CODE NAME CLOSE_CODE
comparison: NAME LESS NAME SEMICOLON
OPEN: "'"
CLOSE: "'"
TEXT.1: /[^'$]+/
OPEN_CODE: "${"
CLOSE_CODE: "}"
LESS: "<"
SEMICOLON: ";"
NAME: /[a-z]+/
BLANK: /[ \n]+/
%ignore BLANK
"""


def test_a_string_is_enclosed_and_the_code_in_it_is_told_apart() -> None:
    inside = frozenset({"TEXT", "OPEN_CODE"})
    expected = Enclosure("OPEN", "CLOSE", inside, frozenset({"OPEN_CODE"}), certain=True)
    assert enclosures(small_grammar(STRINGS)) == (expected,)


def test_what_opens_and_also_compares_is_not_certain() -> None:
    tags = STRINGS.replace(
        "(string | comparison)*",
        '(string | comparison | tag)*\ntag: LESS IN_TAG MORE\nMORE: ">"\nIN_TAG.1: /[^<>\']+/',
    )
    found = {one.open: one for one in enclosures(small_grammar(tags))}
    assert (found["LESS"].close, found["LESS"].certain) == ("MORE", False)
    assert found["LESS"].inside == {"IN_TAG"}
    assert found["OPEN"].certain


def test_brackets_enclose_code_and_are_none() -> None:
    brackets = 'start: ("(" NAME ")")*\nNAME: /[a-z]+/\nBLANK: " "\n%ignore BLANK\n'
    assert enclosures(small_grammar(brackets)) == ()
