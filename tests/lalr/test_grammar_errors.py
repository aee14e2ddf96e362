"""A grammar that cannot be used is refused when it is loaded, in one line that says where and what to do."""

from __future__ import annotations

import dataclasses

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.errors import GrammarError
from lsp_server.languages import Language, Paired
from tests.constraint.small import small_language

HEAD = "// a comment first\nstart: x*\nx: WORD | NUMBER\n"


def refused(language: Language) -> GrammarError:
    with pytest.raises(GrammarError) as caught:
        load_grammar(language)
    error = caught.value
    assert "\n" not in str(error)
    assert error.remedy
    assert error.path == language.grammar_path
    return error


def with_pair(**changes: str) -> Language:
    pair = Paired("OPEN", "<([a-z]+)>", "CLOSE", "</{tag}>", "a")
    grammar = "start: (OPEN CLOSE)*\nOPEN: /<[a-z]+>/\nCLOSE: /<\\/[a-z]+>/\n"
    return small_language(grammar, [dataclasses.replace(pair, **changes)])


def test_two_rules_that_end_alike_are_a_conflict_with_both_names_and_a_line() -> None:
    error = refused(small_language('\n\nstart: x | y\nx: WORD\ny: WORD\nWORD: "w"\n'))
    assert error.line == 4
    assert "LALR(1)" in error.message
    assert "`x: WORD`" in error.message
    assert "`y: WORD`" in error.message


def test_what_comes_next_is_named_in_a_conflict() -> None:
    error = refused(small_language('start: x END | y END\nx: WORD\ny: WORD\nWORD: "w"\nEND: "e"\n'))
    assert "before END" in error.message


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (r"/(a+|a)+\1b/", "explodes"),
        ("/(?i)ab/", "flag"),
        ("/([0-9]{1,1000}){1,1000}/", "too large"),
        ('"a"~2000', "too large"),
    ],
)
def test_an_expression_that_the_mask_engine_cannot_take_is_named_with_its_line(
    expression: str, reason: str
) -> None:
    error = refused(small_language(f"{HEAD}WORD: {expression}\nNUMBER: /[0-9]+/\n"))
    assert error.line == 4
    assert "terminal WORD" in error.message
    assert reason in error.message


@pytest.mark.parametrize("expression", ["/a*/", "/(a|)/", "/a?b?/", "/[ ]*/i"])
def test_a_terminal_that_matches_nothing_at_all_is_named_with_its_line(expression: str) -> None:
    error = refused(small_language(f"{HEAD}NUMBER: /[0-9]+/\nWORD: {expression}\n"))
    assert error.line == 5
    assert "terminal WORD" in error.message
    assert "empty" in error.message


def test_an_ignored_terminal_that_matches_nothing_at_all_is_refused_too() -> None:
    grammar = f"{HEAD}WORD: /a+/\nNUMBER: /[0-9]+/\nBLANK: / */\n%ignore BLANK\n"
    assert "terminal BLANK" in refused(small_language(grammar)).message


def test_a_terminal_that_no_rule_uses_may_be_anything() -> None:
    language = small_language(f"{HEAD}WORD: /a+/\nNUMBER: /[0-9]+/\nODD: /(a)\\1/\n")
    assert check(load_grammar(language), "aa12") is None


@pytest.mark.parametrize(
    ("grammar", "line"),
    [
        ("start: WORD\nx: (\nWORD: /a/\n", 2),
        ("start: WORD\nWORD: /a/\n?:\n", 3),
        ("start: missing\n", None),
        ("start: WORD\nWORD: MISSING\n", None),
        ("start: WORD\n%import .nothing.X\nWORD: X\n", None),
        ("start: WORD\nstart: WORD\nWORD: /a/\n", None),
        ("start: WORD\nWORD: /(/\n", None),
        ("", None),
        ("word: WORD\nWORD: /a/\n", None),
    ],
)
def test_what_is_no_grammar_is_one_line(grammar: str, line: int | None) -> None:
    error = refused(small_language(grammar))
    if line is not None:
        assert error.line == line


@pytest.mark.parametrize(
    "changes",
    [
        {"open": "MISSING"},
        {"close": "MISSING"},
        {"follow": r"\Z"},
        {"follow": "(?=a)"},
        {"pattern": r"\b</{tag}>"},
    ],
)
def test_a_pair_that_the_grammar_cannot_have_is_refused(changes: dict[str, str]) -> None:
    assert "paired" in refused(with_pair(**changes)).message


def test_a_pair_closes_with_the_tag_it_opened_with() -> None:
    grammar = load_grammar(with_pair())
    assert check(grammar, "<a></a><b></b>") is None
    assert check(grammar, "<a></b>") is not None
