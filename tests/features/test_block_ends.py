"""A suggestion closes no block behind other text of its line, unless the text around does."""

from __future__ import annotations

import pytest

from tests.features.completing import suggest, texts

OPEN = "query Q {\n  a {\n    <|>\n}\n"
BEHIND = "fragment F on A {\n  b {\n    c }\n}\n\n"


@pytest.mark.parametrize(
    ("marked", "wanted", "shown"),
    [
        pytest.param(OPEN, "b }", ["b"], id="behind a field"),
        pytest.param(OPEN, "b { c } }", ["b { c }"], id="what is closed in its line is left"),
        pytest.param("query Q {\n  a {\n    b<|>\n}\n", " }", [], id="alone"),
        pytest.param("query Q {\n  a {\n    b\n  <|>\n}\n", "}", ["}"], id="on a line of its own"),
        pytest.param("query Q {\n  a { <|>\n}\n", "b }", ["b }"], id="of an opener in the line"),
        pytest.param(BEHIND + OPEN, "b }", ["b }"], id="as the text around does"),
    ],
)
def test_a_block_is_closed_on_a_line_of_its_own(marked: str, wanted: str, shown: list[str]) -> None:
    assert texts(suggest("graphql", marked, wanted, in_editor=True, automatic=True)) == shown


def test_who_is_no_editor_gets_what_makes_the_text_whole() -> None:
    assert texts(suggest("graphql", OPEN, "b }")) == ["b }"]
