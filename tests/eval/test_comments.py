"""What is compared below comments: the places, and how much of a text a person wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.languages import load_registry
from tests.eval.comments import judged, places

HCL = load_registry().by_id("hcl")


@pytest.mark.parametrize(
    ("text", "truth", "is_first_right", "right", "wrong"),
    [
        ("a = 1", "a = 1\nb = 2\n", True, 3, 0),
        ("a = 2", "a  =  1\n", True, 2, 1),
        ("b = 1", "a = 1\n", False, 0, 3),
        ("a = 1\nb", "a = 1\n", True, 3, 1),
    ],
)
def test_words_count_up_to_the_first_that_is_another(
    text: str, truth: str, is_first_right: bool, right: int, wrong: int
) -> None:
    shown = judged(text, truth)
    assert (shown.is_first_right, shown.right, shown.wrong) == (is_first_right, right, wrong)


def test_a_place_is_where_the_code_below_a_comment_begins(tmp_path: Path) -> None:
    text = "a = 1 # no\n# yes\nb {\n  # more\n  # yes\n  c = 2\n}\n# of nothing\n\n# at the end\n"
    (tmp_path / "a.tf").write_text(text)
    found = sorted(text[place.offset :][:5] for place in places(HCL, tmp_path, 0))
    assert found == ["b {\n ", "c = 2"]
