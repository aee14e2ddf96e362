"""What an adapter adds to a product with weights: a narrow product and a wide one (Hu et al. 2021, "LoRA").

Importing this imports torch. It must not know the network's layers, nor where an adapter was read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from lsp_server.errors import ModelError
from lsp_server.models.adapters import WEIGHTS, Adapter

_BEFORE, _NARROW, _WIDE = "base_model.model.", ".lora_A.weight", ".lora_B.weight"


class SideProduct:
    """Some pairs of a narrow matrix and a wide one, for weights that lie one below the other.

    What they make of states is added to what the weights make. Products so small take the least time in
    float32.
    """

    __slots__ = ("_narrow", "_wide")

    def __init__(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Take pairs of (rank, in) and (out, rank)."""
        self._narrow = torch.cat([narrow for narrow, _ in pairs]).T.contiguous()
        wide = [wide.T for _, wide in pairs]
        even = len({part.shape for part in wide}) == 1
        self._wide = (torch.stack(wide) if even else _diagonal(wide)[None]).contiguous()

    def added(self, made: Tensor, states: Tensor) -> Tensor:
        """Return what the weights made of states, (n, out), and what these pairs make of them, (n, in)."""
        count, parts = len(states), len(self._wide)
        narrow, made = states.to(self._narrow.dtype) @ self._narrow, made.float()
        if parts == 1:
            return torch.addmm(made, narrow, self._wide[0])
        wide = torch.bmm(narrow.view(count, parts, -1).transpose(0, 1), self._wide)
        return made + wide.transpose(0, 1).reshape(count, -1)

    @property
    def bytes(self) -> int:
        """What it takes of memory."""
        return sum(one.numel() * one.element_size() for one in (self._narrow, self._wide))


def _diagonal(blocks: Sequence[Tensor]) -> Tensor:
    join: Callable[..., Tensor] = torch.block_diag
    return join(*blocks)


class LowRank:
    """The matrices of an adapter by the names of the weights that they belong to, each looked at when it
    is taken.
    """

    def __init__(self, adapter: Adapter) -> None:
        """Read the weights of an adapter.

        Raises:
            ModelError: they are no safetensors, or another thing than low-rank matrices is in them.

        """
        self._path = adapter.folder / WEIGHTS
        self._scale = adapter.settings.scale
        try:
            self._tensors = load(adapter.weights)
        except (SafetensorError, ValueError, RuntimeError) as error:
            raise self._wrong(str(error).splitlines()[0]) from None
        self._left = set(self._tensors)

    def pair(self, name: str, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """The narrow matrix (rank, columns) and the wide one (rows, rank) for weights (rows, columns).

        Where the adapter has none, they have the rank 0.

        Raises:
            ModelError: they have another shape, or hold what is no number.

        """
        found = [self._tensors.get(f"{_BEFORE}{name}{end}") for end in (_NARROW, _WIDE)]
        self._left -= {f"{_BEFORE}{name}{end}" for end in (_NARROW, _WIDE)}
        narrow, wide = found
        if narrow is None and wide is None:
            return torch.zeros(0, columns), torch.zeros(rows, 0)
        if narrow is None or wide is None or narrow.ndim != 2 or wide.ndim != 2:
            raise self._wrong(f"{name} is not whole")
        if (narrow.shape[1], wide.shape[0]) != (columns, rows) or narrow.shape[0] != wide.shape[1]:
            raise self._wrong(
                f"{name} is {tuple(wide.shape)} and {tuple(narrow.shape)}, of ({rows}, {columns})"
            )
        if not (narrow.isfinite().all() and wide.isfinite().all()):
            raise self._wrong(f"{name} holds what is no number")
        return narrow.float(), wide.float() * self._scale

    def side(self, names: Sequence[str], sizes: Sequence[int], columns: int) -> SideProduct | None:
        """The side product of several weights, one below the other, each with so many rows."""
        pairs = [self.pair(name, rows, columns) for name, rows in zip(names, sizes, strict=True)]
        if not any(len(narrow) for narrow, _ in pairs):
            return None
        return SideProduct(pairs)

    def check_all_used(self) -> None:
        """Refuse what is there beyond the weights that the network has.

        Raises:
            ModelError: there is something.

        """
        if self._left:
            raise self._wrong(f"{min(self._left)[:80]} is none of this network's")

    def _wrong(self, reason: str) -> ModelError:
        return ModelError(f"the adapter does not fit: {reason}", path=self._path, remedy="tune again")
