"""Which brackets have no partner, and where it is missing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lsp_server.languages import Language, ParserBinding, load_registry
from lsp_server.syntax import Balance, balance, parse, still_open
from lsp_server.text import Span
from tests.constraint.small import small_language
from tests.constraint.texts import examples
from tests.counts import tries
from tests.shapes import TEMPLATES

LETTERS = '{}[]()x"'


def balance_of(text: str, language_id: str = "hcl") -> Balance:
    tree = parse(load_registry().by_id(language_id), text)
    return balance(tree, tree.brackets(Span(0, len(text))), len(text))


def unclosed(text: str, language_id: str = "hcl") -> list[tuple[int, str, int]]:
    """Line of the opener, its text, and the line where its closer is missing, from 1."""
    return [
        (text.count("\n", 0, one.opener.start) + 1, one.opener.text, text.count("\n", 0, one.place) + 1)
        for one in balance_of(text, language_id).unclosed
    ]


@pytest.mark.parametrize(
    "text", ["a = [{ b = (1) }]\n", 'a = "}" # ]\nb = "${c["d"]}" /* ( */\n', "a {\n    }\n"]
)
def test_brackets_that_match_are_balanced(text: str) -> None:
    assert balance_of(text) == Balance((), ())


def test_another_closer_proves_an_opener_unclosed() -> None:
    assert unclosed("a = [1, (2]\n") == [(1, "(", 1)]


def test_the_layout_names_the_block_that_is_not_closed() -> None:
    text = "a {\n  b {\n    c {\n      d = 1\n  }\n}\ne {\n  f = 1\n}\n"
    assert unclosed(text) == [(3, "{", 4)]


def test_a_block_ends_before_the_next_line_that_is_as_far_out() -> None:
    assert unclosed("a {\n  b = 1\n\n# about c\nc {\n  d = 1\n}\n") == [(1, "{", 2)]


def test_without_layout_the_last_opener_counts() -> None:
    assert unclosed("{ a { b }", "graphql") == [(1, "{", 1)]


def test_a_closer_without_opener_is_found() -> None:
    found = balance_of("a = 1 }\n")
    assert [bracket.start for bracket in found.unopened] == [6]
    assert found.unclosed == ()


def test_brackets_that_the_parser_skipped_are_found_but_none_in_strings_and_comments() -> None:
    text = 'a = [\n  1\n  "]" # ]\n  2, /* ] */ {}\n]\n'
    tree = parse(load_registry().by_id("hcl"), text)
    assert tree.error_count > 0
    assert [bracket.text for bracket in tree.brackets(Span(0, len(text)))] == ["[", "{", "}", "]"]


def test_what_is_open_is_listed_from_the_outside() -> None:
    text = "a { b = [(1), {"
    tree = parse(load_registry().by_id("hcl"), text)
    assert [bracket.text for bracket in still_open(tree, tree.brackets(Span(0, len(text))))] == [
        "{",
        "[",
        "{",
    ]


def test_far_from_what_is_near_the_brackets_of_sound_nodes_are_left_out() -> None:
    text = "a = [{}, (1)]\n" * 3 + "b = {\n  c = [1]\n  d = [\n"
    tree = parse(load_registry().by_id("hcl"), text)
    whole, last = Span(0, len(text)), Span(text.index("d ="), len(text))
    assert [bracket.text for bracket in tree.brackets(whole, last)] == ["{", "["]


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ('a = "b ${c} ${~ d ~}";', "{}{}"),
        ('a = { "b $${ { } ~} $} ${ { c } }" };', "{{{}}}"),
        ("a = `[ $[b] ) $[c] ]` ;", "[][]"),
        ("a = `[ $[ {b} ] ) $[", "[{}]["),
        ('a = "${ b(c) };', "{()}"),
    ],
)
def test_a_bracket_that_a_lexeme_begins_or_ends_with_is_one_where_code_is_inside(
    text: str, brackets: str
) -> None:
    pairs = (("{", "}"), ("(", ")"), ("[", "]"))
    language = replace(small_language(TEMPLATES), parser=ParserBinding(), brackets=pairs)
    found = parse(language, text).brackets(Span(0, len(text)))
    assert "".join(bracket.text for bracket in found) == brackets
    assert all(text.startswith(bracket.text, bracket.start) for bracket in found)


def test_a_bracket_that_the_parser_put_in_is_none() -> None:
    language = replace(small_language(TEMPLATES), parser=ParserBinding(), brackets=(("(", ")"),))
    tree = parse(language, "a = b(c;")
    assert [problem.missing for problem in tree.problems] == [")"]
    assert [bracket.text for bracket in tree.brackets(Span(0, len(tree.text)))] == ["("]


@pytest.mark.parametrize("closer", ["}", "~}"])
def test_the_end_of_a_hole_in_a_string_closes_nothing_else(closer: str) -> None:
    language = replace(load_registry().by_id("hcl"), parser=ParserBinding())
    tree = parse(language, f'a {{\n  b = "${{c{closer}"\n')
    opened = still_open(tree, tree.brackets(Span(0, len(tree.text))))
    assert [bracket.start for bracket in opened] == [2]


@settings(max_examples=tries(6, 60), deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=3327269)
def test_what_is_left_out_far_away_is_balanced(language: Language, seed: int) -> None:
    chance = Random(seed)
    text = chance.choice(examples(language))
    place = chance.randrange(len(text))
    text = text[:place] + chance.choice(["", *LETTERS]) + text[place + chance.choice([0, 1]) :]
    for tree in (parse(language, text), parse(replace(language, parser=ParserBinding()), text)):
        end = chance.randrange(len(text) + 1)
        before = Span(0, end)
        near = Span(chance.randrange(end + 1), end)
        found, every = tree.brackets(before, near), tree.brackets(before)
        assert set(found) <= set(every)
        assert [b for b in found if b.start >= near.start] == [b for b in every if b.start >= near.start]
        if tree.sound:
            assert still_open(tree, found) == still_open(tree, every)


@settings(max_examples=tries(20, 400), deadline=None)
@given(
    lines=st.lists(st.tuples(st.integers(0, 3), st.text("{}[]()ab ", max_size=8)), max_size=40),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
@example(lines=[(0, "a {"), (1, "b {"), (2, "c {"), (1, "}"), (0, "}")], ends=(0.0, 1.0))
def test_settled_pairs_count_for_nothing(
    language: Language, lines: list[tuple[int, str]], ends: tuple[float, float]
) -> None:
    some = "".join(" " * indent + line + "\n" for indent, line in lines)
    text = some + "a { b { } [ ] ( ) }\n" * 80 + some  # longer than what is looked at at once
    tree = parse(language, text)
    start, end = sorted(int(share * len(text)) for share in ends)
    for span in (Span(start, end), Span(0, len(text))):
        every, found = tree.brackets(span), tree.unsettled_brackets(span, span)
        assert set(found) <= set(every)
        assert balance(tree, found, span.end) == balance(tree, every, span.end)
        assert still_open(tree, found) == still_open(tree, every)


def test_of_settled_pairs_nothing_is_left() -> None:
    text = "a {\n  b = [{ c = (1) }]\n}\n" * 100
    tree = parse(load_registry().by_id("hcl"), text)
    assert tree.unsettled_brackets(Span(0, len(text)), Span(0, len(text))) == ()
