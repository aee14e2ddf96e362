"""Times the bundled model under adapters: what one takes of memory, to switch to it, and for each token."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, thread_time

import numpy as np
from safetensors.numpy import save

from lsp_server.errors import UsageError
from lsp_server.lab.figures import Figure, figure
from lsp_server.models.adapters import Card, LoraSettings, install
from lsp_server.models.cached import CachedModel

COUNTS = (1, 4, 16)
_RANK = 16
_PROMPT, _TOKENS, _ROUNDS = 120, 16, 6
_PARTS = {  # rows and columns of the bundled model's weights
    **dict.fromkeys(
        ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"), (256, 256)
    ),
    **dict.fromkeys(("mlp.gate_proj", "mlp.up_proj"), (768, 256)),
    "mlp.down_proj": (256, 768),
}
_LAYERS = 4


@dataclass(frozen=True, slots=True)
class AdapterReport:
    """What so many adapters cost, asked in turn.

    `megabytes` are those of each, `switch` the milliseconds until the model wears another one. `slowdown`
    is the processor's time for a token to that of the model without one, which merged weights would take
    too: the median of rounds in which both take turns.
    """

    adapters: int
    megabytes: float
    switch: Figure
    token: Figure
    slowdown: float


def measure_adapters(model: CachedModel, seed: int = 0) -> list[AdapterReport]:
    """Make adapters of random weights, and ask the bundled model under each in turn.

    Raises:
        UsageError: it is another model.

    """
    if model.name != "bundled":
        raise UsageError("only the bundled model is measured", remedy="leave --model out")
    with _made(model, max(COUNTS), seed) as directory:
        return [_report(model, directory, count, seed) for count in COUNTS]


def _report(model: CachedModel, directory: Path, count: int, seed: int) -> AdapterReport:
    rng = Random(seed)  # noqa: S311 - tokens, not secrets
    names = [f"a{number}" for number in range(count)]
    views = {name: model.with_adapter(name, directory) for name in names}
    switches, tokens, plain = list[float](), list[float](), list[float]()
    slower: list[float] = []
    for _ in range(_ROUNDS):
        for name in names:
            began = perf_counter()
            worn = model.with_adapter(name, directory)
            switches.append(1000 * (perf_counter() - began))
            one, other = _tokens(worn, rng), _tokens(model, rng)
            tokens += one
            plain += other
            slower.append(median(one) / median(other))
    size = sum(view.worn_bytes for view in views.values()) / count
    return AdapterReport(count, size / 1e6, figure(switches), figure(tokens), median(slower))


def _tokens(model: CachedModel, rng: Random) -> list[float]:
    """The milliseconds of the processor for each of some tokens after a prompt."""
    ids = range(300, len(model.vocabulary))
    text, times = rng.choices(ids, k=_PROMPT), list[float]()
    model.next_logits(text)
    for _ in range(_TOKENS):
        text.append(rng.choice(ids))
        began = thread_time()
        model.next_logits(text)
        times.append(1000 * (thread_time() - began))
    return times


@contextmanager
def _made(model: CachedModel, count: int, seed: int) -> Iterator[Path]:
    generator = np.random.default_rng(seed)
    settings = LoraSettings(_RANK, 2.0 * _RANK, tuple(sorted({part.rpartition(".")[2] for part in _PARTS})))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            tensors = {}
            for layer in range(_LAYERS):
                for part, (rows, columns) in _PARTS.items():
                    name = f"base_model.model.model.layers.{layer}.{part}"
                    narrow, wide = generator.normal(0, 0.02, (2, _RANK, max(rows, columns))).astype(
                        np.float16
                    )
                    tensors[f"{name}.lora_A.weight"] = np.ascontiguousarray(narrow[:, :columns])
                    tensors[f"{name}.lora_B.weight"] = np.ascontiguousarray(wide[:, :rows].T)
            data = save(tensors)
            card = Card(model.name, model.fingerprint(), "other", "", hashlib.sha256(data).hexdigest())
            install(f"a{number}", card, settings, data, Path(folder))
        yield Path(folder)
