"""Logits after several tokens from one pass of the model, where the text suggests which tokens come next.

A pass over a few tokens takes hardly longer than over one. What followed an earlier occurrence of the last
tokens is a fair guess of what follows them now (Saxena 2023, "Prompt Lookup Decoding"). A guess decides
nothing: where another token is taken, the rows after it are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lsp_server.decoding.model import Model

_LONGEST = 4
"""An occurrence with so many tokens in common is as good as any."""


class Drafts:
    """A model's logits, one row at a time; `passes` counts how often the model was run for them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._tokens: list[int] = []
        self._rows: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._first = 0
        self.passes = 0

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """The logits after some tokens, of shape (vocabulary size,)."""
        row = len(tokens) - self._first
        if not (0 <= row < len(self._rows) and self._tokens[: len(tokens)] == [*tokens]):
            draft = drafted(tokens, self._model.at_once - 1)
            self._tokens, self._first, row = [*tokens, *draft], len(tokens), 0
            self._rows = self._model.next_logits(self._tokens, len(draft) + 1)
            self.passes += 1
        found: NDArray[np.float32] = self._rows[row]
        return found


def drafted(tokens: Sequence[int], most: int) -> Sequence[int]:
    """What followed an earlier occurrence of the end, at most so many tokens.

    It is the one that has most tokens in common, and of several the last.
    """
    end = len(tokens) - 1
    best, length = end, 0
    for place in range(end - 1, -1, -1):
        if tokens[place] == tokens[end]:
            same = 1
            while same < min(_LONGEST, place + 1) and tokens[place - same] == tokens[end - same]:
                same += 1
            if same > length:
                best, length = place, same
                if same == _LONGEST:
                    break
    return tokens[best + 1 : min(best + 1 + most, end + 1)]
