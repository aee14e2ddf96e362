"""How well a model predicts what people wrote: bits for each byte, of the rest of a line and of what follows.

It asks the model alone, as the product asks it, and nothing of the grammar. Models with different tokens are
compared by bytes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lsp_server.decoding import Model
from lsp_server.lab.quality.filling import draw_code
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.text import Span

PLAIN, FILL = "plain", "fill"
_FOLLOWS = 400
"""Characters that are predicted of what follows a cursor."""


@dataclass(frozen=True, slots=True)
class BitsRow:
    """What the texts of one kind cost, over so many `places`.

    `plain` is what follows a place in a file of which nothing is known behind it; `fill` the rest of a line
    with the text on both sides, and the decision to end there.
    """

    kind: str
    places: int
    bytes: int
    bits_per_byte: float


def measure_bits(
    language: Language,
    sources: Sequence[Source],
    model: Model,
    *,
    places: int,
    seed: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[BitsRow, ...]:
    """Draw so many places of each kind, the same for every model.

    Raises:
        UsageError: no file has a place.

    """
    rng = random.Random(f"{seed}/bits")  # noqa: S311
    bits, size = dict.fromkeys((PLAIN, FILL), 0.0), dict.fromkeys((PLAIN, FILL), 0)
    for done in range(1, places + 1):
        _, cut = draw_code(language, sources, "rest-of-line", rng)
        end = cut.start + _FOLLOWS
        asked = {
            PLAIN: (cut.original[: cut.start], cut.original[cut.start : end]),
            FILL: (cut.text, cut.removed),
        }
        for kind, (text, wanted) in asked.items():
            prompt = model.prompt(text, Span(cut.start, cut.start), language.id)
            ids = [*model.vocabulary.encode(wanted), *([model.vocabulary.end] if kind == FILL else ())]
            bits[kind] += bits_of(model, prompt, ids)
            size[kind] += len(wanted.encode())
        progress(done)
    return tuple(BitsRow(kind, places, size[kind], bits[kind] / size[kind]) for kind in bits)


def bits_of(model: Model, prompt: Sequence[int], ids: Sequence[int]) -> float:
    """What some tokens cost behind a prompt."""
    rows = model.next_logits([*prompt, *ids[:-1]], len(ids)).astype(np.float64)
    rows -= rows.max(axis=1, keepdims=True)
    logs = rows[np.arange(len(ids)), ids] - np.log(np.exp(rows).sum(axis=1))
    return float(-logs.sum() / math.log(2))
