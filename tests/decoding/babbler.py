"""A model without sense: logits that look random and are the same for the same tokens."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.decoding import Vocabulary
from lsp_server.decoding.model import Message
from lsp_server.models.scripted import ScriptedModel
from lsp_server.text import Span


class Babbler:
    """Prefers some of the tokens it is given to single bytes, and ends now and then.

    `calls` counts the calls of `next_logits`.
    """

    name = "babbler"
    at_once = 1
    room = 0

    def __init__(self, tokens: Sequence[str | bytes], seed: int) -> None:
        self._inner = ScriptedModel({}, tokens)
        self._seed = seed
        self.calls = 0

    @property
    def vocabulary(self) -> Vocabulary:
        """The bytes, the given tokens, an end."""
        return self._inner.vocabulary

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int] | None:
        """None: it follows no instructions."""
        return None

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """As the scripted model does it."""
        return self._inner.prompt(text, hole, language_id)

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Noise that depends on the seed and on all tokens."""
        cancellation.check(cancelled)
        self.calls += 1
        rows = [self._row(tokens[: len(tokens) - back]) for back in reversed(range(count))]
        return np.stack(rows)

    def _row(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        noise = np.random.default_rng([self._seed, zlib.crc32(repr(list(tokens)).encode())])
        row = noise.normal(size=len(self.vocabulary)).astype(np.float32)
        row[256:] += 1.5
        return row
