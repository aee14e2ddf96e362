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


def find_device() -> Device:
    """Ask torch. Models run on the CPU, whatever else there is."""
    version = torch.version
    builds = {
        "CUDA": version.cuda,
        "ROCm": getattr(version, "hip", None),
        "XPU": getattr(version, "xpu", None),
    }
    build = next((f"{name} {of}" for name, of in builds.items() if of), "CPU")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a driver that is too old, say: that is no GPU
        gpu = torch.cuda.is_available()
    return Device(default_threads(), str(fastest_type()).removeprefix("torch."), build, gpu)
