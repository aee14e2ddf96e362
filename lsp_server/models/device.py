"""What torch computes on here. Importing this imports torch."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import torch

from lsp_server.models.llama import fastest_type
from lsp_server.models.threads import default_threads


@dataclass(frozen=True, slots=True)
class Device:
    """`threads` are those of one computation by default, `type` is the number type of the bundled network.

    `build` is what torch was built for (`CPU`, `CUDA 12.8`), `gpu` whether it finds one that it can use.
    """

    threads: int
    type: str
    build: str
    gpu: bool


def find_gpu() -> torch.device | None:
    """What torch computes on beside the CPU, if there is anything: CUDA, ROCm, or Apple's MPS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a driver that is too old, say: that is no GPU
        return torch.accelerator.current_accelerator(check_available=True)


def find_device() -> Device:
    """Ask torch. The bundled model runs on the CPU, whatever else there is."""
    version = torch.version
    builds = {
        "CUDA": version.cuda,
        "ROCm": getattr(version, "hip", None),
        "XPU": getattr(version, "xpu", None),
    }
    build = next((f"{name} {of}" for name, of in builds.items() if of), "CPU")
    number = str(fastest_type()).removeprefix("torch.")
    return Device(default_threads(), number, build, find_gpu() is not None)
