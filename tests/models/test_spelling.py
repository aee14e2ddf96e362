"""Bytes of tokens, for the two families of tokenizers: whatever is encoded spells what was written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from lsp_server.decoding.model import Vocabulary
from lsp_server.errors import ModelError
from lsp_server.models.spelling import byte_level, make_vocabulary, sentence_piece

TEXTS = [
    "block name {\n\tvalue = call(1, 2)\n}\n",
    "caf\u00e9 \u00fcber na\u00efve",
    "two  blanks and   three",
] * 5
UNKNOWN = "<unk>"
ANY_TEXT = st.text(max_size=120)


def byte_level_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        TEXTS,
        trainers.BpeTrainer(
            vocab_size=320, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False
        ),
    )
    tokenizer.add_tokens([AddedToken("<unused0>", normalized=False), AddedToken("\n\n", normalized=False)])
    return tokenizer


def fallback_model() -> models.BPE:
    pieces = ["<unk>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += ["\u2581", "a", "b", "l", "o", "c", "k", "\u00e9", "\u2581a", "ab", "\u2581b", "\u2581bl"]
    merges = [("\u2581", "a"), ("a", "b"), ("\u2581", "b"), ("\u2581b", "l")]
    return models.BPE(
        {piece: index for index, piece in enumerate(pieces)}, merges, unk_token=UNKNOWN, byte_fallback=True
    )


def llama_2_tokenizer() -> Tokenizer:
    """Blanks by normalizer, a dummy blank before the text, byte fallback."""
    tokenizer = Tokenizer(fallback_model())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(["<unk>", "</s>"])
    return tokenizer


def gemma_tokenizer() -> Tokenizer:
    """Blanks by normalizer and no dummy; split at blanks."""
    tokenizer = Tokenizer(fallback_model())
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.add_special_tokens(["<unk>", "</s>"])
    return tokenizer


def metaspace_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(fallback_model())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    tokenizer.add_special_tokens(["<unk>", "</s>"])
    return tokenizer


def vocabulary_of(tokenizer: Tokenizer, end: str) -> Vocabulary:
    index = tokenizer.token_to_id(end)
    assert index is not None
    return make_vocabulary(tokenizer, tokenizer.get_vocab_size() + 3, index)


VOCABULARIES = {
    "byte level": vocabulary_of(byte_level_tokenizer(), "<|end|>"),
    "llama 2": vocabulary_of(llama_2_tokenizer(), "</s>"),
    "gemma": vocabulary_of(gemma_tokenizer(), "</s>"),
    "metaspace": vocabulary_of(metaspace_tokenizer(), "</s>"),
}
every_family = pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=VOCABULARIES.keys())


@every_family
@given(text=ANY_TEXT)
@example(text="a\u2581b")
def test_the_bytes_of_what_is_encoded_are_the_bytes_of_the_text(vocabulary: Vocabulary, text: str) -> None:
    """SentencePiece writes a blank as U+2581 and has no other spelling for that character itself."""
    if vocabulary is not VOCABULARIES["byte level"]:
        text = text.replace("\u2581", " ")
    ids = vocabulary.encode(text)
    assert vocabulary.bytes_of(ids) == text.encode()
    assert vocabulary.special.isdisjoint(ids)


@pytest.mark.parametrize("family", ["llama 2", "gemma", "metaspace"])
def test_the_sign_of_a_blank_is_read_as_a_blank_by_sentence_piece(family: str) -> None:
    vocabulary = VOCABULARIES[family]
    assert vocabulary.bytes_of(vocabulary.encode("a\u2581b")) == b"a b"


@every_family
def test_special_tokens_in_a_text_are_spelled_as_text(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode("a<|end|></s>b<unk>")
    assert vocabulary.bytes_of(ids) == b"a<|end|></s>b<unk>"
    assert vocabulary.special.isdisjoint(ids)


@every_family
def test_a_lone_surrogate_is_replaced(vocabulary: Vocabulary) -> None:
    assert vocabulary.bytes_of(vocabulary.encode("a\ud800b")) == b"a?b"


@every_family
def test_ids_beyond_the_tokenizer_are_special(vocabulary: Vocabulary) -> None:
    size = len(vocabulary.tokens)
    assert {size - 3, size - 2, size - 1} <= vocabulary.special
    assert all(vocabulary.tokens[index] == b"" for index in vocabulary.special)
    assert all(token for index, token in enumerate(vocabulary.tokens) if index not in vocabulary.special)


def test_every_byte_has_a_token_in_each_family() -> None:
    for vocabulary in VOCABULARIES.values():
        assert {bytes([byte]) for byte in range(256)} <= set(vocabulary.tokens)


def test_markup_among_the_added_tokens_is_special_and_text_is_not() -> None:
    vocabulary = VOCABULARIES["byte level"]
    assert b"\n\n" in vocabulary.tokens
    assert b"<unused0>" not in vocabulary.tokens


def test_the_byte_alphabet_is_gpt_2s() -> None:
    assert byte_level("\u0120a\u010a") == b" a\n"
    assert sorted(byte_level(letter) for letter in pre_tokenizers.ByteLevel.alphabet()) == [
        bytes([byte]) for byte in range(256)
    ]


def test_sentence_pieces_spell_blanks_and_bytes() -> None:
    assert sentence_piece("\u2581a\u2581") == b" a "
    assert sentence_piece("<0x0A>") == b"\n"
    assert sentence_piece("<0xE9>") == b"\xe9"
    assert sentence_piece("<0x0A") == b"<0x0A"


def test_a_tokenizer_of_words_is_refused_with_a_remedy() -> None:
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "<unk>": 1}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(ModelError, match="byte-level BPE or SentencePiece"):
        make_vocabulary(tokenizer, 2, 1)
