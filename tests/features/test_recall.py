"""Suggestions that were made already: which of them still hold, and that they lead to the same text."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.completion import Completion, Suggestion
from lsp_server.features.extent import opens_block
from lsp_server.features.recall import Conditions, Recall, Wanted
from lsp_server.languages import load_registry
from lsp_server.syntax import Landmarks, SyntaxTree
from lsp_server.text import Edit, Span, apply_edits
from tests.features.completing import wants_block

LINE = Wanted(automatic=True)
ASKED = Wanted(candidates=3)


def made(offset: int, *texts: str, confident: bool = True, sureness: float = 0.0) -> Completion:
    items = tuple(Suggestion(text, offset, offset, -0.1, "line", sureness, confident) for text in texts)
    return Completion("x", offset, items, {"total": 9.0}, 5, None if texts else "why", {})


def left(recall: Recall, marked: str, wanted: Wanted = LINE) -> list[str] | None:
    found = recall.at(marked.replace("|", ""), marked.index("|"), wanted)
    return None if found is None else [item.text for item in found.items]


def test_that_nothing_was_found_is_remembered_at_the_very_cursor_only() -> None:
    recall = Recall().having(made(3), LINE, "...;")
    found = recall.at("...;", 3, LINE)
    assert found is not None
    assert found.reason == "why"
    assert left(recall, "...a|;") is None


def test_what_was_deleted_is_not_put_back_from_memory() -> None:
    recall = Recall().having(made(3, "abc", "x"), ASKED, "...;")
    assert left(recall, "...|;", replace(LINE, deleted="abc")) is None
    assert left(recall, "...|;", replace(ASKED, automatic=True, deleted="abc")) == ["x"]
    assert left(recall, "...a|;", replace(LINE, deleted="bc")) is None


def test_what_holds_otherwise_now_is_not_recalled_and_only_what_would_do_asks_what_holds() -> None:
    then = Conditions(names=1, adapter="a")
    recall = Recall().having(made(3, "abc"), LINE, "...;", then)

    def at(text: str, offset: int, now: Conditions) -> tuple[bool, int]:
        asked = Mock(return_value=now)
        return recall.at(text, offset, LINE, asked) is not None, asked.call_count

    assert at("...a;", 4, then) == (True, 1)
    assert at("...a;", 4, replace(then, names=2)) == (False, 1)
    assert at("...a;", 4, replace(then, adapter=None)) == (False, 1)
    assert at("...x;", 4, then) == at("..a;", 3, then) == (False, 0)


def test_what_is_typed_chooses_among_several() -> None:
    recall = Recall().having(made(3, "abc", "abd", "x"), ASKED, "...;")
    assert left(recall, "...ab|;", ASKED) == ["c", "d"]
    assert left(recall, "...a|b;", ASKED) is None
    assert left(recall, "...abc|;", ASKED) is None


def test_what_is_left_of_a_block_is_shown_line_by_line() -> None:
    recall = Recall().having(made(3, "\n  a = 1\n}"), LINE, "b {\n")
    assert left(recall, "b {\n  a|\n") == [" = 1\n}"]
    assert left(recall, "b {\n  a = 1\n|\n") == ["}"]


@pytest.mark.parametrize(
    ("made_for", "wanted", "serves"),
    [
        (LINE, LINE, True),
        (ASKED, ASKED, True),
        (ASKED, Wanted(candidates=2), True),
        (ASKED, LINE, True),
        (ASKED, Wanted(candidates=4), False),
        (LINE, Wanted(), False),
        (LINE, ASKED, False),
        (Wanted(min_logprob=-2.0, automatic=True), LINE, False),
        (LINE, Wanted(min_logprob=-2.0, automatic=True), True),
        (LINE, Wanted(9, automatic=True), False),
    ],
)
def test_what_was_made_for_one_serves_where_no_more_is_wanted(
    made_for: Wanted, wanted: Wanted, serves: bool
) -> None:
    assert made_for.serves(wanted) is serves
    recall = Recall().having(made(3, "abc"), made_for, "...;")
    assert left(recall, "...|;", wanted) == (["abc"] if serves else None)
    assert left(recall, "...a|;", wanted) == (["bc"] if serves else None)


def test_what_was_asked_for_is_shown_to_who_types_it_one_at_a_time() -> None:
    recall = Recall().having(made(3, "abc", "abd"), ASKED, "...;")
    assert left(recall, "...a|;") == ["bc"]
    assert left(recall, "...abd|;") is None
    assert left(recall, "...ab|;", replace(ASKED, candidates=2)) == ["c", "d"]


@pytest.mark.parametrize(("confident", "sureness"), [(False, 0.0), (True, -3.0)])
def test_what_only_who_asks_would_get_is_shown_to_others_once_they_type_it(
    confident: bool, sureness: float
) -> None:
    recall = Recall().having(made(3, "abc", confident=confident, sureness=sureness), ASKED, "...;")
    automatic = replace(LINE, min_logprob=-2.0)
    assert left(recall, "...|;", ASKED) == ["abc"]
    assert left(recall, "...|;", automatic) is None
    assert left(recall, "...a|;", automatic) == ["bc"]
    first, second = made(3, "abc", confident=confident, sureness=sureness), made(3, "de")
    several = replace(first, items=first.items + second.items)
    recall = Recall().having(made(3), automatic, "...;").having(several, ASKED, "...;")
    assert left(recall, "...|;", ASKED) == ["abc", "de"]
    assert left(recall, "...|;", automatic) == []
    assert left(recall, "...d|;", automatic) == ["e"]


def test_what_was_made_ahead_is_of_use_once_the_first_is_accepted() -> None:
    recall = Recall().having(made(3, "abc"), LINE, "...;").having(made(6, "de"), LINE, "...abc;")
    assert left(recall, "...|;") == ["abc"]
    assert left(recall, "...ab|;") == ["c"]
    assert left(recall, "...abc|;") == ["de"]
    assert left(recall, "...abcd|;") == ["e"]


def test_an_edit_elsewhere_makes_it_moot_until_the_text_is_the_same_again() -> None:
    recall = Recall().having(made(3, "abc"), LINE, "...;")
    for elsewhere in ("..|;", "..,|;", ",..|;", "...|", "...| ;", "...|,", "...a| ;"):
        assert left(recall, elsewhere) is None
    assert left(recall, "...|;") == ["abc"]
    assert left(recall, "...a|;") == ["bc"]


def test_from_memory_nothing_costs_anything() -> None:
    recall = Recall().having(made(3, "abc"), LINE, "...;")
    for text, offset in (("...;", 3), ("...a;", 4)):
        found = recall.at(text, offset, LINE)
        assert found is not None
        assert (found.timings_ms, found.tokens) == ({}, 0)


def test_of_long_texts_fewer_are_remembered_but_always_the_last() -> None:
    texts = ["." * (1_000_000 + number) for number in range(6)]
    recall = Recall()
    for text in texts:
        recall = recall.having(made(3, "abc"), LINE, text)
    known = [recall.at(text, 3, LINE) is not None for text in texts]
    assert known == [False, False, False, True, True, True]
    longest = "." * 9_000_000
    recall = recall.having(made(3, "abc"), LINE, longest)
    assert [recall.at(text, 3, LINE) is not None for text in (*texts, longest)] == [False] * 6 + [True]


edits = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.text("abc", max_size=2)), max_size=5)


@given(st.text("abc", max_size=6), st.integers(0, 6), st.text("abc", min_size=1, max_size=4), edits)
def test_what_is_left_leads_to_the_text_that_was_verified(
    text: str, offset: int, suggestion: str, changes: list[tuple[int, int, str]]
) -> None:
    offset = min(offset, len(text))
    recall = Recall().having(made(offset, suggestion), LINE, text)
    verified = text[:offset] + suggestion + text[offset:]
    for start, length, new in changes:
        start = min(start, len(text))
        edit = Edit(Span(start, min(len(text), start + length)), new)
        text = apply_edits(text, [edit])
        for cursor in range(len(text) + 1):
            found = recall.at(text, cursor, LINE)
            for item in () if found is None else found.items:
                assert (item.start, item.end) == (cursor, cursor)
                assert text[:cursor] + item.text + text[cursor:] == verified


@pytest.mark.parametrize(
    ("name", "marked", "several"),
    [
        ("hcl", "resource a {<|>\n", True),
        ("hcl", "resource a {\n  <|>\n}\n", True),
        ("hcl", "resource a {\n<|>", True),
        ("hcl", "resource a {\n  <|>\n  b = 1\n}\n", False),
        ("hcl", "resource a {\n  b = <|>\n}\n", False),
        ("hcl", "resource a {<|> }\n", False),
        ("hcl", "resource a {\n\n<|>\n}\n", False),
        ("hcl", "<|>\n", False),
        ("hcl", "a {\n  b = = 1\n  c {<|>\n}\n", True),
        ("hcl", "a = f(<|>\n", True),
        ("hcl", "a = 1\n# a comment {<|>\n", False),
        ("hcl", "a {\n  # see b {\n  <|>\n}\n", False),
        ("hcl", "a { // see [\n  <|>\n}\n", False),
        ("hcl", "/* a {\n<|>\n*/\n", False),
        ("hcl", 'a = "x {<|>\n', False),
        ("hcl", 'a = "x {<|>\nb = "1"\n', False),
        ("hcl", "a = <<END\n  b {\n<|>\nEND\n", False),
        ("graphql", "type A {<|>\n", True),
        ("graphql", "query {\n  a(<|>\n}\n", True),
        ("graphql", "# type A {<|>\n", False),
        ("graphql", '"x {<|>\ntype A\n', False),
        ("graphql", '"""\nx {<|>\n"""\ntype A\n', False),
        ("postgres", "CREATE TABLE a (\n  <|>\n);\n", True),
        ("postgres", "SELECT (<|>\n", True),
        ("postgres", "-- see (<|>\n", False),
        ("postgres", "SELECT 1 -- see (\n<|>", False),
        ("postgres", "SELECT 'x (<|>\n', 2;\n", False),
        ("postgres", "SELECT 'x (<|>\n", False),
        ("postgres", "SELECT $$ a (<|>\n$$;\n", False),
        ("sparql", "SELECT * {<|>\n}\n", True),
        ("sparql", "SELECT * {\n  FILTER (<|>\n}\n", True),
        ("sparql", "# a {<|>\n", False),
        ("sparql", 'SELECT * { ?a ?b "x {<|>\n', False),
        ("sparql", "SELECT * { ?a ?b <http://a(<|>\n", False),
    ],
)
@pytest.mark.parametrize("parsed", [True, False])
def test_several_lines_are_wanted_where_a_block_is_opened(
    name: str, marked: str, several: bool, parsed: bool
) -> None:
    assert wants_block(load_registry().by_id(name), marked, parsed=parsed) is several


@pytest.mark.parametrize("marked", ["a {\n  b {<|>\n}\n", "a {\n  b = 1<|>\n}\n"])
def test_no_tree_is_waited_for_to_know_that(marked: str) -> None:
    def make() -> SyntaxTree:
        raise AssertionError

    language, text, offset = load_registry().by_id("hcl"), marked.replace("<|>", ""), marked.index("<|>")
    landmarks = Landmarks(make, text=text)
    several = opens_block(language, Prefix(load_grammar(language), text), landmarks, offset)
    assert several is marked.startswith("a {\n  b {")


def test_what_was_typed_away_is_known() -> None:
    recall = Recall().having(made(3, "abc"), LINE, "...;").having(made(3), LINE, "...;")
    assert not recall.typed_away("...;", 3)
    assert recall.typed_away("...x;", 4) == {"abc"}
    assert not recall.typed_away("...abc;", 6)
