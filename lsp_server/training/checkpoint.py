"""What a run writes: checkpoints to resume from and weights to load. Safetensors and JSON only, no pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from lsp_server.errors import ModelError
from lsp_server.training.config import NetworkShape
from lsp_server.training.tokens import END, PREFIX, SUFFIX, language_token

CHECKPOINT = "checkpoint.safetensors"
WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run has come; `elapsed` in seconds over all sittings, `loss` the running mean in nats per
    token.
    """

    step: int = 0
    tokens: int = 0
    elapsed: float = 0.0
    loss: float = 0.0


def save(
    folder: Path, network: nn.Module, optimizers: Sequence[torch.optim.Optimizer], state: RunState
) -> None:
    """Write the checkpoint, what is learnt alone; a reader sees the old one or the new one, never half of
    one.

    Raises ModelError when it cannot be written; the old one is still there then.
    """
    tensors = {
        f"network.{name}": parameter.detach()
        for name, parameter in network.named_parameters()
        if parameter.requires_grad
    }
    for number, optimizer in enumerate(optimizers):
        for index, entries in optimizer.state_dict()["state"].items():
            for name, value in entries.items():
                tensors[f"optimizer.{number}.{index}.{name}"] = torch.as_tensor(value)
    facts = {name: repr(getattr(state, name)) for name in ("step", "tokens", "elapsed", "loss")}
    _write(folder / CHECKPOINT, tensors, facts)


def restore(folder: Path, network: nn.Module, optimizers: Sequence[torch.optim.Optimizer]) -> RunState:
    """Load the checkpoint into network and optimizers.

    Raises ModelError when there is none or when it belongs to a network of another shape.
    """
    path = folder / CHECKPOINT
    if not path.is_file():
        raise ModelError("no checkpoint to resume", path=path, remedy="start without --resume")
    parameters = {name: one for name, one in network.named_parameters() if one.requires_grad}
    try:
        tensors = load_file(path, device=str(next(iter(parameters.values())).device))
        with safe_open(path, framework="pt") as file:
            facts = file.metadata()
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"the checkpoint is damaged: {error}", path=path, remedy="start without --resume"
        ) from None
    for name, parameter in parameters.items():
        saved = tensors.get(f"network.{name}")
        if saved is None or saved.shape != parameter.shape:
            raise ModelError("the checkpoint is of another shape", path=path, remedy="start without --resume")
        parameter.data.copy_(saved)
    for number, optimizer in enumerate(optimizers):
        entries: dict[int, dict[str, Tensor]] = {}
        for key, tensor in tensors.items():
            kind, *rest = key.split(".", 3)
            if kind == "optimizer" and int(rest[0]) == number:
                entries.setdefault(int(rest[1]), {})[rest[2]] = tensor
        content = optimizer.state_dict()
        optimizer.load_state_dict({"state": entries, "param_groups": content["param_groups"]})
    return RunState(int(facts["step"]), int(facts["tokens"]), float(facts["elapsed"]), float(facts["loss"]))


def load_export(folder: Path, network: LlamaForCausalLM) -> None:
    """Give a network the weights of a folder that `export` wrote.

    Raises ModelError when there are none, or of another shape.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelError("no weights to go on from", path=path, remedy="give the folder of a finished model")
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"cannot be read: {error}", path=path, remedy="export the model again") from None
    for name, parameter in network.named_parameters():
        saved = tensors.get(name)
        if saved is None or saved.shape != parameter.shape:
            raise ModelError("the weights are of another shape", path=path, remedy="give their own shape")
        parameter.data.copy_(saved)


def export(
    folder: Path, network: LlamaForCausalLM, tokenizer: Tokenizer, tags: Sequence[str], shape: NetworkShape
) -> None:
    """Write weights (bfloat16), tokenizer, configuration and prompt rule, as `models.load_model` reads
    them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: parameter.detach().to("cpu", torch.bfloat16).contiguous()
        for name, parameter in network.named_parameters()
    }
    _write(folder / WEIGHTS, weights, {"format": "pt"})
    settings = network.config.to_diff_dict() | {"architectures": ["LlamaForCausalLM"], "dtype": "bfloat16"}
    settings.pop("transformers_version", None)
    _write_json(folder / "config.json", settings)
    tokenizer.save(str(folder / "tokenizer.json"))
    rule = {
        "order": "suffix-prefix-middle",
        "languages": {tag: language_token(tag) for tag in tags},
        "suffix": SUFFIX,
        "prefix": PREFIX,
        "end": END,
        "window": shape.window,
        "suffix_tokens": shape.suffix,
    }
    _write_json(folder / "holegram.json", rule)


def _write(path: Path, tensors: dict[str, Tensor], facts: dict[str, str]) -> None:
    draft = path.with_suffix(".partial")
    try:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, draft, facts)
        draft.chmod(0o644)
        os.replace(draft, path)
    except (SafetensorError, OSError) as error:
        draft.unlink(missing_ok=True)
        reason = str(error).splitlines()[0]
        raise ModelError(
            f"cannot be written: {reason}", path=path, remedy="make room on the disk, and use --resume"
        ) from None


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
