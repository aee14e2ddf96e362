"""What `holegram doctor` tells: each problem is made for real, named in one line, and stops nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lsp_server.health.bundles import try_bundles
from lsp_server.health.machine import device, machine
from lsp_server.health.model import try_model
from lsp_server.health.packages import packages
from lsp_server.health.places import places
from lsp_server.models.loading import BUNDLED as WEIGHTS
from tests.cli.conftest import Holegram
from tests.conftest import BUNDLED, MANIFEST, PARSER, ROOT, MakeBundle


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A copy of the bundled model whose weights end too early."""
    folder = tmp_path / "damaged"
    shutil.copytree(WEIGHTS, folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])
    return folder


def test_a_sound_installation_is_well_and_nothing_is_fetched(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("doctor went to the network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    result = holegram("doctor", "--json")
    report = result.json
    assert (result.code, report["well"], result.err) == (0, True, "")
    assert [row["id"] for row in report["bundles"]] == BUNDLED
    assert all(row["works"] and row["origin"] == "bundled" for row in report["bundles"])
    assert report["version"] == metadata.version("holegram")
    assert {row["name"]: row["version"] for row in report["packages"]}["lark"] == metadata.version("lark")
    assert report["model"]["path"] == str(WEIGHTS)
    assert report["model"]["size"] >= (WEIGHTS / "model.safetensors").stat().st_size
    assert 0 < report["model"]["token_ms"] < 1000
    assert report["places"][0]["state"] == "writable"


def test_every_problem_is_a_line_with_a_remedy(
    holegram: Holegram, make_bundle: MakeBundle, damaged: Path
) -> None:
    folder = make_bundle("id = calc")
    result = holegram("--bundles", folder, "doctor", "--model", damaged)
    problems = [line for line in result.out.splitlines() if line.startswith("problem: ")]
    assert (result.code, result.err) == (1, "")
    assert len(problems) == 2
    assert problems[0].startswith(f"problem: {damaged}: the model cannot be loaded: ")
    assert problems[1].startswith(f"problem: {folder / 'language.toml'}:1: not TOML")
    assert all(line.endswith(")") for line in problems)
    assert "all is well" not in result.out


def test_a_cache_that_cannot_be_written_in_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file, where the cache has to be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (cache, _), [advice] = places()
    assert (cache.state, advice.harmless) == ("unusable", False)
    assert advice.text.startswith(f"{cache.path}: cannot be written in: ")


@pytest.mark.parametrize(
    ("grammar", "query", "place"),
    [
        ("start: a | b\na: X\nb: X\nX: /x/\n", "", "grammar.lark:2: not LALR(1)"),
        ("start: (X)*\nX: /x/\n", "\n(nothing) @fold", "queries/folds.scm:2: "),
    ],
)
def test_a_bundle_that_does_not_work_is_named_with_file_and_line(
    holegram: Holegram, make_bundle: MakeBundle, grammar: str, query: str, place: str
) -> None:
    folder = make_bundle(grammar=grammar)
    (folder / "queries").mkdir()
    (folder / "queries" / "folds.scm").write_text(query)
    result = holegram("--bundles", folder, "doctor", "--json", "--model", f"scripted:{_silent(folder)}")
    [advice] = [one["text"] for one in result.json["advice"] if not one["harmless"]]
    assert advice.startswith(f"{folder}/{place}")
    assert {row["id"]: row["works"] for row in result.json["bundles"]} == {
        **dict.fromkeys(BUNDLED, True),
        "calc": False,
    }
    assert result.code == 1


def test_a_parser_that_is_not_installed_is_one_harmless_line(
    make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_bundle(MANIFEST + PARSER)
    monkeypatch.setitem(sys.modules, "tree_sitter_hcl", None)
    bundles, advice = try_bundles([folder], ["tree_sitter_hcl"], None)
    assert all(bundle.works for bundle in bundles)
    assert {one.id for one in bundles if one.trees == "the grammar itself"} >= {"calc", "hcl"}
    [told] = [one for one in advice if one.text.startswith("calc: ")]
    assert told.harmless
    assert told.text.endswith("is slower in long files (pip install tree-sitter-hcl)")


def _silent(folder: Path) -> Path:
    path = folder / "silent.json"
    path.write_text('{"endings": {}}')
    return path


def test_weights_that_are_no_numbers_are_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "numb"
    shutil.copytree(WEIGHTS, folder)
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"] = torch.full_like(weights["model.norm.weight"], float("nan"))
    save_file(weights, folder / "model.safetensors")
    (state, model), [advice] = try_model(str(folder))
    assert (model, state.token_ms) == (None, None)
    assert advice.text == "the weights of the model 'numb' are damaged (export or install it again)"


def test_a_model_that_is_not_on_this_machine_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *address: connections.append(address))
    (_, model), [advice] = try_model("nobody/no-such-model")
    assert (model, connections) == (None, [])
    assert advice.text.startswith("nobody/no-such-model: the model is not on this machine (")
    assert not advice.harmless


def test_a_package_that_is_too_old_is_named_with_the_command_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "lark-0.12.0.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: lark\nVersion: 0.12.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    found, [advice] = packages()
    assert {package.name: package.version for package in found}["lark"] == "0.12.0"
    assert advice.text.startswith("lark 0.12.0 is installed, and ")
    assert advice.text.endswith('(pip install "lark<2,>=1.3.1")')


def test_a_package_that_is_missing_breaks_only_what_needs_it(tmp_path: Path) -> None:
    """All packages of this environment but one, in a Python that knows no other folder."""
    site = Path(torch.__file__).parent.parent
    for entry in site.iterdir():
        if not entry.name.startswith("llguidance"):
            (tmp_path / entry.name).symlink_to(entry)
    code = (
        f"import sys; sys.path += [{str(ROOT)!r}, {str(tmp_path)!r}]; "
        "from lsp_server.cli import main; main(['doctor'])"
    )
    words = [sys.executable, "-S", "-c", code]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    problems = [line for line in result.stdout.splitlines() if line.startswith("problem: ")]
    assert (result.returncode, result.stderr) == (1, "")
    assert problems == ['problem: llguidance is not installed (pip install "llguidance<2,>=1.9")']
    assert "llguidance" in result.stdout.split("problem")[0]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a process cannot be kept to one core here")
def test_one_core_is_harmless_advice() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        found, [advice] = machine()
    finally:
        os.sched_setaffinity(0, before)
    assert (found.cores, advice.harmless) == (1, True)


def test_variables_that_keep_the_hub_away_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "0")
    named = [advice for advice in machine()[1] if "OFFLINE" in advice.text]
    assert [(advice.text.split()[0], advice.harmless) for advice in named] == [("HF_HUB_OFFLINE", True)]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_build_for_gpus_without_one_is_told_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    found, [advice] = device()
    assert (found.torch, advice.harmless) == ("CUDA 12.8", True)
    assert "CUDA 12.8" in advice.text
    assert " GB, " in advice.text


def test_a_folder_for_bundles_of_ones_own_need_not_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert [(place.path.is_relative_to(tmp_path), place.state) for place in places()[0]][1:] == [
        (True, "absent")
    ]
    (tmp_path / "holegram" / "grammars").mkdir(parents=True)
    assert places()[0][1].state == "readable"
