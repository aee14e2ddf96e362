"""A weight matrix, multiplied in the way that is fastest for the number of rows.

To decode, a token or a few are pushed through all weights, and what takes the time is to read them: a byte
for each is read in half the time of two. Prompts have hundreds of rows, and there it is the multiplying.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from lsp_server.models.lowrank import SideProduct

FEW = 8
"""Rows up to which bytes are faster: on one thread 1 row takes 0.4 of bfloat16's time, 8 take 0.7, 16 all."""

_BLOCK = 32
"""Torch multiplies bytes in blocks of so many."""

TOGETHER = 32
"""The number of rows is made a multiple of this: torch makes code of its own for each number and shape, which
takes 0.6 ms and 0.5 MB, and keeps a thousand of them. To multiply 32 rows takes 0.6 ms in all layers."""


class Matrix:
    """Weights (out, in) as `dtype`; where `few` rows shall be fast, also as bytes with a scale an output."""

    __slots__ = ("_bytes", "_scales", "_weights")

    def __init__(self, weights: Tensor, dtype: torch.dtype, *, few: bool) -> None:
        self._weights = weights.to(dtype)
        self._bytes = self._scales = None
        if few and multiply_bytes() is not None:
            scales = weights.float().abs().amax(dim=1).clamp(min=1e-12) / 127
            self._bytes = (weights.float() / scales[:, None]).round().to(torch.int8)
            self._scales = scales.to(torch.bfloat16)

    def __call__(self, states: Tensor, side: SideProduct | None = None) -> Tensor:
        """Return `states` (n, in) times the weights, (n, out), with a side product added.

        They are rounded to the type of the weights; the side product is made of them as they are.
        """
        count = len(states)
        if count > FEW:
            states = _filled(states)
        made = self._product(states.to(self._weights.dtype))
        return (made if side is None else side.added(made, states))[:count]

    @property
    def shape(self) -> tuple[int, int]:
        """How many numbers it gives, and how many it takes."""
        return self._weights.shape[0], self._weights.shape[1]

    def _product(self, states: Tensor) -> Tensor:
        multiply = multiply_bytes()
        if len(states) > FEW or self._bytes is None or multiply is None:
            return functional.linear(states, self._weights)
        return multiply(states.to(torch.bfloat16), self._bytes, self._scales).to(states.dtype)

    def rows(self, indices: Tensor) -> Tensor:
        """Return some of the weights, (n, in)."""
        return functional.embedding(indices, self._weights)


def _filled(states: Tensor) -> Tensor:
    """Return rows (n, in) with as many of zeros after them as make their number a multiple of `TOGETHER`."""
    return functional.pad(states, (0, 0, 0, -len(states) % TOGETHER))


class FewRows(nn.Linear):
    """A layer of another library's network that multiplies few rows as bytes; see `Matrix`."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer.in_features, layer.out_features, layer.bias is not None, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self._matrix = Matrix(layer.weight.detach(), layer.weight.dtype, few=True)

    def forward(self, states: Tensor) -> Tensor:
        """Return `states` (..., in) times the weights, (..., out), with what is always added."""
        count = states.numel() // self.in_features
        if count > FEW:
            return super().forward(states)
        made = self._matrix(states.reshape(count, self.in_features)).view(*states.shape[:-1], -1)
        return made if self.bias is None else made + self.bias

    @classmethod
    def put_into(cls, network: nn.Module) -> None:
        """Replace the linear layers of a network; their weights stay the same tensors, with bytes beside."""
        if multiply_bytes() is None:
            return
        for part in [*network.modules()]:
            for name, layer in [*part.named_children()]:
                if (
                    type(layer) is nn.Linear
                    and layer.in_features % _BLOCK == layer.out_features % _BLOCK == 0
                ):
                    setattr(part, name, cls(layer))


def multiply_bytes() -> Callable[..., Tensor] | None:
    """Torch's product with bytes, where it has one."""
    found: Callable[..., Tensor] | None = getattr(torch, "_weight_int8pack_mm", None)
    return found
