"""Sets of tokens, a bit for each, and the likeliest tokens of a set.

A vocabulary may have hundreds of thousands of tokens: to look at a flag for each of them takes longer than
all else that is done between two tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_WORD = 32
_SAMPLED = 16
_FEW = 16
_MANY = 0.125
_MISSES = 12


@dataclass(frozen=True, slots=True, eq=False)
class TokenSet:
    """Token `i` is in the set if bit `i % 32` of word `i // 32` is set. The words are not to be changed."""

    words: NDArray[np.uint32] = field(repr=False)

    @classmethod
    def of(cls, tokens: Sequence[int] | NDArray[np.int64], size: int) -> TokenSet:
        """The set of some tokens of a vocabulary that has so many."""
        flags = np.zeros(-(-size // _WORD) * _WORD, dtype=np.bool_)
        flags[np.asarray(tokens, dtype=np.int64)] = True
        return cls(np.packbits(flags, bitorder="little").view(np.uint32))

    def __contains__(self, token: int) -> bool:
        return bool(int(self.words[token // _WORD]) >> token % _WORD & 1)

    def __and__(self, other: TokenSet) -> TokenSet:
        return TokenSet(self.words & other.words)

    def without(self, tokens: Iterable[int]) -> TokenSet:
        """The set but for some tokens."""
        words = self.words.copy()
        for token in tokens:
            words[token // _WORD] &= np.uint32(~(1 << token % _WORD) & 0xFFFFFFFF)
        return TokenSet(words)

    def tokens(self) -> NDArray[np.int64]:
        """The tokens in the set, in order."""
        filled = np.flatnonzero(self.words)
        places = np.flatnonzero(np.unpackbits(self.words[filled].view(np.uint8), bitorder="little"))
        return filled[places // _WORD] * _WORD + places % _WORD

    def has_many(self) -> bool:
        """Whether a good part of the vocabulary seems to be in the set."""
        sample = np.unpackbits(self.words[::_SAMPLED].copy().view(np.uint8))
        return bool(sample.size and np.count_nonzero(sample) > _MANY * sample.size)


def likeliest(logits: NDArray[np.float32], allowed: TokenSet) -> Iterator[int]:
    """The allowed tokens, the likeliest first, the lower id first of equals; none whose logit is -inf.

    Where many are allowed, the likeliest of all tokens are looked at one by one, as long as most are allowed.
    """
    scores = logits
    misses = 0 if allowed.has_many() else _MISSES
    while misses < _MISSES:
        best = int(scores.argmax())
        if scores[best] == -np.inf:
            return
        if best in allowed:
            yield best
        else:
            misses += 1
        if scores is logits:
            scores = logits.copy()
        scores[best] = -np.inf
    tokens = allowed.tokens()
    scores = scores[tokens]
    while scores.size:
        best = int(scores.argmax())
        if scores[best] == -np.inf:
            return
        yield int(tokens[best])
        scores[best] = -np.inf


def log_probability(logits: NDArray[np.float32], token: int, peak: float) -> float:
    """The logarithm of a token's probability, as exact as the type of the logits is.

    Args:
        logits: one for each token.
        token: the token.
        peak: the highest logit.

    """
    # So far below the highest logit all others weigh less together than what is rounded.
    floor, near = peak - float(np.log(len(logits)) - np.log(np.finfo(np.float32).eps)), logits
    if np.count_nonzero(logits[::_SAMPLED] > floor) * _FEW < len(logits) // _SAMPLED:
        near = logits[np.flatnonzero(logits > floor)]
    terms = near - np.float32(peak)
    np.exp(terms, out=terms)
    return float(logits[token]) - peak - float(np.log(terms.sum()))
