"""Documents as values, and files read as text."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.errors import DocumentError
from lsp_server.text import Edit, Snapshot, Span, apply_edits, joined, last_jump, read_text


def test_edits_apply_one_after_another() -> None:
    first, second = Edit(Span(0, 1), "xyz"), Edit(Span(2, 4), "")
    assert apply_edits("abc", [first, second]) == "xyc"


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text(max_size=5))))
def test_edits_equal_edits_of_a_list_of_characters(text: str, edits: list[tuple[int, int, str]]) -> None:
    characters = list(text)
    for start, length, new in edits:
        characters[start : start + length] = new
    assert apply_edits(text, [Edit(Span(s, s + n), new) for s, n, new in edits]) == "".join(characters)


@given(st.text(min_size=20, max_size=20), st.data())
def test_edits_that_touch_are_one(text: str, data: st.DataObject) -> None:
    edits, size = [], len(text)
    for _ in range(data.draw(st.integers(0, 8))):
        start = data.draw(st.integers(0, size))
        end = data.draw(st.integers(start, min(size, start + 4)))
        edits.append(Edit(Span(start, end), data.draw(st.text(max_size=4))))
        size += len(edits[-1].text) - (end - start)
    fewer = joined(edits)
    assert apply_edits(text, fewer) == apply_edits(text, edits)
    assert all(
        edit.span.start > last.span.start + len(last.text) or edit.span.end < last.span.start
        for last, edit in pairwise(fewer)
    )


def test_letters_typed_one_after_another_are_one_edit() -> None:
    edits = [Edit(Span(3 + place, 3 + place), letter) for place, letter in enumerate("name")]
    assert joined([*edits, Edit(Span(6, 7), ""), Edit(Span(90, 91), "")]) == (
        Edit(Span(3, 3), "nam"),
        Edit(Span(90, 91), ""),
    )


@pytest.mark.parametrize(
    ("edits", "jump"),
    [
        ([], 0),
        ([(50, 50, "a")], 0),
        ([(50, 50, "a"), (51, 51, "b"), (40, 52, "")], 0),
        ([(50, 50, "a"), (80, 80, "b")], 1),
        ([(80, 80, "a"), (50, 50, "b")], 1),
        ([(50, 50, "a" * 40), (80, 80, "b")], 0),
        ([(50, 90, ""), (60, 60, "b")], 0),
        ([(50, 50, "a" * 40), (50, 90, ""), (60, 60, "b")], 0),
        ([(10, 10, "a"), (90, 90, "b"), (12, 12, "c"), (13, 13, "d")], 2),
        # Before the second one the third place was at 70.
        ([(70, 70, "a"), (0, 0, "b" * 100), (171, 171, "c")], 2),
    ],
)
def test_a_jump_is_from_one_place_to_another_that_is_far_away(
    edits: list[tuple[int, int, str]], jump: int
) -> None:
    assert last_jump([Edit(Span(start, end), new) for start, end, new in edits], 10) == jump


def test_a_snapshot_never_changes() -> None:
    before = Snapshot("file:///a", "calc", 1, "one\n")
    after = before.apply([Edit(Span(4, 4), "two\n")], 2)
    assert (before.text, before.lines.line_count) == ("one\n", 2)
    assert (after.text, after.version, after.lines.line_count) == ("one\ntwo\n", 2, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.text = "three"  # type: ignore[misc]


def test_a_span_holds_its_start_but_not_its_end() -> None:
    span = Span(2, 4)
    assert [offset for offset in range(6) if offset in span] == [2, 3]


def test_a_file_is_read_with_its_line_ends_and_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.calc"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n\xef\xbb\xbf")
    assert read_text(path) == "a\r\nb\rc\n\ufeff"


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    path = tmp_path / "a.calc"
    path.touch()
    assert read_text(path) == ""


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"^\S*none\.calc: no such file \(check the path\)$"):
        read_text(tmp_path / "none.calc")


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r": is a directory \(name a file\)$"):
        read_text(tmp_path)


def test_a_file_below_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(DocumentError, match="cannot be read"):
        read_text(tmp_path / "a" / "b")


@pytest.mark.parametrize("data", [b"ok\n\xff\n", b"ok\n\xc3", b"\xef\xbb\xbf\n\xed\xa0\x80"])
def test_a_byte_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.calc"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=r":2: byte [34] is not UTF-8 \(save the file as UTF-8\)$"):
        read_text(path)


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.calc"
    path.write_text("name", encoding="utf-16")
    with pytest.raises(DocumentError, match="byte 0 is not UTF-8"):
        read_text(path)
