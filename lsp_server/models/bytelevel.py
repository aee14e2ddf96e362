"""The byte alphabets of tokenizers: what bytes the text of a token stands for. No torch."""

from __future__ import annotations

from functools import cache


@cache
def _alphabet() -> dict[str, int]:
    """Map each character of GPT-2's byte alphabet to its byte.

    Printable Latin-1 stands for itself; the other bytes, in order, are U+0100 and on (Radford et al. 2019).
    """
    themselves = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(themselves)]
    return {chr(byte): byte for byte in themselves} | {chr(256 + n): byte for n, byte in enumerate(others)}


def bytes_of_token(token: str) -> bytes:
    """Return the bytes of a byte-level BPE token; characters outside the alphabet stand for their UTF-8."""
    alphabet = _alphabet()
    return b"".join(bytes([alphabet[c]]) if c in alphabet else c.encode() for c in token)
