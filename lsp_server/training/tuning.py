"""`tune`: what a base learns from a user's own files, as an adapter (Hu et al. 2021, "LoRA").

The base itself stays as it is. It must not know how good the outcome is, nor where adapters are installed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
import transformers
from platformdirs import user_cache_path
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForCausalLM, LlamaForCausalLM

from lsp_server.errors import DocumentError, UsageError
from lsp_server.models.adapters import LoraSettings
from lsp_server.models.cached import CachedModel
from lsp_server.models.llama import fastest_type
from lsp_server.models.loading import BUNDLED
from lsp_server.models.prompting import RULE
from lsp_server.models.transformers_model import load_peft
from lsp_server.opening import read_bytes, write_private
from lsp_server.text import Span
from lsp_server.training import checkpoint
from lsp_server.training.config import NetworkShape, Recipe, TrainingConfig, TrainingProgress
from lsp_server.training.corpus import OTHER, TrainingText
from lsp_server.training.material import Material
from lsp_server.training.network import loss_of
from lsp_server.training.samples import Batch, Codec, Drawer, cut, draw_batch, make_codec, make_drawer
from lsp_server.training.steps import Training, run_steps

RANK = 16
"""Of the adapters of the bundled model: 0.65 MB. Measured on the files of one project, after 100 steps."""

RECIPE = Recipe(rate=3e-3, warmup=0.05, untagged=0.0, evaluate_every=1_000_000, save_every=20)
OTHER_RECIPE = Recipe(rows=4, rate=3e-4, warmup=0.05, untagged=0.0, evaluate_every=1_000_000, save_every=20)
"""For bases of the transformers library, which have more to lose."""

PASSES, FEWEST, MOST = 10, 60, 600
"""Where nothing limits a run, it sees the files so often, in so many steps at least and at most."""

_WINDOW = 512
_RUN, _LOCK = "run.json", "run.lock"
_LORA = "default"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a run left: an adapter's settings and weights, and what it took."""

    settings: LoraSettings
    weights: bytes
    steps: int
    tokens: int
    elapsed: float
    loss: float


def tune(
    base: CachedModel,
    name: str | None,
    language: str,
    material: Material,
    config: TrainingConfig,
    report: Callable[[TrainingProgress], None],
) -> Tuned:
    """Learn from some files, or go on from the checkpoint in `config.output`.

    Args:
        base: the model, as suggestions are made with it.
        name: its name or folder, None for the bundled one.
        language: the id of the files' language.
        material: what to learn from.
        config: the limits and the folder of the run; its sources and its shape do not count.
        report: is called after every step.

    Raises:
        UsageError: another run uses the folder, or it has the checkpoint of another one to go on from.
        ModelError: the base cannot fill in the middle, or a checkpoint cannot be read or written.

    """
    if not base.rule.suffix:
        raise UsageError(
            f"the model {base.name} cannot fill in the middle", remedy="name one that was trained for it"
        )
    with _alone(config.output):
        facts = {
            "base": base.fingerprint(),
            "language": language,
            "files": material.digest,
            "seed": str(config.seed),
            "steps": str(config.steps),
        }
        _check_run(config, facts)
        if config.threads is not None:
            torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        network, settings = _with_lora(_network_of(name))
        training = _training(network, base, name, language, material, config)
        resumes = config.resume and (config.output / checkpoint.CHECKPOINT).is_file()
        state = (
            checkpoint.restore(config.output, network, training.optimizers)
            if resumes
            else checkpoint.RunState()
        )
        state = run_steps(training, config, state, report)
        return Tuned(settings, _weights(network), state.step, state.tokens, state.elapsed, state.loss)


def run_directory() -> Path:
    """Where runs keep what they need to be resumed."""
    return user_cache_path("holegram", appauthor=False) / "tune"


