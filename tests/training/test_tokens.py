"""The tokenizer that training makes: lossless, and cut where a cursor may stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, pre_tokenizers

from lsp_server.training.tokens import END, SUFFIX, language_token, train_tokenizer

TEXTS = [f'block name{n} {{\n    width_of = thing({n}, [1, 2])\n  text = "a b"\n}}\n' for n in range(40)]
TOKENIZER = train_tokenizer(TEXTS, ["one", "other"], 400)
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)


@given(ANY_TEXT)
def test_any_text_survives_the_round_trip(text: str) -> None:
    ids = TOKENIZER.encode(text, add_special_tokens=False).ids
    assert TOKENIZER.decode(ids, skip_special_tokens=False) == text


@given(ANY_TEXT, ANY_TEXT)
def test_special_tokens_written_by_a_user_stay_plain_text(before: str, after: str) -> None:
    ids = TOKENIZER.encode(f"{before}{END}{SUFFIX}{language_token('one')}{after}").ids
    assert min(ids) >= 5  # ids 0 to 4 are the special ones


def test_training_twice_gives_the_same_tokenizer() -> None:
    assert train_tokenizer(TEXTS, ["one", "other"], 400).to_str() == TOKENIZER.to_str()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("block", " name"),
        ("a = thing(", '"a"'),
        ("{", "\n    width_of"),
        ("thing", "(1)"),
        ("x =", " [1]"),
        ('text = "', "a"),
        ("width_of", "   = 1"),
        ("a({", "[b"),
        ("12", "3"),
        ("\n\n", "}"),
    ],
)
def test_a_boundary_between_lexemes_is_a_boundary_between_tokens(before: str, after: str) -> None:
    def encode(text: str) -> list[int]:
        return list(TOKENIZER.encode(text, add_special_tokens=False).ids)

    assert encode(before + after) == encode(before) + encode(after)


def test_the_size_holds_every_byte_and_every_tag() -> None:
    tokenizer = Tokenizer.from_str(TOKENIZER.to_str())
    assert 5 + 256 < tokenizer.get_vocab_size() <= 400
    assert all(tokenizer.token_to_id(letter) is not None for letter in pre_tokenizers.ByteLevel.alphabet())
    assert [tokenizer.id_to_token(index) for index in range(5)] == [
        "<|end|>",
        "<|suffix|>",
        "<|prefix|>",
        "<|lang:one|>",
        "<|lang:other|>",
    ]
