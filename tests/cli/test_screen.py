"""Pieces of source as people see them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from lsp_server.cli.screen import console, excerpt, table
from lsp_server.text import Span


def shown(text: str, start: int, end: int, width: int = 100) -> list[str]:
    return [row.plain for row in excerpt(text, Span(start, end), "red", "^", width)]


def test_a_span_is_marked_below_its_line() -> None:
    assert shown("one\ntwo three\nfour", 8, 13) == [" 2 | two three", "   |     ^^^^^"]


def test_lines_around_a_span_are_shown_without_marks_and_none_beyond_the_text() -> None:
    rows = excerpt("one\ntwo\nthree\nfour\nfive\n", Span(8, 13), "red", "^", context=1)
    assert [row.plain for row in rows] == [" 2 | two", " 3 | three", "   | ^^^^^", " 4 | four"]
    rows = excerpt("one\ntwo\n", Span(4, 7), "red", "^", context=9)
    assert [row.plain for row in rows] == [" 1 | one", " 2 | two", "   | ^^^"]


def test_where_there_is_no_mark_the_style_alone_shows_the_span() -> None:
    (row,) = excerpt("one two", Span(4, 7), "red", "")
    assert row.plain == " 1 | one two"
    assert [row.plain[span.start : span.end] for span in row.spans if span.style == "red"] == ["two"]


def test_an_empty_span_gets_one_mark() -> None:
    assert shown("ab", 2, 2) == [" 1 | ab", "   |   ^"]


def test_each_line_of_a_long_span_is_marked() -> None:
    assert shown("a {\n  b\n}\nc", 2, 9) == [
        " 1 | a {",
        "   |   ^",
        " 2 |   b",
        "   | ^^^",
        " 3 | }",
        "   | ^",
    ]


def test_a_span_that_ends_at_a_line_end_marks_no_further_line() -> None:
    assert shown("ab\ncd\n", 0, 3) == [" 1 | ab", "   | ^^"]


def test_numbers_are_as_wide_as_the_last() -> None:
    text = "\n" * 8 + "ab\ncd"
    assert shown(text, 8, len(text)) == ["  9 | ab", "    | ^^", " 10 | cd", "    | ^^"]


@pytest.mark.parametrize("text", ["漢字x", "\tx", "é\u0301x", "😀x"])
def test_marks_stand_below_what_they_mark_whatever_its_width(text: str) -> None:
    line, marks = shown(text, len(text) - 1, len(text))
    assert cell_len(marks[: marks.index("^")]) == cell_len(line[: line.index("x")])


def test_control_characters_never_reach_the_terminal() -> None:
    line, _ = shown("a\x1b[31mb\x07\x9b\x7f", 0, 1)
    assert line == " 1 | a␛[31mb␇\ufffd␡"


def test_of_a_long_line_only_the_neighbourhood_is_shown() -> None:
    line, marks = shown("x" * 500 + "HERE" + "y" * 500, 500, 504, width=60)
    assert len(line) < 80
    assert line[marks.index("^") : marks.rindex("^") + 1] == "HERE"
    assert line.startswith(" 1 | ...x")
    assert line.endswith("y...")


def test_tables_are_not_cut_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(table(("key", "value"), [("a", "[b] " + "long " * 100 + "end")]))
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["key", "value"]
    assert row.split()[1] == "[b]"
    assert row.rstrip().endswith("end")
