"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself in a repository of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.languages import load_registry

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
CONFIGURATION = """
repos:
  - repo: {hooks}
    rev: "1"
    hooks:
      - id: {hook}
        language: system
"""
"""As a user writes it, but that the package is not installed anew: this environment has it."""


def git(folder: Path, *words: str) -> None:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, env=os.environ | own)


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    folder = tmp_path / "hooks"
    folder.mkdir()
    shutil.copy(HOOKS, folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "1")
    git(folder, "tag", "1")
    return folder


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
def test_hooks_find_errors_and_fix_what_is_safe(hooks: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    folder, tools = tmp_path / "own", tmp_path / "bin"
    for one in (folder, tools):
        one.mkdir()
    holegram = tools / "holegram"
    holegram.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lsp_server "$@"\n')
    holegram.chmod(0o755)
    (folder / "a.graphql").write_text("type A {\n  b: [Int\n}\n")
    (folder / "a.txt").write_text("type A {\n")
    git(folder, "init", "-q")
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(HOOKS.parent),
    }

    def run(hook: str) -> subprocess.CompletedProcess[str]:
        (folder / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(hooks=hooks, hook=hook))
        git(folder, "add", ".")
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
        return subprocess.run(
            command, cwd=folder, check=False, capture_output=True, text=True, env=environment
        )

    found = run("holegram-check")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "a.graphql:2:9: error: expected `]`" in found.stdout
    assert "files were modified by this hook" in run("holegram-fix").stdout
    assert (folder / "a.graphql").read_text() == "type A {\n  b: [Int]\n}\n"
    assert run("holegram-check").returncode == 0
    (folder / "in").mkdir()
    (folder / "in" / "b.graphql").write_text("type C { d: A, e: B }\n")
    assert run("holegram-check").returncode == 0
    named = run("holegram-names")
    assert named.returncode == 1, named.stdout + named.stderr
    assert "in/b.graphql:1:19: warning: no type 'B' is declared" in named.stdout


def test_hooks_take_the_files_of_all_languages_that_come_with_the_product() -> None:
    patterns = re.findall(r"files: '(.+)'", HOOKS.read_text("utf-8"))
    assert len(patterns) == 3
    for language in load_registry().languages:
        for name in (*(f"a{ending}" for ending in language.extensions), *language.filenames):
            assert all(re.search(pattern, f"in/{name}") for pattern in patterns), name
    assert not any(re.search(pattern, "a.txt") for pattern in patterns)
