"""Suggestions that were made already: which of them still hold, and that they lead to the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.features.completion import Completion, Item
from lsp_server.features.extent import opens_block
from lsp_server.features.recall import Recall, Wanted
from lsp_server.languages import load_registry
from lsp_server.text import Edit, Span, apply_edits

LINE = Wanted()


def made(offset: int, *texts: str) -> Completion:
    items = tuple(Item(text, offset, offset, -0.1, "line") for text in texts)
    return Completion("x", offset, items, {"total": 9.0}, 5, None if texts else "why", {})


def left(recall: Recall, offset: int, wanted: Wanted = LINE) -> list[str] | None:
    found = recall.at(offset, wanted)
    return None if found is None else [item.text for item in found.items]


def test_that_nothing_was_found_is_remembered_at_the_very_cursor_only() -> None:
    recall = Recall().having(made(3), LINE)
    found = recall.at(3, LINE)
    assert found is not None
    assert found.reason == "why"
    assert left(recall.after([Edit(Span(3, 3), "a")]), 4) is None


def test_what_is_typed_chooses_among_several() -> None:
    recall = Recall().having(made(3, "abc", "abd", "x"), LINE).after([Edit(Span(3, 3), "ab")])
    assert left(recall, 5) == ["c", "d"]
    assert left(recall, 4) is None
    assert left(recall.after([Edit(Span(5, 5), "c")]), 6) is None


def test_something_else_may_be_wanted() -> None:
    recall = Recall().having(made(3, "abc"), LINE)
    assert left(recall, 3, Wanted(multiline=True)) is None
    assert left(recall, 3) == ["abc"]


def test_what_was_made_ahead_is_of_use_once_the_first_is_accepted() -> None:
    recall = Recall().having(made(3, "abc"), LINE).having(made(6, "de"), LINE, "abc")
    assert left(recall, 3) == ["abc"]
    assert left(recall.after([Edit(Span(3, 3), "ab")]), 5) == ["c"]
    accepted = recall.after([Edit(Span(3, 3), "abc")])
    assert left(accepted, 6) == ["de"]
    assert left(accepted.after([Edit(Span(6, 6), "d")]), 7) == ["e"]


def test_an_edit_elsewhere_makes_it_moot() -> None:
    recall = Recall().having(made(3, "abc"), LINE)
    assert left(recall.after([Edit(Span(0, 1), "")]), 3) is None
    assert left(recall.after([Edit(Span(4, 4), " ")]), 3) is None


edits = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.text("abc", max_size=2)), max_size=5)


@given(st.text("abc", max_size=6), st.integers(0, 6), st.text("abc", min_size=1, max_size=4), edits)
def test_what_is_left_leads_to_the_text_that_was_verified(
    text: str, offset: int, suggestion: str, changes: list[tuple[int, int, str]]
) -> None:
    offset = min(offset, len(text))
    recall = Recall().having(made(offset, suggestion), LINE)
    verified = text[:offset] + suggestion + text[offset:]
    for start, length, new in changes:
        start = min(start, len(text))
        edit = Edit(Span(start, min(len(text), start + length)), new)
        text, recall = apply_edits(text, [edit]), recall.after([edit])
        for cursor in range(len(text) + 1):
            for rest in left(recall, cursor) or ():
                assert text[:cursor] + rest + text[cursor:] == verified


@pytest.mark.parametrize(
    ("marked", "several"),
    [
        ("resource a {<|>\n", True),
        ("resource a {\n  <|>\n}\n", True),
        ("resource a {\n<|>", True),
        ("resource a {\n  <|>\n  b = 1\n}\n", False),
        ("resource a {\n  b = <|>\n}\n", False),
        ("resource a {<|> }\n", False),
        ("resource a {\n\n<|>\n}\n", False),
        ("<|>\n", False),
    ],
)
def test_several_lines_are_wanted_where_a_block_is_opened(marked: str, several: bool) -> None:
    offset = marked.index("<|>")
    language = load_registry().by_id("hcl")
    assert opens_block(language, marked.replace("<|>", ""), offset) is several
