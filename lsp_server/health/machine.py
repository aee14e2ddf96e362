"""The machine: its Python, its cores, and what torch makes of them."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata

from lsp_server.health.report import Advice, DeviceReport, MachineReport

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_OFF = ("", "0", "false", "no", "off")


def machine() -> tuple[MachineReport, tuple[Advice, ...]]:
    """What can be told without torch."""
    found = MachineReport(
        python=platform.python_version(),
        executable=sys.executable,
        system=f"{platform.system()} {platform.machine()}",
        cores=_cores(),
    )
    advice = []
    if found.cores < 2:
        text = "editor, server and model share one core, so suggestions are slow (use two cores or more)"
        advice.append(Advice(text, harmless=True))
    for name in _OFFLINE:
        if os.environ.get(name, "").strip().lower() not in _OFF:
            text = f"{name} is set: only models that are on this machine load (unset it to fetch one)"
            advice.append(Advice(text, harmless=True))
    return found, tuple(advice)


def device() -> tuple[DeviceReport, tuple[Advice, ...]]:
    """What torch says.

    Raises:
        ImportError: it cannot be imported.

    """
    from lsp_server.models.device import find_device

    here = find_device()
    threads = f"{here.threads} thread{'' if here.threads == 1 else 's'}"
    found = DeviceReport(f"CPU, {threads}, {here.type}", here.build)
    if here.build == "CPU" or here.gpu:
        return found, ()
    size = sum(map(_size, _built_for_gpus())) / 1e9
    text = f"torch is a {here.build} build of {size:.1f} GB, but this machine has no GPU"
    return found, (Advice(f"{text} (the CPU build of torch is enough)", harmless=True),)


def _cores() -> int:
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def _built_for_gpus() -> list[metadata.Distribution]:
    """Torch, and the packages that only its builds for GPUs bring."""
    brought = ("nvidia-", "triton", "pytorch-triton")
    named = [(str(one.metadata["Name"]).lower(), one) for one in metadata.distributions()]
    return [one for name, one in named if name == "torch" or name.startswith(brought)]


def _size(package: metadata.Distribution) -> int:
    return sum(file.size or 0 for file in package.files or ())
