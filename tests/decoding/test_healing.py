"""Where healing begins, and which tokens agree with what is to be spelled again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.decoding import Vocabulary, heal_start
from lsp_server.decoding.healing import TokenIndex
from tests.constraint.texts import bounded

TOKENS = (
    b"a",
    b"ab",
    b"abc",
    b"b",
    b"",
    b" ",
    b" a",
    b"\n",
    b"  \n  x",
    b"\r\n",
    b"\xc3",
    b"\xa9",
    "é".encode(),
    b"\xff",
)


def index_of(tokens: tuple[bytes, ...], special: frozenset[int] = frozenset()) -> TokenIndex:
    return TokenIndex(Vocabulary(tokens, special, len(tokens) - 1, lambda text: list(text.encode())))


@pytest.mark.parametrize(
    ("before", "healed"),
    [
        ("", ""),
        ("ab", "ab"),
        ("x ab", " ab"),
        ("x = ", " "),
        ("x =", " ="),
        ("x\n    y", "\n    y"),
        ("x\r\n", "\r\n"),
        ("f(ab", "ab"),
        ("f(((", "((("),
        ('"é', "é"),
        ("a.b", "b"),
        ("a.", "."),
        ("😀", "😀"),
    ],
)
def test_healing_begins_with_the_blanks_before_the_last_word_or_signs(before: str, healed: str) -> None:
    for after in ("", "x", " ", "\n"):
        assert heal_start(before + after, len(before)) == len(before) - len(healed)


def test_healing_reaches_back_only_so_far() -> None:
    for filler in ("a", " ", "\n", "(", "\ud800", "é"):
        text = filler * 1000
        assert 1000 - 160 <= heal_start(text, 1000) <= 1000


@bounded(200)
@given(text=st.text(max_size=40), data=st.data())
def test_healing_begins_at_or_before_the_cursor(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    assert 0 <= heal_start(text, cursor) <= cursor


def agreeing(wanted: bytes) -> list[int]:
    """The tokens that begin with some bytes, or that these begin with."""
    found = (bool(token) and (token.startswith(wanted) or wanted.startswith(token)) for token in TOKENS)
    return [index for index, agrees in enumerate(found) if agrees]


@bounded(300)
@given(wanted=st.binary(min_size=1, max_size=6))
def test_tokens_agree_that_begin_with_the_wanted_bytes_or_are_a_beginning_of_them(wanted: bytes) -> None:
    found = index_of(TOKENS).compatible(wanted)
    assert found.tokens().tolist() == agreeing(wanted)


@pytest.mark.parametrize(
    "wanted", [b"a", b"ab", b"abcd", b" ", b"\n", "é".encode(), b"\xff\xff", b"  \n  xy"]
)
def test_tokens_agree_with_texts_that_the_vocabulary_can_spell(wanted: bytes) -> None:
    found = index_of(TOKENS).compatible(wanted).tokens().tolist()
    assert found
    assert found == agreeing(wanted)


def test_special_and_empty_tokens_agree_with_nothing() -> None:
    index = index_of((b"a", b"a", b"", b"a"), special=frozenset({1, 3}))
    assert index.compatible(b"a").tokens().tolist() == [0]
    assert index.ordinary.tokens().tolist() == [0]


def test_of_two_tokens_that_spell_the_same_both_agree() -> None:
    assert index_of((b"a", b"a", b"b")).compatible(b"ab").tokens().tolist() == [0, 1]


def test_line_ends_are_found_in_tokens_and_at_their_beginning() -> None:
    tokens = (b"\n", b"\r", b" \t\n", b"x\n", b"  ", b"", b"\x0b")
    index = index_of(tokens)
    assert index.ordinary.tokens().tolist() == [0, 1, 2, 3, 4, 6]
    assert index.in_line.tokens().tolist() == [4, 6]
    assert index.leads.tolist() == [0, 1, 2]
