"""Held-out cost in bits per byte, language by language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import torch
from torch.nn import functional
from transformers import LlamaForCausalLM

from lsp_server.training.config import HeldOutCost, NetworkShape, Recipe
from lsp_server.training.corpus import TrainingText
from lsp_server.training.network import states_of
from lsp_server.training.samples import Batch, Codec, TrainingHole, line_around, sample

ROWS = 8


def measure(
    network: LlamaForCausalLM, codec: Codec, documents: Sequence[TrainingText], shape: NetworkShape, each: int
) -> Mapping[str, HeldOutCost]:
    """Score up to `each` windows per language, the same ones on every call."""
    groups: dict[str, list[TrainingText]] = {}
    for document in documents:
        groups.setdefault(document.tag, []).append(document)
    return {tag: _score(network, codec, groups[tag], shape, each) for tag in sorted(groups)}


def _score(
    network: LlamaForCausalLM, codec: Codec, documents: Sequence[TrainingText], shape: NetworkShape, each: int
) -> HeldOutCost:
    random = Random(0)  # noqa: S311 - samples, not secrets
    chosen = list(documents)
    random.shuffle(chosen)
    chosen = (chosen * math.ceil(each / len(chosen)))[:each] if len(chosen) < each else chosen[:each]
    plain, fill = [], []
    recipe = Recipe(middle=2.0)
    for document in chosen:
        length = len(document.text)
        end = random.randint(min(length, 1200), length)
        ids, weights = sample(
            document, TrainingHole(end, end, open=True), codec, recipe, shape, shape.window, document.tag
        )
        plain.append((ids, [float(weight > 0) for weight in weights]))
        at = random.randrange(length)
        _, stop = line_around(document.text, at)
        hole = TrainingHole(min(at, stop), stop)
        ids, weights = sample(document, hole, codec, recipe, shape, shape.window, document.tag)
        fill.append((ids, [float(weight > 1) for weight in weights]))
    sizes = np.array([len(codec.bytes_of(index)) for index in range(codec.tokenizer.get_vocab_size())])
    return HeldOutCost(_bits(network, plain, sizes, shape), _bits(network, fill, sizes, shape))


@torch.inference_mode()
def _bits(
    network: LlamaForCausalLM,
    pieces: Sequence[tuple[list[int], list[float]]],
    sizes: np.ndarray,
    shape: NetworkShape,
) -> float:
    """Cost in bits of the weighted tokens by the bytes that they spell."""
    nats, spelled = 0.0, 0
    for first in range(0, len(pieces), ROWS):
        some = pieces[first : first + ROWS]
        size = (len(some), shape.window)
        batch = Batch(
            np.zeros(size, np.int64), np.zeros(size, np.int64), np.full(size, -1), np.zeros(size, np.float32)
        )
        for row, (ids, weights) in enumerate(some):
            count = len(ids)
            batch.ids[row, :count] = ids
            batch.positions[row, :count] = np.arange(count)
            batch.samples[row, :count] = 0
            batch.weights[row, : count - 1] = weights[1:]
            spelled += int(sizes[np.array(ids)][np.array(weights) > 0].sum())
        hidden, targets, _ = states_of(network, batch)
        logits = functional.linear(hidden.float(), network.lm_head.weight)
        nats += functional.cross_entropy(logits, targets, reduction="sum").item()
    return nats / math.log(2) / max(spelled, 1)
