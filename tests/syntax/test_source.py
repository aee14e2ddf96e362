"""Offsets, bytes and points of a text agree with Python's own encoder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.syntax.sitter.source import Source

CHARACTERS = st.text(st.sampled_from("a\n\ré€😀\ud800\udfff"), max_size=40)


def encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


@given(CHARACTERS, st.sampled_from([0, 1, 500, 511, 512, 2000]), st.sampled_from("xé😀"))
def test_offsets_and_bytes_convert_both_ways(text: str, padding: int, pad: str) -> None:
    source = Source(pad * padding + text)
    for offset in {*range(padding, len(source.text) + 1), 0, padding // 2}:
        byte = len(encoded(source.text[:offset]))
        assert source.byte_at(offset) == byte
        assert source.offset_at(byte) == offset
        assert source.point_at(byte) == (
            source.text.count("\n", 0, offset),
            len(encoded(source.text[source.text.rfind("\n", 0, offset) + 1 : offset])),
        )


@given(CHARACTERS)
def test_a_byte_inside_a_character_is_that_character(text: str) -> None:
    source = Source(text)
    for offset, character in enumerate(text):
        for inside in range(len(encoded(character))):
            assert source.offset_at(source.byte_at(offset) + inside) == offset


@given(CHARACTERS)
def test_the_bytes_are_utf_8_of_the_same_length(text: str) -> None:
    data = Source(text).data
    assert len(data) == len(encoded(text))
    assert data.decode() == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
