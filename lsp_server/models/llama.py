"""The Llama network (Touvron et al. 2023) in plain torch, for weights that Holegram has trained itself.

transformers does the same, and takes longer to import than the bundled weights may take to load. Its
parameter names and conventions hold here; a test compares the two.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from lsp_server import cancellation
from lsp_server.models.adapters import Adapter
from lsp_server.models.lowrank import LowRank, SideProduct
from lsp_server.models.matrices import Matrix
from lsp_server.opening import read_bytes

PLAIN: dict[str, object] = {  # what this file computes, where Llama has a choice
    "model_type": "llama",
    "hidden_act": "silu",
    "attention_bias": False,
    "mlp_bias": False,
    "rope_scaling": None,
    "tie_word_embeddings": True,
}

_PARTS = {  # of one product, whose weights lie one below the other
    "queries_keys_values": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "output": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}

_LARGEST = 1 << 34
"""Bytes of a file of weights."""

_STEP = 64
"""For so many tokens more there is room at a time: each takes 8 KB in the bundled network, in each of the 64
texts of a team.
"""


def fastest_type() -> torch.dtype:
    """Return bfloat16 where the processor multiplies it natively (twice as fast), else float32."""
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    native = any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "arm_bf16"))
    return torch.bfloat16 if native else torch.float32


class Llama:
    """The network with its cache; a `cached.Network`."""

    stretch = 160
    """Measured with one thread: 300 tokens of the bundled network take 21.7 ms at once, 22.6 in two, 26.7 in
    three. Of 160 nothing that is done without asking takes as long as a token."""

    def __init__(self, folder: Path, dtype: torch.dtype | None = None, *, few: bool = False) -> None:
        """Load `config.json` and `model.safetensors`; `few` makes passes of few tokens fast (see `Matrix`).

        Raises OSError, ValueError or KeyError when they are wrong.
        """
        settings = json.loads(read_bytes(folder / "config.json"))
        wrong = [key for key, value in PLAIN.items() if settings.get(key, value) != value]
        if wrong:
            raise ValueError(f"config.json asks for another network ({', '.join(wrong)})")
        self.dtype = dtype or fastest_type()
        self.size = int(settings["vocab_size"])
        self._heads = int(settings["num_attention_heads"])
        self._key_heads = int(settings["num_key_value_heads"])
        self._wide = int(settings["hidden_size"]) // self._heads
        self._epsilon = float(settings["rms_norm_eps"])
        weights = load_file(folder / "model.safetensors")
        self._embedding = Matrix(weights["model.embed_tokens.weight"], self.dtype, few=few)
        self._norm = weights["model.norm.weight"].float()
        self._layers = [
            _layer(weights, f"model.layers.{n}.", self.dtype, few=few)
            for n in range(int(settings["num_hidden_layers"]))
        ]
        self._weights_file = folder / "model.safetensors"
        self._sides: Sides | None = None
        self._length = 0
        self._places: dict[tuple[int, ...], int] = {}
        """Where the ends of branches lie behind the cache."""
        self._keys = self._values = torch.zeros(0)
        self._theta = _theta(settings)
        self._capacity = int(settings["max_position_embeddings"])
        self._grow(self._capacity)

    def twin(self) -> Llama:
        """Return one with the same weights, and a cache of its own that is empty."""
        twin = copy.copy(self)
        twin._sides = None
        twin._length, twin._places = 0, {}
        twin._grow(self._capacity)
        return twin

    def fingerprint(self) -> str:
        """The SHA-256 of the file of the weights."""
        return hashlib.sha256(read_bytes(self._weights_file, largest=_LARGEST)).hexdigest()

    def fitted(self, adapter: Adapter) -> Sides:
        """An adapter as side products of the layers.

        Raises:
            ModelError: it is damaged, or of another network.

        """
        low_rank = LowRank(adapter)
        sides = Sides(
            [
                _sides(low_rank, f"model.layers.{n}.", layer, self._heads * self._wide)
                for n, layer in enumerate(self._layers)
            ]
        )
        low_rank.check_all_used()
        return sides

    def wear(self, fitted: Sides | None) -> None:
        """Compute with an adapter from now on, or without one; the cache has to be empty."""
        self._sides = fitted

    def truncate(self, length: int) -> int:
        """Forget all but the first `length` tokens."""
        if length < self._length:
            self._length, self._places = length, {}
        return self._length

    @torch.inference_mode()
    def extend(
        self, tokens: Sequence[int], count: int, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after the last `count` of `tokens`, (count, size).

        `cancelled` is asked four times in each layer.

        Raises:
            StoppedError: it was cancelled; the cache is as it was.

        """
        start, stop = self._length, self._length + len(tokens)
        mask = torch.ones(len(tokens), stop, dtype=torch.bool).tril(start) if len(tokens) > 1 else None
        states = self._through(tokens, start, torch.arange(start, stop), mask, cancelled)
        self._length, self._places = stop, {}
        return self._logits(states[-count:])

    @torch.inference_mode()
    def branches(
        self, ends: Sequence[Sequence[int]], cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after what is cached and each of some ends, (ends, size).

        What ends begin with is computed once, and lies behind the cache until that changes: there a token
        sees only those that it comes after.

        Raises:
            StoppedError: it was cancelled.

        """
        start, places = self._length, dict(self._places)
        paths = dict.fromkeys((*end[:length],) for end in ends for length in range(1, len(end) + 1))
        new = [path for path in paths if path not in places or path in map(tuple, ends)]
        first = self._filled
        places |= {path: first + number for number, path in enumerate(new)}
        mask = torch.zeros(len(new), first + len(new), dtype=torch.bool)
        mask[:, :start] = True
        for number, path in enumerate(new):
            mask[number, [places[path[:length]] for length in range(1, len(path) + 1)]] = True
        depths = torch.tensor([len(path) - 1 for path in new])
        states = self._through([path[-1] for path in new], first, start + depths, mask, cancelled)
        self._places = places
        return self._logits(states[[new.index((*end,)) for end in ends]])

    def _through(
        self,
        tokens: Sequence[int],
        start: int,
        positions: Tensor,
        mask: Tensor | None,
        cancelled: Callable[[], bool],
    ) -> Tensor:
        """The states of tokens after all layers, (tokens, wide); their keys and values lie from `start` on.

        `mask` tells what each sees of what lies there and before, (tokens, start + tokens); all if None.
        """
        stop = start + len(tokens)
        if stop > self._keys.shape[2]:
            self._grow(-(-stop // _STEP) * _STEP)
        states = self._embedding.rows(torch.tensor(tokens)).float()
        cosine, sine = self._cosine[positions], self._sine[positions]
        for number, layer in enumerate(self._layers):
            side = _NO_SIDE if self._sides is None else self._sides.layers[number]
            cancellation.check(cancelled)
            seen = functional.rms_norm(states, layer.norm.shape, layer.norm, self._epsilon)
            mixed = layer.queries_keys_values(seen, side.queries_keys_values).float()
            mixed = mixed.view(len(tokens), -1, self._wide).transpose(0, 1)
            turned = _turn(mixed[: self._heads + self._key_heads], cosine, sine)
            keys, values = self._keys[number, :, :stop], self._values[number, :, :stop]
            keys[:, start:] = turned[self._heads :]
            values[:, start:] = mixed[self._heads + self._key_heads :]
            cancellation.check(cancelled)
            attended = functional.scaled_dot_product_attention(
                turned[None, : self._heads],
                keys[None],
                values[None],
                mask,
                enable_gqa=self._heads != self._key_heads,
            )
            attended = attended[0].transpose(0, 1).reshape(len(tokens), -1)
            states = states + layer.output(attended, side.output)
            cancellation.check(cancelled)
            seen = functional.rms_norm(states, layer.inner_norm.shape, layer.inner_norm, self._epsilon)
            gate, up = layer.gate_up(seen, side.gate_up).chunk(2, dim=-1)
            cancellation.check(cancelled)
            states = states + layer.down(functional.silu(gate) * up, side.down)
        return states

    @property
    def _filled(self) -> int:
        """How many keys and values there are, with those of branches."""
        return max(self._places.values(), default=self._length - 1) + 1

    def _logits(self, states: Tensor) -> NDArray[np.float32]:
        states = functional.rms_norm(states, self._norm.shape, self._norm, self._epsilon)
        logits = self._embedding(states).float().numpy()
        return np.asarray(logits, dtype=np.float32)

    def _grow(self, capacity: int) -> None:
        """Make room for `capacity` tokens, keeping what is cached."""
        shape = (len(self._layers), self._key_heads, capacity, self._wide)
        old, filled = (self._keys, self._values), self._filled
        self._keys, self._values = torch.zeros(shape), torch.zeros(shape)
        if filled:
            self._keys[:, :, :filled] = old[0][:, :, :filled]
            self._values[:, :, :filled] = old[1][:, :, :filled]
        turns = self._theta ** (-torch.arange(0, self._wide, 2, dtype=torch.float32) / self._wide)
        angles = torch.outer(torch.arange(capacity, dtype=torch.float32), turns).repeat(1, 2)
        self._cosine, self._sine = angles.cos(), angles.sin()


@dataclass(frozen=True, slots=True)
class LayerSides:
    """The side products of one layer."""

    queries_keys_values: SideProduct | None = None
    output: SideProduct | None = None
    gate_up: SideProduct | None = None
    down: SideProduct | None = None


_NO_SIDE = LayerSides()


@dataclass(frozen=True, slots=True)
class Sides:
    """The side products of all layers: an adapter, as this network applies it."""

    layers: Sequence[LayerSides]

    @property
    def bytes(self) -> int:
        """What it takes of memory."""
        products = (getattr(layer, name) for layer in self.layers for name in LayerSides.__slots__)
        return sum(product.bytes for product in products if product is not None)


@dataclass(frozen=True, slots=True)
class _Layer:
    norm: Tensor
    inner_norm: Tensor
    queries_keys_values: Matrix
    output: Matrix
    gate_up: Matrix
    down: Matrix


def _layer(weights: dict[str, Tensor], name: str, dtype: torch.dtype, *, few: bool) -> _Layer:
    def matrix(*parts: str) -> Matrix:
        return Matrix(torch.cat([weights[f"{name}{part}.weight"] for part in parts]), dtype, few=few)

    return _Layer(
        norm=weights[f"{name}input_layernorm.weight"].float(),
        inner_norm=weights[f"{name}post_attention_layernorm.weight"].float(),
        **{part: matrix(*names) for part, names in _PARTS.items()},
    )


def _sides(low_rank: LowRank, name: str, layer: _Layer, queries: int) -> LayerSides:
    """The side products of a layer whose queries are so wide."""

    def side(part: str) -> SideProduct | None:
        rows, columns = getattr(layer, part).shape
        parts = [f"{name}{weights}" for weights in _PARTS[part]]
        even = [rows // len(parts)] * len(parts)
        sizes = [queries, *[(rows - queries) // 2] * 2] if len(parts) == 3 else even
        return low_rank.side(parts, sizes, columns)

    return LayerSides(**{part: side(part) for part in _PARTS})


def _theta(settings: dict[str, Any]) -> float:
    rope = settings.get("rope_parameters") or {}
    if rope.get("rope_type", "default") != "default":
        raise ValueError("config.json asks for scaled rotary positions")
    return float(rope.get("rope_theta") or settings.get("rope_theta") or 10_000.0)


def _turn(states: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotate by position (Su et al. 2021), halves against each other as transformers does."""
    first, second = states.chunk(2, dim=-1)
    return states * cosine + torch.cat((-second, first), dim=-1) * sine
