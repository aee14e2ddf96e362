"""`holegram train base`: what it asks of the training, and what it prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lsp_server.features.confidence import NAMES
from lsp_server.training.config import (
    HeldOutCost,
    NetworkShape,
    TrainingConfig,
    TrainingFolder,
    TrainingProgress,
    TrainingResult,
)
from tests.cli.conftest import Holegram, assert_one_line


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[TrainingConfig]:
    """The runs that were asked for; none is made."""
    configs: list[TrainingConfig] = []
    score = {"calc": HeldOutCost(1.5, 2.25)}

    def train(config: TrainingConfig, report: Callable[[TrainingProgress], None]) -> TrainingResult:
        configs.append(config)
        report(TrainingProgress(1, 0.5, 3.0, 100, 7000.0, 1e-3, 1.0))
        report(TrainingProgress(2, 1.0, 2.5, 200, 7000.0, 1e-3, 2.0, score))
        return TrainingResult(config.output / "export", 2, 200, 6_600_000, 120.0, 2.5, score, {"calc": 3})

    monkeypatch.setitem(sys.modules, "lsp_server.training.base", SimpleNamespace(train=train))
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        Path(name).mkdir()
    return configs


def test_folders_and_limits_reach_the_training(holegram: Holegram, asked: list[TrainingConfig]) -> None:
    args = "--data a tag=b --data c --out o --held-out b --steps 7 --seed 3 --threads 1 --resume"
    args += " --vocabulary 4096 --width 128 --depth 2 --inner 384"
    assert holegram("train", "base", *args.split()).code == 0
    assert asked == [
        TrainingConfig(
            sources=(TrainingFolder(Path("a")), TrainingFolder(Path("c")), TrainingFolder(Path("b"), "tag")),
            output=Path("o"),
            held_out=(TrainingFolder(Path("b")),),
            steps=7,
            seed=3,
            threads=1,
            resume=True,
            shape=NetworkShape(vocabulary=4096, width=128, depth=2, heads=2, key_heads=2, inner=384),
        )
    ]


@pytest.mark.usefixtures("asked")
def test_progress_and_result_are_printed(holegram: Holegram) -> None:
    result = holegram("train", "base", "--data", "a", "--out", "o", "--minutes", "2")
    rows = dict(line.rsplit(maxsplit=1) for line in result.out.splitlines()[1:])
    assert rows["model"] == str(Path("o", "export"))
    assert (rows["parameters"], rows["loss"], rows["minutes"]) == ("6,600,000", "2.500", "2.0")
    assert rows["bits per byte, calc"] == "1.500"
    assert rows["bits per byte of holes, calc"] == "2.250"
    assert "step 2, loss 2.500, 7,000 tokens/s; held-out bits per byte: calc 1.500 (fill 2.250)" in result.err


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("--out o", "--data"),
        ("--data a", "--out"),
        ("--data none --out o", "no folder none"),
        ("--data a --out o --steps 0", "--steps"),
        ("--data a --out o --minutes x", "--minutes"),
        ("--data a --out o --steps 1 --width 200", "a width of 200 is no multiple of 64 (give 192)"),
    ],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: str, message: str) -> None:
    assert_one_line(holegram("train", "base", *args.split()), message)


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, zone in (("one", "north"), ("two", "south")):
        Path("data", name).mkdir(parents=True)
        Path("data", name, "a.tf").write_text(
            f"region = east\nzone = {zone}\nregion = east\nzone = {zone}er\n"
        )
    Path("says.json").write_text('{"endings": {"region = ": "east", "zone = ": "west"}}')
    return tmp_path


@pytest.mark.usefixtures("projects")
def test_a_filter_is_learnt_and_written(holegram: Holegram) -> None:
    command = ("train", "filter", "--data", "hcl=data", "--out", "f.json", "--model", "scripted:says.json")
    result = holegram(*command, "--seed", "4")
    assert (result.code, result.err) == (0, "")
    rows = dict(line.rsplit(maxsplit=1) for line in result.out.splitlines()[1:])
    written = json.loads(Path("f.json").read_text())
    assert set(written["weights"]) == set(NAMES)
    assert written["made"] == {"suggestions": int(rows["suggestions"]), "languages": ["hcl"], "seed": 4}
    assert 0 < float(rows["right"]) < 1
    curve = [line.split() for line in result.out.splitlines() if line.startswith(("everything", "chance"))]
    assert len(curve) == 8
    assert holegram(*command, "--seed", "4").code == 0
    assert json.loads(Path("f.json").read_text()) == written


@pytest.mark.usefixtures("projects")
@pytest.mark.parametrize(
    ("data", "told"), [("hcl=none", "no folder"), ("data", "no folder"), ("hcl=data/one", "too little")]
)
def test_what_cannot_be_learnt_from_is_told(holegram: Holegram, data: str, told: str) -> None:
    result = holegram("train", "filter", "--data", data, "--out", "f.json", "--model", "scripted:says.json")
    assert_one_line(result, told)
