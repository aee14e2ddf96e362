"""The wheel, installed, and run from an empty folder: nothing of this checkout is in reach."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lsp_server import __version__
from tests.conftest import BUNDLED, ROOT
from tests.server.conftest import connect, disconnect

ALONE = {"PYTHONPATH": ""}
"""No folder is imported from but those of the environment itself."""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """`run("check", "a.tf")` runs the installed command in an empty folder."""

    def run_one(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(installed), *words]
        environment = {**os.environ, **ALONE}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run_one


def test_the_doctor_finds_the_installed_package_and_all_is_well(run: Run, installed: Path) -> None:
    result = run("doctor", "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["well"], result.stderr) == (0, True, "")
    assert report["version"] == __version__
    assert [row["id"] for row in report["bundles"]] == BUNDLED
    environment = installed.parents[1]
    places = [report["model"]["path"], *(row["directory"] for row in report["bundles"])]
    assert all(Path(place).is_relative_to(environment) for place in places)


def test_errors_are_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.tf").write_text("a = [1\n")
    result = run("check", ".")
    assert (result.returncode, result.stderr) == (1, "")
    assert "broken.tf:1:5" in result.stdout


def test_a_line_is_completed_by_the_model_of_the_wheel(run: Run, tmp_path: Path) -> None:
    (tmp_path / "network.tf").write_text((ROOT / "grammars/hcl/examples/network.tf").read_text("utf-8"))
    result = run("complete", "network.tf:22:1", "--json")
    [item] = json.loads(result.stdout)["items"]
    assert (result.returncode, result.stderr) == (0, "")
    assert item["text"].strip()


def test_a_grammar_is_checked_with_the_cases_of_the_wheel(run: Run) -> None:
    result = run("grammar", "check", "graphql", "--samples", "20", "--mutants", "20")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_session_of_an_editor(installed: Path) -> None:
    editor = await connect(program=(str(installed),), environment=ALONE)
    try:
        uri = editor.open('resource "a" "b" {\n  count = [1\n}\n')
        assert [found.range.start.line for found in await editor.pulled(uri)] == [1]
        editor.change(uri, 'variable "region" {\n  description = \n}\n')
        items = await editor.inline(uri, 1, 16)
        assert items
        text = items[0].insert_text
        editor.change(uri, f'variable "region" {{\n  description = {text}\n}}\n')
        assert await editor.pulled(uri) == []
    finally:
        await disconnect(editor)


def test_files_of_the_model_that_are_not_as_they_were_installed_are_told(
    run: Run, installed: Path, tmp_path: Path
) -> None:
    [weights] = installed.parents[1].rglob("lsp_server/models/weights/model.safetensors")
    tokenizer = weights.with_name("tokenizer.json")
    whole = weights.read_bytes()
    try:
        weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        tokenizer.rename(tmp_path / "away")
        result = run("doctor")
    finally:
        (tmp_path / "away").rename(tokenizer)
        weights.write_bytes(whole)
    problems = {line for line in result.stdout.splitlines() if line.startswith("problem: ")}
    assert problems == {
        f"problem: {weights}: was changed since it was installed (install holegram again)",
        f"problem: {tokenizer}: no such file (install holegram again)",
    }
    assert (result.returncode, result.stderr) == (1, "")


def test_what_is_installed_is_not_this_checkout(installed: Path, tmp_path: Path) -> None:
    python = installed.with_name("python")
    code = "import lsp_server, sys; print(lsp_server.__file__, *sys.path, sep='\\n')"
    command: Sequence[str] = [str(python), "-c", code]
    result = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **ALONE}, capture_output=True, text=True, check=True
    )
    package, *path = result.stdout.splitlines()
    assert Path(package).is_relative_to(installed.parents[1])
    assert str(ROOT) not in path
