"""Whether `torch.compile` would pay for the bundled network: `python -m tests.bench.compiled`.

It needs a compiler of C++, which a user's machine may lack. What is timed are the layers of a network of the
same size, one token at a time, with all that helps it: shapes that never change, and no cache to write.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import torch
from torch import Tensor
from torch.nn import functional

from lsp_server.lab.figures import figure
from lsp_server.models.matrices import Matrix

_PASSES, _LENGTH = 200, 512
_WIDE, _INNER, _LAYERS, _HEADS = 256, 768, 4, 4


def main() -> None:
    """Time the layers in each way."""
    torch.set_num_threads(1)
    with torch.inference_mode():
        for weights, few in (("bytes", True), ("bfloat16", False)):
            step, states = _layers(few=few)
            _time(f"weights as {weights}", step, states)
            _time(f"weights as {weights}, compiled", torch.compile(step, dynamic=False), states)


def _time(name: str, step: Callable[[Tensor], Tensor], states: Tensor) -> None:
    """Print what the first call takes, and the others."""
    began = perf_counter()
    step(states)
    first = perf_counter() - began
    times = []
    for _ in range(_PASSES):
        began = perf_counter()
        step(states)
        times.append(1000 * (perf_counter() - began))
    found = figure(times)
    print(f"{name}: the first {first:.2f} s, then {found.p50:.2f} / {found.p95:.2f} ms", flush=True)


def _layers(*, few: bool) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """The layers for one token, all before it being cached, and states (1, width) for them."""
    shapes = ((3 * _WIDE, _WIDE), (_WIDE, _WIDE), (2 * _INNER, _WIDE), (_WIDE, _INNER))
    layers = [
        [Matrix(torch.randn(shape), torch.bfloat16, few=few) for shape in shapes] for _ in range(_LAYERS)
    ]
    cached = torch.randn(_LAYERS, 2, 1, _HEADS, _LENGTH, _WIDE // _HEADS)
    norm = torch.ones(_WIDE)

    def normal(states: Tensor) -> Tensor:
        return functional.rms_norm(states, (_WIDE,), norm).to(torch.bfloat16)

    def step(states: Tensor) -> Tensor:
        for number, (mixing, output, gate_up, down) in enumerate(layers):
            query = mixing(normal(states)).float()[:, :_WIDE].view(1, _HEADS, 1, -1)
            found = functional.scaled_dot_product_attention(query, *cached[number])
            states = states + output(found.reshape(1, -1).to(torch.bfloat16))
            gate, up = gate_up(normal(states)).chunk(2, dim=-1)
            states = states + down(functional.silu(gate) * up)
        return states

    return step, torch.randn(1, _WIDE)


if __name__ == "__main__":
    main()
