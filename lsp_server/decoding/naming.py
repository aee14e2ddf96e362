"""The likeliest whole name of some, as a model spells them: best first, a pass for each name that is looked
at.

A pass over a name tells how likely each of its tokens is, and what else the model might write at each of
them. So it also bounds how likely those names are that begin alike, and a few passes find the best of
hundreds.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lsp_server.decoding.drafting import Drafts
from lsp_server.decoding.evidence import Choice
from lsp_server.decoding.healing import TokenIndex
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.tokenset import log_probability

_PASSES = 4
"""Where the best name is not found in so many passes, the best of those that were looked at is taken."""

_MOST = 200
"""Of more names, those are looked at that begin as the model would."""

_TRIED = 64


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text, its tokens with the log-probability of each, and what speaks for it among all that may
    stand.
    """

    text: str
    tokens: Sequence[int]
    logprobs: Sequence[float]
    why: Choice


class Spellings:
    """Ranks texts that may be written next, each up to the end of a name.

    Args:
        drafts: gives the logits.
        vocabulary: of the model.
        index: of the vocabulary.
        word: what is a word, as a regular expression.

    """

    def __init__(self, drafts: Drafts, vocabulary: Vocabulary, index: TokenIndex, word: str) -> None:
        self._drafts = drafts
        self._vocabulary = vocabulary
        self._word = re.compile(word)
        self.going_on = index.going_on(word)

    def joins(self, before: str, text: str) -> bool:
        """Whether a text is read as one word with what stands before it."""
        return bool(before and text and self._word.fullmatch(before[-1] + text[0]))

    def ranked(self, written: Sequence[int], texts: Sequence[str]) -> Iterator[Spelling]:
        """Texts that may follow some tokens, in alphabetical order; the likeliest first, as far as is looked.

        A text with half a character, as a document may hold, has no tokens and is left out.

        Raises:
            StoppedError: it was cancelled.

        """
        texts = [text for text in texts if _has_bytes(text)]
        first = self._drafts.logits(written)
        rows: dict[tuple[int, ...], NDArray[np.float32]] = {(): first}
        spelled = {text: tuple(self._vocabulary.encode(text)) for text in self._likely(first, texts)}
        passes = 0
        while spelled:
            bounds = {text: self._bound(text, tokens, rows) for text, tokens in spelled.items()}
            best = max(spelled, key=lambda text: bounds[text])
            if spelled[best] not in rows and passes < _PASSES:
                tokens = spelled[best]
                found = self._drafts.rows([*written, *tokens], len(tokens) + 1)
                rows.update((tokens[:count], row) for count, row in enumerate(found))
                passes += 1
                continue
            exact = [text for text, tokens in spelled.items() if tokens in rows]
            if not exact:
                return
            best = max(exact, key=lambda text: bounds[text])
            tokens = spelled.pop(best)
            others = [bounds[text] for text in spelled] or [-math.inf]
            share = -float(np.logaddexp.reduce([0.0, *(bound - bounds[best] for bound in others)]))
            logprobs = [_logprob(rows[tokens[:count]], token) for count, token in enumerate(tokens)]
            yield Spelling(best, tokens, logprobs, Choice(share, bounds[best] - max(others)))

    def _bound(
        self, text: str, tokens: tuple[int, ...], rows: Mapping[tuple[int, ...], NDArray[np.float32]]
    ) -> float:
        """How likely a text is at most, as far as its tokens were looked at; one to its end, that it ends
        there.
        """
        total = 0.0
        for count, token in enumerate(tokens):
            row = rows.get(tokens[:count])
            if row is None:
                return total
            total += _logprob(row, token)
        row = rows.get(tokens)
        return total if row is None or not self._may_go_on(text) else total + self._ending(row)

    def _may_go_on(self, text: str) -> bool:
        """Whether a letter more would make another word of a text."""
        return self._word.fullmatch(f"a{text[-1:]}a") is not None

    def _ending(self, row: NDArray[np.float32]) -> float:
        """The log-probability that no letter comes next."""
        weights = np.exp(row - row.max())
        others = float(weights[~self.going_on].sum())
        return math.log(others / float(weights.sum())) if others else -math.inf

    def _likely(self, first: NDArray[np.float32], texts: Sequence[str]) -> Sequence[str]:
        """All texts, or of many those that begin as the model would."""
        if len(texts) <= _MOST:
            return texts
        found: dict[str, None] = {}
        for token in np.argsort(first)[::-1][:_TRIED]:
            begun = self._vocabulary.tokens[token].decode("utf-8", "ignore")
            if begun and len(found) < _MOST:
                start = bisect_left(texts, begun)
                found.update((text, None) for text in texts[start : start + _MOST] if text.startswith(begun))
        return [*found] or texts[:_MOST]


def _logprob(row: NDArray[np.float32], token: int) -> float:
    return log_probability(row, token, float(row.max()))


def _has_bytes(text: str) -> bool:
    """Whether a text can be written in UTF-8; a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
