"""Healing: the model spells the half-typed word again, so that its tokens are the ones it knows.

A prompt that ends inside a word, or in blanks, ends in tokens the model has rarely seen there. So the
prompt stops before them, and the first generated tokens are held to what is already typed.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from lsp_server.cache import LruCache
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.tokenset import TokenSet

_TAIL = re.compile(r"\s{0,64}(?:\w{1,64}|[^\w\s]{0,4})\Z")
_REACH = 160
_CACHED_BEGINNINGS = 32


def heal_start(text: str, cursor: int) -> int:
    """The offset from which on the model is to spell the text before the cursor again."""
    floor = max(0, cursor - _REACH)
    found = _TAIL.search(text[floor:cursor])
    return cursor if found is None else floor + found.start()


class TokenIndex:
    """Finds the tokens that agree with given bytes, and those that stay in a line or begin a new one.

    `ordinary` and `in_line` are sets; `leads` are ids of tokens that begin with a line end, `blanks` those of
    tokens that are no more than blanks.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._size = len(vocabulary)
        ordinary = [i for i in range(self._size) if i not in vocabulary.special and vocabulary.tokens[i]]
        ordinary.sort(key=lambda i: vocabulary.tokens[i])
        self._sorted = [vocabulary.tokens[i] for i in ordinary]
        self._ids = np.array(ordinary, dtype=np.int64)
        self._compatible: LruCache[bytes, TokenSet] = LruCache(_CACHED_BEGINNINGS)
        self._exact: dict[bytes, list[int]] = {}
        self._tokens, self._going_on = vocabulary.tokens, dict[str, NDArray[np.bool_]]()
        for i in ordinary:
            self._exact.setdefault(vocabulary.tokens[i], []).append(i)
        self._longest = max((len(token) for token in self._sorted), default=0)
        self.ordinary = TokenSet.of(self._ids, self._size)
        breaks = (i for i in ordinary if b"\n" in vocabulary.tokens[i] or b"\r" in vocabulary.tokens[i])
        self.in_line = self.ordinary.without(breaks)
        self.blanks = frozenset(i for i in ordinary if not vocabulary.tokens[i].strip(b" \t"))
        leads = [token.lstrip(b" \t")[:1] in (b"\n", b"\r") for token in vocabulary.tokens]
        self.leads = np.flatnonzero(leads)

    def compatible(self, wanted: bytes) -> TokenSet:
        """The tokens that begin with `wanted` or that `wanted` begins with."""
        return self._compatible.get(wanted, lambda: TokenSet.of(self._find_compatible(wanted), self._size))

    def going_on(self, word: str) -> NDArray[np.bool_]:
        """By token, whether it goes on with a word of a language, as far as its first character tells.

        Args:
            word: the regular expression of a word.

        """
        found = self._going_on.get(word)
        if found is None:
            pattern, known = re.compile(word), dict[bytes, bool]()
            found = np.zeros(self._size, dtype=np.bool_)
            for token in self._ids:
                first = self._tokens[token][:1]
                if first not in known:
                    letter = first.decode("ascii", "replace")
                    known[first] = first >= b"\x80" or pattern.fullmatch(f"a{letter}a") is not None
                found[token] = known[first]
            self._going_on[word] = found
        return found

    def _find_compatible(self, wanted: bytes) -> NDArray[np.int64]:
        low = bisect_left(self._sorted, wanted)
        high = bisect_left(self._sorted, wanted + b"\xff" * (self._longest + 1))
        lengths = range(1, min(len(wanted), self._longest + 1))
        shorter = [index for length in lengths for index in self._exact.get(wanted[:length], ())]
        return np.concatenate((self._ids[low:high], np.array(shorter, dtype=np.int64)))
