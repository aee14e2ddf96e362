"""Offsets and positions, against what `str.encode` says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.text import Encoding, LineIndex

CODEC = {
    Encoding.UTF8: ("utf-8", 1),
    Encoding.UTF16: ("utf-16-le", 2),
    Encoding.UTF32: ("utf-32-le", 4),
}
encodings = pytest.mark.parametrize("encoding", list(Encoding))

# Characters of one to four bytes, every line end, separators that are no line end in LSP, lone surrogates.
texts = st.text(st.sampled_from("ab \t\n\réß\u0301漢\u2028\x0b\x85\ufeff😀𝕏\ud83d\ude00"), max_size=40)


def units(text: str, encoding: Encoding) -> int:
    codec, width = CODEC[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def lines_of(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


@given(texts)
def test_lines_are_split_at_the_three_line_ends_of_lsp(text: str) -> None:
    index = LineIndex(text)
    spans = [text[index.start_of(line) : index.end_of(line)] for line in range(index.line_count)]
    assert spans == lines_of(text)


@encodings
@given(text=texts, data=st.data())
def test_an_offset_survives_the_way_through_units(encoding: Encoding, text: str, data: st.DataObject) -> None:
    index = LineIndex(text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = index.units_at(offset, encoding)
    assert column == units(text[index.start_of(line) : offset], encoding)
    inside_line_end = offset > index.end_of(line)
    assert index.offset_from_units(line, column, encoding) == (
        index.end_of(line) if inside_line_end else offset
    )


@encodings
@given(text=texts, data=st.data())
def test_units_map_to_the_character_that_holds_them(
    encoding: Encoding, text: str, data: st.DataObject
) -> None:
    index = LineIndex(text)
    line = data.draw(st.integers(0, index.line_count - 1))
    count = data.draw(st.integers(0, 60))
    content = lines_of(text)[line]
    fits = [n for n in range(len(content) + 1) if units(content[:n], encoding) <= count]
    assert index.offset_from_units(line, count, encoding) == index.start_of(line) + fits[-1]


@given(texts, st.data())
def test_position_and_offset_are_inverse(text: str, data: st.DataObject) -> None:
    index = LineIndex(text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = index.position(offset)
    assert line == index.line_of(offset)
    assert index.start_of(line) + column == offset
    assert index.offset(line, column) == min(offset, index.end_of(line))


@encodings
def test_an_astral_character_counts_in_units(encoding: Encoding) -> None:
    index = LineIndex("😀x\n")
    assert index.units_at(1, encoding) == (0, {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding])


@pytest.mark.parametrize(("encoding", "inside"), [(Encoding.UTF8, 2), (Encoding.UTF16, 1)])
def test_a_column_inside_a_character_is_its_start(encoding: Encoding, inside: int) -> None:
    assert LineIndex("é😀").offset_from_units(0, units("é", encoding) + inside, encoding) == 1


@encodings
def test_a_column_beyond_the_line_is_its_end(encoding: Encoding) -> None:
    index = LineIndex("ab\r\ncd")
    assert index.offset_from_units(0, 99, encoding) == 2
    assert index.offset_from_units(1, 99, encoding) == 6


@encodings
def test_a_line_beyond_the_text_is_its_end(encoding: Encoding) -> None:
    assert LineIndex("é\n").offset_from_units(7, 3, encoding) == 2


def test_an_empty_text_has_one_line() -> None:
    index = LineIndex("")
    assert (index.line_count, index.start_of(0), index.end_of(0), index.position(0)) == (1, 0, 0, (0, 0))


@encodings
@given(texts, st.integers(0, 3_000))
def test_columns_of_a_long_line_are_those_that_its_text_takes(
    encoding: Encoding, piece: str, offset: int
) -> None:
    text = "a\n" + f"é{piece}𝕏" * 100
    index, offset = LineIndex(text), min(offset, len(text))
    line = index.line_of(offset)
    before = text[index.start_of(line) : offset]
    assert index.units_at(offset, encoding) == (line, units(before, encoding))
