"""What was just deleted, as the edits tell it, and when a text puts it back."""

from __future__ import annotations

import pytest

from lsp_server.text import Deleted, Edit, Span, apply_edits, put_back


def deleted(text: str, *edits: Edit) -> Deleted:
    found = Deleted()
    for edit in edits:
        found = found.after(edit, text)
        text = apply_edits(text, (edit,))
    return found


def cut(start: int, end: int) -> Edit:
    return Edit(Span(start, end), "")


def test_what_is_deleted_key_by_key_adds_up_in_either_direction() -> None:
    assert deleted("abcdef", cut(3, 4), cut(2, 3)).at(2) == "cd"
    assert deleted("abcdef", cut(2, 3), cut(2, 3)).at(2) == "cd"
    assert deleted("abcdef", cut(2, 3), cut(1, 2), cut(1, 2)).at(1) == "bcd"


def test_what_is_typed_ends_it_and_so_does_another_place() -> None:
    assert deleted("abcdef", cut(3, 4), Edit(Span(3, 3), "x")) == Deleted()
    assert deleted("abcdef", Edit(Span(1, 4), "x")) == Deleted()
    assert deleted("abcdef", cut(4, 5), cut(1, 2)) == Deleted(1, "b")
    assert deleted("abcdef", cut(4, 5)).at(2) == ""


@pytest.mark.parametrize(
    ("lost", "typed", "end"),
    [
        ("size", "size = 1", 4),
        (" = 1", " = 1", 4),
        ("= 1", " = 12", None),
        ("a = 1\nb = 2\n", "a = 1", 5),
        ("ource", "ourceful", None),
        ("size = 1", "size = 2", None),
        ("", "anything", None),
        ("  ", "  a", None),
    ],
)
def test_a_text_that_begins_with_what_was_lost_puts_it_back(lost: str, typed: str, end: int | None) -> None:
    assert put_back(lost, typed) == end
