"""The bytes of each id of a tokenizer: byte-level BPE, SentencePiece with byte fallback. No torch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from lsp_server.decoding.model import Vocabulary
from lsp_server.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BLANK = "\u2581"  # SentencePiece writes a blank as this
BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
CONTROL = re.compile(
    r"<\S+>|\[[A-Z_0-9]+\]"
)  # added tokens that are markup of the model even if not flagged so


@cache
def _alphabet() -> dict[str, int]:
    """Map each character of GPT-2's byte alphabet to its byte.

    Printable Latin-1 stands for itself; the other bytes, in order, are U+0100 and on (Radford et al. 2019).
    """
    themselves = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(themselves)]
    return {chr(byte): byte for byte in themselves} | {chr(256 + n): byte for n, byte in enumerate(others)}


def byte_level(token: str) -> bytes:
    """Return the bytes of a byte-level BPE token; characters outside the alphabet stand for their UTF-8."""
    alphabet = _alphabet()
    return b"".join(bytes([alphabet[c]]) if c in alphabet else c.encode() for c in token)


def sentence_piece(token: str) -> bytes:
    """Return the bytes of a SentencePiece token; `<0xNN>` is one byte."""
    byte = BYTE.fullmatch(token)
    return bytes([int(byte[1], 16)]) if byte else token.replace(BLANK, " ").encode()


def make_vocabulary(tokenizer: Tokenizer, size: int, end: int) -> Vocabulary:
    """Return the vocabulary of a model with `size` logits; ids without a token are special.

    The tokenizer is changed: special tokens in the text of a user are then encoded as the plain text that
    they are, and no blank is put before a text.
    Raises ModelError for a tokenizer that is neither byte-level BPE nor SentencePiece.
    """
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer = _without_dummy_blank(tokenizer)
    tokenizer.encode_special_tokens = True
    spell = byte_level if _is_byte_level(tokenizer) else sentence_piece
    added = tokenizer.get_added_tokens_decoder()
    tokens: list[bytes] = []
    special = {end}
    for index in range(size):
        token = tokenizer.id_to_token(index)
        extra = added.get(index)
        if token is None or index == end:
            spelled = b""
        elif extra is not None:
            spelled = b"" if extra.special or CONTROL.fullmatch(extra.content) else extra.content.encode()
        else:
            spelled = spell(token)
        tokens.append(spelled)
        if not spelled:
            special.add(index)

    def encode(text: str) -> list[int]:
        whole = text.encode(errors="replace").decode()  # lone surrogates, which are no UTF-8, become `?`
        return list(tokenizer.encode(whole, add_special_tokens=False).ids)

    return Vocabulary(tuple(tokens), frozenset(special), end, encode)


def _is_byte_level(tokenizer: Tokenizer) -> bool:
    kinds = {
        part.get("type")
        for component in (tokenizer.decoder, tokenizer.pre_tokenizer)
        for part in _parts(_state(component))
    }
    if "ByteLevel" in kinds:
        return True
    if kinds & {"ByteFallback", "Metaspace"}:
        return False
    raise ModelError(
        "the model's tokenizer is of an unknown kind", remedy="use one with byte-level BPE or SentencePiece"
    )


def _without_dummy_blank(tokenizer: Tokenizer) -> Tokenizer:
    """Return a tokenizer that puts no blank before a text, as Llama 2's does: a text is a piece of a file."""
    prepends = any(part.get("type") == "Prepend" for part in _parts(_state(tokenizer.normalizer)))
    schemes = {part.get("prepend_scheme", "never") for part in _parts(_state(tokenizer.pre_tokenizer))}
    if not prepends and schemes <= {"never"}:
        return tokenizer
    state = json.loads(tokenizer.to_str())
    normalizer = state.get("normalizer")
    if prepends and normalizer["type"] == "Prepend":
        state["normalizer"] = None
    elif prepends:
        normalizer["normalizers"] = [n for n in normalizer["normalizers"] if n["type"] != "Prepend"]
    for part in _parts(state.get("pre_tokenizer") or {}):
        if "prepend_scheme" in part:
            part["prepend_scheme"] = "never"
    from tokenizers import Tokenizer

    return Tokenizer.from_str(json.dumps(state))


def _state(component: Any) -> dict[str, Any]:
    """Return a component's description; the library shows it only as what it pickles, which is JSON."""
    if component is None:
        return {}
    content = json.loads(component.__getstate__())
    return content if isinstance(content, dict) else {}


def _parts(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield state
    for key in ("decoders", "normalizers", "pretokenizers"):
        for part in state.get(key, ()):
            yield from _parts(part)
