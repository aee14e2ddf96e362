"""What the mask engine makes of a hole grammar, byte by byte and without a model."""

from __future__ import annotations

from functools import cache, lru_cache

from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper


class _Bytes:
    """A vocabulary of the bytes and an end, as llguidance wants to see it."""

    bos_token_id = None
    eos_token_id = 256
    special_token_ids = (256,)
    tokens = (*(bytes([byte]) for byte in range(256)), b"<|end|>")

    def __call__(self, text: bytes) -> list[int]:
        return list(text)


@cache
def _tokenizer() -> LLTokenizer:
    return LLTokenizer(TokenizerWrapper(_Bytes()), n_vocab=257)


@lru_cache(maxsize=64)
def _matcher(grammar: str) -> LLMatcher:
    matcher = LLMatcher(_tokenizer(), grammar, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    return matcher


def begins(grammar: str, text: str) -> bool:
    """Whether a text that the grammar derives may begin with this one."""
    data = list(text.encode())
    return bool(_matcher(grammar).deep_copy().try_consume_tokens(data) == len(data))


def derives(grammar: str, text: str) -> bool:
    """Whether the grammar derives the text."""
    matcher, data = _matcher(grammar).deep_copy(), list(text.encode())
    return bool(matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting())
