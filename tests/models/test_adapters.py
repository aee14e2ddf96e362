"""Adapters: whole or refused, by names that lead nowhere else; worn, they compute what merged weights
would.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save, save_file

from lsp_server.errors import HolegramError
from lsp_server.models import ScriptedModel, adapters, load_model
from lsp_server.models.adapters import Card, LoraSettings
from lsp_server.models.cached import CachedModel
from lsp_server.models.loading import BUNDLED, adapted
from lsp_server.text import Span

PARTS = {
    "self_attn.q_proj": (256, 256),
    "self_attn.o_proj": (256, 256),
    "mlp.up_proj": (768, 256),
    "mlp.down_proj": (256, 768),
}
SETTINGS = LoraSettings(4, 8.0, tuple(sorted(part.rpartition(".")[2] for part in PARTS)))
TEXT = "type Book {\n  title: String!\n  author: \n}\n"


def weights(seed: int) -> bytes:
    torch.manual_seed(seed)
    tensors = {}
    for layer in range(4):
        for part, (rows, columns) in PARTS.items():
            name = f"base_model.model.model.layers.{layer}.{part}"
            tensors[f"{name}.lora_A.weight"] = torch.randn(4, columns) / 16
            tensors[f"{name}.lora_B.weight"] = torch.randn(rows, 4) / 16
    return save(tensors)


def card(data: bytes) -> Card:
    base = hashlib.sha256((BUNDLED / "model.safetensors").read_bytes()).hexdigest()
    return Card("bundled", base, "graphql", "2026-01-01", hashlib.sha256(data).hexdigest())


def put(name: str, directory: Path, seed: int = 0) -> Path:
    data = weights(seed)
    return adapters.install(name, card(data), SETTINGS, data, directory)


@pytest.fixture(scope="module")
def bundled() -> CachedModel:
    model = load_model(threads=1)
    assert isinstance(model, CachedModel)
    return model


def logits(model: CachedModel, count: int = 3, text: str = TEXT) -> np.ndarray:
    return model.next_logits(model.prompt(text, Span(len(text), len(text)), "graphql"), count)


def merged(folder: Path, adapter: Path) -> CachedModel:
    """The bundled model with an adapter added to its weights, as a folder of its own."""
    tensors = load_file(BUNDLED / "model.safetensors")
    low = load_file(adapter / adapters.WEIGHTS)
    for name in [key for key in low if key.endswith("lora_A.weight")]:
        place = name.removeprefix("base_model.model.").removesuffix(".lora_A.weight") + ".weight"
        wide = low[name.replace("lora_A", "lora_B")]
        tensors[place] = (tensors[place].float() + 2.0 * wide @ low[name]).bfloat16()
    folder.mkdir()
    for file in ("config.json", "tokenizer.json", "holegram.json"):
        (folder / file).write_bytes((BUNDLED / file).read_bytes())
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    model = load_model(str(folder), threads=1)
    assert isinstance(model, CachedModel)
    return model


@pytest.mark.parametrize("count", [1, 3, 12])
def test_under_an_adapter_the_model_says_what_merged_weights_say(
    tmp_path: Path, bundled: CachedModel, count: int
) -> None:
    place = put("a", tmp_path)
    worn, whole = (
        logits(bundled.with_adapter("a", tmp_path), count),
        logits(merged(tmp_path / "m", place), count),
    )
    plain = logits(bundled, count)
    # Both round to bfloat16, at other places: they agree far better than either does with the base.
    assert np.abs(worn - whole).mean() < 0.1 * np.abs(plain - whole).mean()


def test_adapters_in_turn_do_not_disturb_each_other(tmp_path: Path, bundled: CachedModel) -> None:
    for seed, name in enumerate("ab"):
        put(name, tmp_path, seed)
    models = [bundled, bundled.with_adapter("a", tmp_path), bundled.with_adapter("b", tmp_path)]
    alone = [logits(model) for model in models]
    assert not np.allclose(alone[0], alone[1], atol=0.5)
    assert not np.allclose(alone[1], alone[2], atol=0.5)
    for _ in range(2):
        for model, before in zip(models, alone, strict=True):
            # What is read anew may go another way through the weights, as bytes or not.
            np.testing.assert_allclose(logits(model), before, atol=0.5)


def test_one_base_is_in_memory_whatever_it_wears(tmp_path: Path, bundled: CachedModel) -> None:
    put("a", tmp_path)
    worn = bundled.with_adapter("a", tmp_path)
    assert worn.vocabulary is bundled.vocabulary
    assert worn._base is bundled._base


def test_an_adapter_that_was_installed_anew_is_read_anew(tmp_path: Path, bundled: CachedModel) -> None:
    put("a", tmp_path)
    before = logits(bundled.with_adapter("a", tmp_path))
    put("a", tmp_path, seed=9)
    assert not np.allclose(logits(bundled.with_adapter("a", tmp_path)), before)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../a", "a/b", "a\\b", "/etc", "A", ".a", "a.", "a..b", "none", "x" * 65, "a\0", "ä", "a b"],
)
def test_a_name_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    for act in (adapters.read_adapter, adapters.remove, adapters.stamp):
        with pytest.raises(HolegramError, match="is not a name of an adapter") as caught:
            act(name, tmp_path)
        assert "\n" not in str(caught.value)
        assert "\0" not in str(caught.value)


def test_an_adapter_of_another_base_is_refused(tmp_path: Path, bundled: CachedModel) -> None:
    data = weights(0)
    adapters.install("a", replace(card(data), base="other", base_sha256="0" * 64), SETTINGS, data, tmp_path)
    expected = r"adapter 'a' does not fit the model bundled \(.{12}\): it was made for other \(0{12}\)"
    with pytest.raises(HolegramError, match=expected):
        bundled.with_adapter("a", tmp_path)


def _truncated(place: Path) -> None:
    data = (place / adapters.WEIGHTS).read_bytes()[:-7]
    _replace(place, data)


def _huge_header(place: Path) -> None:
    _replace(place, (1 << 60).to_bytes(8, "little") + b"{}")


def _wrong_shape(place: Path) -> None:
    name = "base_model.model.model.layers.0.mlp.up_proj"
    _replace(
        place,
        save({f"{name}.lora_A.weight": torch.zeros(4, 99), f"{name}.lora_B.weight": torch.zeros(768, 4)}),
    )


def _unknown(place: Path) -> None:
    _replace(place, save({"base_model.model.os.system": torch.zeros(1)}))


def _no_number(place: Path) -> None:
    name = "base_model.model.model.layers.0.mlp.up_proj"
    narrow = torch.full((4, 256), float("nan"))
    _replace(place, save({f"{name}.lora_A.weight": narrow, f"{name}.lora_B.weight": torch.zeros(768, 4)}))


def _half(place: Path) -> None:
    name = "base_model.model.model.layers.0.mlp.up_proj"
    _replace(place, save({f"{name}.lora_A.weight": torch.zeros(4, 256)}))


def _replace(place: Path, data: bytes) -> None:
    (place / adapters.WEIGHTS).write_bytes(data)
    content = json.loads((place / adapters.CARD).read_text()) | {"weights": hashlib.sha256(data).hexdigest()}
    (place / adapters.CARD).write_text(json.dumps(content))


def _other_weights(place: Path) -> None:
    (place / adapters.WEIGHTS).write_bytes(weights(5))


def _no_card(place: Path) -> None:
    (place / adapters.CARD).write_text("{}")


def _linked(place: Path) -> None:
    (place / adapters.WEIGHTS).unlink()
    (place / adapters.WEIGHTS).symlink_to("/etc/hostname")


def _other_kind(place: Path) -> None:
    content = json.loads((place / adapters.SETTINGS).read_text())
    (place / adapters.SETTINGS).write_text(json.dumps(content | {"peft_type": "XLORA"}))


@pytest.mark.parametrize(
    "damage",
    [
        _truncated,
        _huge_header,
        _wrong_shape,
        _unknown,
        _no_number,
        _half,
        _other_weights,
        _no_card,
        _linked,
        _other_kind,
    ],
)
def test_a_damaged_adapter_is_one_line(
    damage: Callable[[Path], None], tmp_path: Path, bundled: CachedModel
) -> None:
    damage(put("a", tmp_path))
    with pytest.raises(HolegramError) as caught:
        bundled.with_adapter("a", tmp_path)
    assert "\n" not in str(caught.value)
    assert np.isfinite(logits(bundled)).all()


def test_what_was_exported_is_the_same_when_it_is_imported(tmp_path: Path) -> None:
    put("a", tmp_path / "one")
    folder = adapters.export("a", tmp_path / "out", tmp_path / "one")
    with pytest.raises(HolegramError, match="is there already"):
        adapters.export("a", tmp_path / "out", tmp_path / "one")
    adapters.bring(folder, "b", tmp_path / "two")
    was, now = adapters.read_adapter("a", tmp_path / "one"), adapters.read_adapter("b", tmp_path / "two")
    assert (was.card, was.settings, was.weights) == (now.card, now.settings, now.weights)
    with pytest.raises(HolegramError, match="'b' is there already"):
        adapters.bring(folder, "b", tmp_path / "two")


def test_which_adapter_applies_is_what_is_said_most_closely(tmp_path: Path) -> None:
    wishes = {"/w": "wide", "/w/app": "app", "hcl": "own", "*": "all", "/w/off": "none"}
    files = {
        "/w/app/a.tf": "app",
        "/w/b.tf": "wide",
        "/x/b.tf": "own",
        "/wide/b.tf": "own",
        "/w/off/a.tf": None,
    }
    for path, name in files.items():
        assert adapters.chosen(wishes, "hcl", Path(path)) == name
    assert adapters.chosen(wishes, "sparql", Path("/x/a.rq")) == "all"
    assert adapters.chosen({}, "sparql", Path("/x/a.rq")) is None


def test_what_is_removed_is_not_in_use_any_more(tmp_path: Path) -> None:
    put("a", tmp_path)
    adapters.use("hcl", "a", tmp_path)
    assert adapters.in_use(tmp_path) == {"hcl": "a"}
    adapters.remove("a", tmp_path)
    assert adapters.in_use(tmp_path) == {}
    assert adapters.names(tmp_path) == ()
    with pytest.raises(HolegramError, match="no adapter 'a' is installed"):
        adapters.use("hcl", "a", tmp_path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_where_nothing_can_be_written_nothing_is_lost(tmp_path: Path) -> None:
    put("a", tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(HolegramError, match="cannot be written"):
            put("a", tmp_path, seed=3)
    finally:
        tmp_path.chmod(0o700)
    assert adapters.read_adapter("a", tmp_path).weights == weights(0)


def test_a_model_without_weights_takes_none() -> None:
    with pytest.raises(HolegramError, match="takes no adapters"):
        adapted(ScriptedModel({}), "a")
