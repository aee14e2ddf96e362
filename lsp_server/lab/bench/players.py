"""A model that takes no time, says what it is told or says anything, and notes when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.decoding import Vocabulary
from lsp_server.decoding.model import Message
from lsp_server.text import Span

_WISH = 30.0
_ROWS = 61
"""Rows of noise are taken in turn from so many; a prime, so that paths do not repeat them in step."""


class Player:
    """A `decoding.Model` that plays one text, token by token, and then wants to end; or noise.

    If it is `hasty`, it spells what was begun by itself and wants to end right there; where it may not, it
    goes on with the text.

    Between two calls of `next_logits` the decode loop does all that it does for one token, so `steps` holds
    what each token cost in milliseconds, the model left out. Where a path ended in between, which is then cut
    back or closed, and another began, `endings` holds it.
    """

    name = "player"
    at_once = 1
    room = 0

    def __init__(
        self, vocabulary: Vocabulary, *, noise: bool = False, hasty: bool = False, seed: int = 0
    ) -> None:
        self.vocabulary = vocabulary
        self.steps: list[float] = []
        self.endings: list[float] = []
        self.calls = 0
        self._rows: NDArray[np.float32] | None = None
        if noise:
            self._rows = np.random.default_rng(seed).normal(size=(_ROWS, len(vocabulary))).astype(np.float32)
        self._flat = np.zeros(len(vocabulary), dtype=np.float32)
        self._ids = {token: index for index, token in enumerate(vocabulary.tokens) if token}
        self._longest = max(map(len, self._ids), default=0)
        self._hasty = hasty
        self._wish = ""
        self._text = self._begun = b""
        self._left: float | None = None

    def play(self, wish: str) -> None:
        """Say this wish, after what stands in the hole already."""
        self._wish = wish
        self._left = None
        self.calls = 0

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int] | None:
        """None: it follows no instructions."""
        return None

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """One token: only what is healed is of interest."""
        self._begun = text[hole.start : hole.end].encode(errors="replace")
        self._text = self._begun + self._wish.encode(errors="replace")
        return [self.vocabulary.end]

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Logits after the last token; shape (1, vocabulary size)."""
        cancellation.check(cancelled)
        if self._left is not None:
            times = self.endings if len(tokens) == 1 else self.steps
            times.append(1000 * (thread_time() - self._left))
        self.calls += 1
        row = self._noise(tokens) if self._rows is not None else self._next(tokens)
        self._left = thread_time()
        return row[np.newaxis]

    def _noise(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        assert self._rows is not None
        row: NDArray[np.float32] = self._rows[(sum(tokens) + len(tokens)) % _ROWS]
        return row

    def _next(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        spelled = self.vocabulary.bytes_of(tokens[1:])
        text = self._begun if self._hasty and len(spelled) < len(self._begun) else self._text
        left = text[len(spelled) :] if text.startswith(spelled) else b""
        row = self._flat.copy()
        lengths = range(min(len(left), self._longest), 0, -1)
        wanted = (self._ids[left[:length]] for length in lengths if left[:length] in self._ids)
        row[next(wanted, self.vocabulary.end)] = _WISH
        if self._hasty and spelled == self._begun:
            row[self.vocabulary.end] = 2 * _WISH
        return row