def steps_for(material: Material, base: CachedModel) -> int:
    """How many steps a run makes that nothing limits."""
    tokens = sum(len(base.vocabulary.encode(source.text)) for source in material.training)
    recipe = recipe_of(base)
    return min(max(FEWEST, PASSES * tokens // (recipe.rows * _WINDOW)), MOST)


def recipe_of(base: CachedModel) -> Recipe:
    """How a base is tuned."""
    return RECIPE if base.rule.languages else OTHER_RECIPE


def _training(
    network: Any,
    base: CachedModel,
    name: str | None,
    language: str,
    material: Material,
    config: TrainingConfig,
) -> Training:
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=config.recipe.rate, betas=(0.9, 0.98), weight_decay=0.0)
    folder = _own_folder(name)
    codec = None if folder is None else _codec(folder)
    tag = language if codec is None or language in codec.languages else OTHER
    drawer = make_drawer([TrainingText(source.text, tag) for source in material.training], config.recipe)
    if codec is None:
        return Training(
            network,
            [optimizer],
            draw=lambda random: _draw(drawer, base, language, config.recipe, random),
            loss=lambda batch: _loss_of_any(network, batch),
            measure=dict,
        )
    shape = NetworkShape(window=min(_WINDOW, base.rule.window), suffix=base.rule.suffix_tokens)
    return Training(
        network,
        [optimizer],
        draw=lambda random: draw_batch(drawer, codec, config.recipe, shape, random),
        loss=lambda batch: loss_of(network, batch),
        measure=dict,
    )


def _own_folder(name: str | None) -> Path | None:
    """The folder of a base that Holegram has trained itself."""
    folder = BUNDLED if name is None else Path(name).expanduser()
    return folder if (folder / RULE).is_file() else None


def _network_of(name: str | None) -> Any:
    messages: Any = transformers.utils.logging
    messages.set_verbosity_error()
    messages.disable_progress_bar()
    folder = _own_folder(name)
    if folder is not None:
        network: Any = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    else:
        network = AutoModelForCausalLM.from_pretrained(
            str(name),
            dtype=fastest_type(),
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
    network.set_attn_implementation("sdpa")
    return network.to(_device())


def _device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _with_lora(network: Any) -> tuple[Any, LoraSettings]:
    """Put narrow matrices beside all weights of the layers; nothing else is learnt."""
    peft = load_peft()
    inside = (path for path, part in network.named_modules() if isinstance(part, torch.nn.Linear))
    targets = tuple(sorted({path.rpartition(".")[2] for path in inside if "layers." in path}))
    settings = LoraSettings(RANK, 2.0 * RANK, targets)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    config = peft.LoraConfig(r=RANK, lora_alpha=2 * RANK, lora_dropout=0.0, target_modules=[*targets])
    network = peft.inject_adapter_in_model(config, network, _LORA)
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return network, settings


def _weights(network: Any) -> bytes:
    """What was learnt, as `peft` keeps it."""
    tensors: dict[str, Tensor] = {}
    for path, part in network.named_modules():
        if _LORA in getattr(part, "lora_A", ()):
            for kind, matrices in (("lora_A", part.lora_A), ("lora_B", part.lora_B)):
                weight = matrices[_LORA].weight.detach().to("cpu", torch.bfloat16)
                tensors[f"base_model.model.{path}.{kind}.weight"] = weight.contiguous()
    return save(tensors, {"format": "pt"})


def _codec(folder: Path) -> Codec:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(read_bytes(folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return make_codec(tokenizer, tuple(json.loads(read_bytes(folder / RULE))["languages"]))


def _draw(drawer: Drawer, base: CachedModel, language: str, recipe: Recipe, random: Random) -> Batch:
    """Rows of one sample each: the prompt of a hole, as the model is asked, what stood in it, and the end."""
    import numpy as np

    size = (recipe.rows, _WINDOW)
    ids, samples = np.full(size, base.vocabulary.end, np.int64), np.full(size, -1, np.int64)
    weights = np.zeros(size, np.float32)
    for row in range(recipe.rows):
        text = drawer.draw(random).text
        hole = cut(text, random)
        removed = base.vocabulary.encode(text[hole.start : hole.end])[: _WINDOW // 4]
        prompt = base.prompt(text, Span(hole.start, len(text) if hole.open else hole.end), language)
        prompt = prompt[-(_WINDOW - len(removed) - 1) :]
        piece = [*prompt, *removed, base.vocabulary.end]
        ids[row, : len(piece)], samples[row, : len(piece)] = piece, 0
        weights[row, len(prompt) - 1 : len(piece) - (2 if hole.open else 1)] = 1.0
    return Batch(ids, np.broadcast_to(np.arange(_WINDOW), size), samples, weights)


def _loss_of_any(network: Any, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss of any network, row by row: only those logits are made that count."""
    total, weight = torch.zeros(()), torch.zeros(())
    for ids, samples, weights in zip(batch.ids, batch.samples, batch.weights, strict=True):
        length = int((samples >= 0).sum())
        row = torch.from_numpy(ids[:length]).to(network.device)
        wanted = torch.from_numpy(weights[: length - 1] > 0).nonzero()[:, 0].to(network.device)
        logits = network(input_ids=row[None], use_cache=False, logits_to_keep=wanted).logits[0].float()
        total = total + functional.cross_entropy(logits, row[wanted + 1], reduction="sum").cpu()
        weight = weight + len(wanted)
    return total, weight


def _check_run(config: TrainingConfig, facts: dict[str, str]) -> None:
    """Refuse to go on with another run than that in the folder; say there which one it is."""
    path = config.output / _RUN
    try:
        known = json.loads(read_bytes(path)) if config.resume else None
    except (DocumentError, ValueError):
        known = None
    if known is not None and known != facts:
        different = ", ".join(key for key in facts if known.get(key) != facts[key])
        raise UsageError(
            f"the run there is another one ({different})", path=path, remedy="start without --resume"
        )
    if known is None:
        (config.output / checkpoint.CHECKPOINT).unlink(missing_ok=True)
        write_private(path, json.dumps(facts, indent=2).encode())


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder of a run.

    Raises:
        UsageError: another run holds it.

    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout:
        raise UsageError(
            "another run uses this folder", path=folder, remedy="wait for it, or give another --name"
        ) from None
