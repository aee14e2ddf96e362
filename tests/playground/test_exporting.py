"""The export: what it needs, told in a line, and what is written."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from lsp_server.errors import UsageError
from lsp_server.playground.exporting import RUNTIME_FILES, write_site
from tests.conftest import ROOT

RUNTIME = ROOT / "tests" / "browser"
fetched = pytest.mark.skipif(
    not ((RUNTIME / "node_modules" / "pyodide").is_dir() and (RUNTIME / "wheels").is_dir()),
    reason="Pyodide is not fetched: tests/browser/wheels.py, and npm ci there",
)


def test_pyodide_that_is_not_there_is_told_of_with_the_commands_that_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no Pyodide in") as told:
        write_site(tmp_path / "site", tmp_path)
    assert "\n" not in str(told.value)
    assert f"npm install --prefix {tmp_path} pyodide@" in str(told.value)
    assert not (tmp_path / "site").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        write_site(tmp_path, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@fetched
def test_what_is_not_pyodide_is_not_run(tmp_path: Path) -> None:
    for name in ("package.json", *RUNTIME_FILES):
        content = (RUNTIME / "node_modules" / "pyodide" / name).read_bytes()
        (tmp_path / name).write_bytes(content + b" " if name == "pyodide.mjs" else content)
    with pytest.raises(UsageError, match=r"pyodide\.mjs in"):
        write_site(tmp_path / "site", tmp_path)
    assert not (tmp_path / "site").exists()


@fetched
def test_an_export_without_node_has_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    write_site(tmp_path / "site", RUNTIME)
    for archive, module in (
        ("holegram.zip", "lark/lark.py"),
        ("pyodide/python_stdlib.zip", "json/decoder.py"),
    ):
        with zipfile.ZipFile(tmp_path / "site" / archive) as packed:
            assert module in packed.namelist()


@fetched
def test_the_page_has_all_it_asks_for_and_asks_for_nothing_elsewhere(tmp_path: Path) -> None:
    size = write_site(tmp_path / "site", RUNTIME)
    page = (tmp_path / "site" / "index.html").read_text()
    assert size < 40_000_000
    assert size == sum(path.stat().st_size for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert re.search(r'content="default-src \'none\'; script-src \'self\' \'wasm-unsafe-eval\';', page)
    assert all((tmp_path / "site" / name).is_file() for name in re.findall(r'(?:href|src)="([\w.]+)"', page))
    assert not re.search(r'(?:href|src)="(?:https?:)?/', page)
    with zipfile.ZipFile(tmp_path / "site" / "pyodide" / "python_stdlib.zip") as archive:
        assert "json/decoder.pyc" in archive.namelist()
    with zipfile.ZipFile(tmp_path / "site" / "holegram.zip") as archive:
        names = set(archive.namelist())
    assert {"numpy/__init__.pyc", "lark/grammars/common.lark", "lsp_server/playground/in_page.pyc"} <= names
    assert not any(name.endswith(".py") for name in names)
    assert not any(name.startswith(("lsp_server/lab/", "lsp_server/training/")) for name in names)
