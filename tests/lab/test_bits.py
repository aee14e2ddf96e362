"""Bits for each byte: who knows the text pays next to nothing, who knows nothing pays its logarithm."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server.decoding import Model
from lsp_server.decoding.model import Vocabulary
from lsp_server.lab.quality.bits import FILL, PLAIN, measure_bits
from lsp_server.languages import load_registry
from lsp_server.languages.sources import Source
from lsp_server.text import Span

LANGUAGE = load_registry().by_id("graphql")
SOURCES = [Source("a.graphql", "type Book {\n  title: String\n  pages: Int\n}\n" * 6)]
BYTES = Vocabulary(
    (*(bytes([n]) for n in range(256)), b""), frozenset({256}), 256, lambda text: [*text.encode()]
)


@dataclass
class Bytes:
    """A model of single bytes; it is sure of what `knows` tells it of a text, and of nothing else."""

    knows: Callable[[bytes], int | None]
    name: str = "bytes"
    vocabulary: Vocabulary = BYTES
    at_once: int = 1
    room: int = 1000
    asked: list[int] = field(default_factory=list)

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        return [*text[: hole.start].encode()] or [0]

    def chat(self, messages: Sequence[object], begun: str = "") -> None:
        return None

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        self.asked.append(count)
        rows = np.zeros((count, 257), dtype=np.float32)
        for row in range(count):
            sure = self.knows(bytes(tokens[: len(tokens) - count + 1 + row]))
            if sure is not None:
                rows[row, sure] = 40.0
        return rows


def measured(model: Model) -> dict[str, float]:
    return {row.kind: row.bits_per_byte for row in measure_bits(LANGUAGE, SOURCES, model, places=20)}


def test_a_model_that_knows_nothing_pays_the_same_for_each_byte() -> None:
    bits = measured(Bytes(lambda before: None))
    assert bits[PLAIN] == pytest.approx(math.log2(257))
    assert bits[FILL] > bits[PLAIN]  # for the end too


def test_a_model_that_knows_what_follows_pays_for_nothing_but_the_end() -> None:
    text = SOURCES[0].text.encode()

    def follows(before: bytes) -> int | None:
        return text[len(before)] if text.startswith(before) and len(before) < len(text) else None

    bits = measured(Bytes(follows))
    assert bits[PLAIN] == pytest.approx(0, abs=1e-6)
    assert bits[FILL] > 1  # it would rather go on


def test_the_same_places_are_drawn_for_every_model() -> None:
    first, second = Bytes(lambda before: None), Bytes(lambda before: 10)
    measured(first)
    measured(second)
    assert first.asked == second.asked
