"""`holegram write`: what it prints, and what it makes of bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def script(tmp_path: Path) -> str:
    (tmp_path / "script.json").write_text('{"endings": {}}')
    return f"scripted:{tmp_path / 'script.json'}"


def test_it_prints_code_that_checks(holegram: Holegram, script: str) -> None:
    written = holegram("write", "a variable for a number", "--language", "hcl", "--model", script)
    assert written.code == 0
    assert 'variable "' in written.out
    assert holegram("check", "-", "--language", "hcl", stdin=written.out).code == 0


def test_it_writes_at_a_place_of_a_file(holegram: Holegram, script: str, tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text("a = 1\n\nb = 2\n")
    written = holegram(
        "write", "a variable", "--at", "a.tf:2:1", "--model", script, "--candidates", 2, "--json"
    )
    for item in written.json["items"]:
        whole = f"a = 1\n{item['text']}\nb = 2\n"
        assert holegram("check", "-", "--language", "hcl", stdin=whole).code == 0
    assert len(written.json["items"]) == 2


def test_bad_input_is_one_line(holegram: Holegram, script: str) -> None:
    for words, told in (
        (("write", " ", "--language", "hcl"), "the instruction is empty"),
        (("write", "x" * 100_001, "--language", "hcl"), "longer than 100,000 characters"),
        (("write", "a query"), "neither a language nor a place"),
        (("write", "a query", "--language", "cobol"), "cobol"),
    ):
        assert_one_line(holegram(*words, "--model", script), told)
    long = holegram("write", "x " * 40_000, "--language", "hcl", "--model", script)
    assert holegram("check", "-", "--language", "hcl", stdin=long.out).code == 0
