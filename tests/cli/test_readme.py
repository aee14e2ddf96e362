"""What README and reference say is what the program does; `python tests/readme.py` brings it up to date."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.readme import BLOCK, EDITORS, README, REFERENCE, SNIPPETS, run, with_tables

TEXT = README.read_text("utf-8")
BLOCKS = [(found[2], found[3]) for found in BLOCK.finditer(TEXT)]
NEEDS_MODEL = "holegram complete"


def test_tables_are_up_to_date() -> None:
    text = REFERENCE.read_text("utf-8")
    assert with_tables(text) == text
    assert text.count("| `holegram ") >= 8


def test_lines_for_editors_are_up_to_date() -> None:
    text = EDITORS.read_text("utf-8")
    assert with_tables(text, SNIPPETS) == text
    assert all(f"<!-- {name} -->" in text for name in SNIPPETS)


@pytest.mark.parametrize(("command", "output"), [block for block in BLOCKS if NEEDS_MODEL not in block[0]])
def test_a_command_prints_what_the_readme_shows(command: str, output: str) -> None:
    assert run(command) == output


@pytest.mark.parametrize(("command", "output"), [block for block in BLOCKS if NEEDS_MODEL in block[0]])
def test_a_command_that_asks_the_model_prints_the_line_of_its_cursor(command: str, output: str) -> None:
    """Another processor may round another way, so what the model says may differ; the place may not."""
    place = re.search(r"(\S+):(\d+):(\d+)", command)
    assert place is not None
    line = (ROOT / place[1]).read_text("utf-8").splitlines()[int(place[2]) - 1]
    shown = f"{place[2]} | {line[: int(place[3]) - 1]}"
    assert shown in run(command)
    assert shown in output


def test_there_are_two_commands_for_a_fresh_machine() -> None:
    commands = re.findall(r"^\$ (python3 -m venv .*)$", TEXT, re.MULTILINE)
    assert ["holegram complete" in command for command in commands] == [True, False]
    assert ["tests/run.py" in command for command in commands] == [False, True]


@pytest.mark.parametrize(
    "file",
    [
        "README.md",
        "SECURITY.md",
        "grammars/README.md",
        "lsp_server/ARCHITECTURE.md",
        "lsp_server/GLOSSARY.md",
        "lsp_server/REFERENCE.md",
        "lsp_server/TEAM.md",
        "vscode-client/README.md",
    ],
)
def test_links_lead_somewhere(file: str) -> None:
    path = ROOT / file
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_changelog_begins_with_this_version() -> None:
    from lsp_server import __version__

    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == __version__
