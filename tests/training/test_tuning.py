"""What a run of tuning leaves: an adapter that makes such files likelier, the same after an interruption."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from safetensors.torch import load

from lsp_server.cli.lab.tune import learn
from lsp_server.errors import HolegramError
from lsp_server.languages import bare_language
from lsp_server.languages.sources import Source
from lsp_server.models import load_model
from lsp_server.models.adapters import WEIGHTS, Card, install
from lsp_server.models.cached import CachedModel
from lsp_server.text import Span
from lsp_server.training import checkpoint
from lsp_server.training.checkpoint import export
from lsp_server.training.config import NetworkShape, TrainingConfig, TrainingProgress
from lsp_server.training.material import Material
from lsp_server.training.network import build
from lsp_server.training.tokens import train_tokenizer
from lsp_server.training.tuning import RECIPE, Tuned, tune

SHAPE = NetworkShape(vocabulary=400, width=64, depth=2, heads=2, key_heads=2, inner=96, window=256, suffix=32)
FILES = [f"orchard_{n} = pear.{n}\nbasket_{n} = orchard_{n}\n" * 4 for n in range(9)]
MATERIAL = Material(
    tuple(Source(f"{n}", text) for n, text in enumerate(FILES[:7])),
    tuple(Source(f"{n}", text) for n, text in enumerate(FILES[7:])),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(1)
    tokenizer = train_tokenizer(FILES, ["other"], SHAPE.vocabulary)
    export(folder, build(SHAPE, tokenizer.get_vocab_size(), 0), tokenizer, ["other"], SHAPE)
    return folder


def ignored(progress: TrainingProgress) -> None:
    """Nobody looks."""


def run(
    base: Path,
    folder: Path,
    *,
    steps: int = 12,
    resume: bool = False,
    material: Material = MATERIAL,
    report: Callable[[TrainingProgress], None] = ignored,
) -> Tuned:
    recipe = replace(RECIPE, rows=2, save_every=4)
    config = TrainingConfig((), folder, steps=steps, threads=1, resume=resume, recipe=recipe)
    return tune(loaded(base), str(base), "hcl", material, config, report)


def loaded(base: Path) -> CachedModel:
    model = load_model(str(base), threads=1)
    assert isinstance(model, CachedModel)
    return model


def cost(model: CachedModel) -> float:
    """What the held-out files cost, in nats."""
    found = 0.0
    for source in MATERIAL.held_out:
        ids = model.prompt(source.text, Span(len(source.text), len(source.text)), "hcl")
        logits = torch.tensor(model.next_logits(ids, len(ids)))[:-1]
        found += torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="sum").item()
    return found


def test_what_was_learnt_makes_files_of_the_kind_likelier(base: Path, tmp_path: Path) -> None:
    tuned = run(base, tmp_path / "run", steps=60)
    model = loaded(base)
    card = Card(model.name, model.fingerprint(), "hcl", "", sha256(tuned.weights).hexdigest())
    install("a", card, tuned.settings, tuned.weights, tmp_path)
    assert cost(model.with_adapter("a", tmp_path)) < 0.97 * cost(model)


def test_the_command_learns_and_gives_the_model_that_has_learnt(base: Path, tmp_path: Path) -> None:
    model, folder = loaded(base), tmp_path / "mine"
    config = TrainingConfig((), folder, steps=2, threads=1)
    tuned, after = learn(bare_language('start: "a"', tmp_path, "start"), model, str(base), MATERIAL, config)
    assert tuned.steps == 2
    assert (folder / "mine" / WEIGHTS).read_bytes() == tuned.weights
    assert cost(after) != cost(model)


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(base: Path, tmp_path: Path) -> None:
    whole = run(base, tmp_path / "one")

    def stop(progress: TrainingProgress) -> None:
        if progress.step == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(base, tmp_path / "two", report=stop)
    seen: list[int] = []
    resumed = run(base, tmp_path / "two", resume=True, report=lambda progress: seen.append(progress.step))
    assert seen == [*range(5, 13)]
    assert resumed.weights == whole.weights


def test_another_run_is_not_gone_on_with(base: Path, tmp_path: Path) -> None:
    run(base, tmp_path, steps=4)
    other = replace(MATERIAL, training=MATERIAL.training[1:])
    with pytest.raises(HolegramError, match=r"the run there is another one \(files\)"):
        run(base, tmp_path, steps=4, resume=True, material=other)


def test_two_at_once_are_one_line(base: Path, tmp_path: Path) -> None:
    with FileLock(tmp_path / "run.lock"), pytest.raises(HolegramError, match="another run uses this folder"):
        run(base, tmp_path)


def test_a_disk_that_is_full_leaves_the_last_checkpoint(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def fill(progress: TrainingProgress) -> None:
        if progress.step == 5:
            monkeypatch.setattr(checkpoint, "save_file", full)

    with pytest.raises(HolegramError, match="No space left") as caught:
        run(base, tmp_path, report=fill)
    assert "--resume" in str(caught.value)
    monkeypatch.undo()
    seen: list[int] = []
    run(base, tmp_path, resume=True, report=lambda progress: seen.append(progress.step))
    assert seen[0] == 5
    assert not list(tmp_path.glob("*.partial"))


def test_a_base_that_cannot_fill_in_the_middle_is_one_line(base: Path, tmp_path: Path) -> None:
    model = loaded(base)
    model.rule = replace(model.rule, suffix=())
    config = TrainingConfig((), tmp_path, steps=1)
    with pytest.raises(HolegramError, match="cannot fill in the middle"):
        tune(model, str(base), "hcl", MATERIAL, config, ignored)


def test_the_weights_are_those_of_the_layers_alone(base: Path, tmp_path: Path) -> None:
    tensors = load(run(base, tmp_path, steps=2).weights)
    assert all(".layers." in name and (".lora_A." in name or ".lora_B." in name) for name in tensors)
    assert all(tensor.isfinite().all() for tensor in tensors.values())
