"""Cuts: each kind removes what it says, at every place where it can, and the same ones for the same seed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.lab.material.cuts import KINDS, Cut, situation
from lsp_server.lab.material.places import PlaceKind, places
from lsp_server.languages import Language, load_bundle, load_registry
from tests.conftest import MANIFEST, MakeBundle

texts = st.text(alphabet='ab1 ._"\n\r\t{}é😀', max_size=60)
GRAMMAR = r"""
start: (NAME | STRING | MARK | QUOTE (TEXT | INTO NAME BACK)* QUOTE)*
NAME: /[a-z]+/
STRING: /"[^"\\\n]*(\\.[^"\\\n]*)*"/
MARK: /[=().]/
QUOTE: "'"
TEXT.1: /[^'{\n]+/
INTO: "{"
BACK: "}"
BLANK: /[ \t\r\n]+/
COMMENT: /#[^\n]*/
BLOCK: /\/\*([^*]|\*+[^*\/])*\*+\//
%ignore BLANK
%ignore COMMENT
%ignore BLOCK
"""


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder = tmp_path_factory.mktemp("calc")
    (folder / "language.toml").write_text(MANIFEST)
    (folder / "grammar.lark").write_text(GRAMMAR)
    return load_bundle(folder)


def _drawn(language: Language, kind: str, text: str, times: int = 400) -> set[tuple[str, str, str]]:
    """What the cuts of a text leave before the cursor, remove, and leave after it."""
    found = set()
    for seed in range(times):
        cut = KINDS[kind](language, text, Random(seed))
        assert cut is not None
        found.add((text[: cut.start], cut.removed, text[cut.end :]))
    return found


def test_rest_of_line_is_cut_at_each_place_of_each_line_that_is_not_blank(calc: Language) -> None:
    assert _drawn(calc, "rest-of-line", "ab\r\n  \r\nc") == {
        ("", "ab", "\r\n  \r\nc"),
        ("a", "b", "\r\n  \r\nc"),
        ("ab", "", "\r\n  \r\nc"),
        ("ab\r\n  \r\n", "c", ""),
        ("ab\r\n  \r\nc", "", ""),
    }


def test_inside_a_line_something_other_than_blanks_follows(calc: Language) -> None:
    assert _drawn(calc, "inside-line", " \na b \n") == {
        (" \n", "", "a b \n"),
        (" \n", "a", " b \n"),
        (" \n", "a ", "b \n"),
        (" \na", "", " b \n"),
        (" \na", " ", "b \n"),
        (" \na ", "", "b \n"),
    }


def test_inside_a_word_letters_stand_on_both_sides(calc: Language) -> None:
    assert _drawn(calc, "inside-word", "a abc.d") == {
        ("a a", "", "bc.d"),
        ("a a", "b", "c.d"),
        ("a ab", "", "c.d"),
    }


def test_inside_a_string_its_end_or_more_of_it_follows(calc: Language) -> None:
    assert _drawn(calc, "inside-string", 'a "bc" d') == {
        ('a "', "", 'bc" d'),
        ('a "', "b", 'c" d'),
        ('a "', "bc", '" d'),
        ('a "b', "", 'c" d'),
        ('a "b', "c", '" d'),
        ('a "bc', "", '" d'),
    }


def test_code_inside_a_string_is_no_string(calc: Language) -> None:
    assert {before for before, _, _ in _drawn(calc, "inside-string", "a 'b{c}d' 'e'")} == {
        "a '",
        "a 'b",
        "a 'b{c}",
        "a 'b{c}d",
        "a 'b{c}d' '",
        "a 'b{c}d' 'e",
    }


def test_several_lines_end_before_a_line_that_stays(calc: Language) -> None:
    assert _drawn(calc, "several-lines", "a\nb\n\nc\n") == {
        ("", "a\nb", "\n\nc\n"),
        ("", "a\nb\n", "\nc\n"),
        ("a", "\nb", "\n\nc\n"),
        ("a", "\nb\n", "\nc\n"),
        ("a\n", "b\n", "\nc\n"),
        ("a\nb", "\n", "\nc\n"),
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n \t"])
def test_a_blank_text_has_no_place_for_a_cut(calc: Language, kind: str, text: str) -> None:
    assert KINDS[kind](calc, text, Random(0)) is None


@given(texts, st.sampled_from(sorted(KINDS)), st.integers())
def test_what_a_cut_removes_is_what_is_missing(calc: Language, text: str, kind: str, seed: int) -> None:
    cut = KINDS[kind](calc, text, Random(seed))
    if cut is not None:
        assert cut.text[: cut.start] + cut.removed + cut.text[cut.start :] == text
        assert cut == KINDS[kind](calc, text, Random(seed))
        assert cut.multiline or not set(cut.removed) & set("\r\n")
        assert kind == "rest-of-line" or not cut.at_end
        assert situation(calc, cut)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|a b", "before a line's first word"),
        ("a\n  |a", "before a line's first word"),
        ("a |", "at a line's end"),
        ("a|\nb", "at a line's end"),
        ("a|b c", "inside a word"),
        ("ab| c", "after a word"),
        ("ab |c", "after a blank"),
        ("ab(|c", "after punctuation"),
        ('a = "b|c"', "in a string"),
        (r'a = "b\"|c"', "in a string"),
        ('a = "b" |c', "after a blank"),
        ("a # b |c", "in a comment"),
        ('a = "#" |c', "after a blank"),
        ("/* a\n b|c */", "in a comment"),
        ("/* a */ b|c", "inside a word"),
        ("a = '/*' b|c", "inside a word"),
        ("a = '/*b|c", "in a string"),
        ('a = "/*" b|c', "inside a word"),
        ('a = "" "|"', "in a string"),
        ("a = '|'", "in a string"),
        ("a = '{b|}c'", "after a word"),
        ("a = '{b}|c'", "in a string"),
        ('a = "b"|', "at a line's end"),
        ("a ; /* b|c */", "inside a word"),
        ('a = |"b"', "after a blank"),
        ("a #|", "in a comment"),
        ("a # b|\nc", "in a comment"),
        ("a |# b\nc", "after a blank"),
    ],
)
def test_a_situation_is_told_from_the_line(calc: Language, text: str, expected: str) -> None:
    offset = text.index("|")
    whole = text.replace("|", "")
    assert situation(calc, Cut(whole, offset, len(whole))) == expected


def test_a_place_is_as_likely_in_a_short_line_as_its_length(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle())
    text = "a\n" + "b" * 97 + "\n"
    starts = [
        cut.start for seed in range(2000) if (cut := KINDS["rest-of-line"](language, text, Random(seed)))
    ]
    assert sum(start < 2 for start in starts) < 100


def test_a_comment_after_which_a_string_may_go_on_is_a_comment() -> None:
    text = "SELECT 'a' /* b */\n, 'c'\n 'd' -- e\n;\n"
    found = places(load_registry().by_id("postgres"), text)
    assert [found[text.index(letter)] for letter in "abcde"] == [
        PlaceKind.STRING,
        PlaceKind.COMMENT,
        PlaceKind.STRING,
        PlaceKind.STRING,
        PlaceKind.COMMENT,
    ]
