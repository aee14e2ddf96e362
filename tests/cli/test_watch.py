"""`holegram watch`: what is wrong with a bundle, once or at each change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import PARSER

MANIFEST = 'id = "calc"\nname = "Calc"\nextensions = [".calc"]\n'
GRAMMAR = 'start: sum*\nsum: A\nA: "a"\n%ignore " "\n'


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    write(tmp_path, "language.toml", MANIFEST)
    write(tmp_path, "grammar.lark", GRAMMAR)
    return tmp_path


def write(bundle: Path, name: str, text: str) -> None:
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_text(text, encoding="utf-8")


def test_a_bundle_that_is_right_is_said_to_be(holegram: Holegram, bundle: Path) -> None:
    result = holegram("watch", "--once", bundle)
    assert (result.code, result.out, result.err) == (0, f"{bundle}: nothing is wrong\n", "")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "language.toml",
            MANIFEST + "wird = 1\n",
            ["language.toml:4: error: unknown key 'wird' (did you mean 'word'?)"],
        ),
        (
            "grammar.lark",
            "start: a | b\na: A c\n",
            [
                "grammar.lark:1: error: `b` is not defined",
                "grammar.lark:2: error: `A` is not defined",
                "`c` is not defined",
            ],
        ),
        ("grammar.lark", "start: A\n  )\nA: \n", ["grammar.lark:2: "]),
        ("queries/folds.scm", "(sum) @fold\n(summ) @fold\n", ["queries/folds.scm:2: "]),
    ],
)
def test_what_is_wrong_is_a_line_each_with_its_place(
    holegram: Holegram, bundle: Path, name: str, text: str, told: list[str]
) -> None:
    write(bundle, name, text)
    result = holegram("watch", "--once", bundle)
    lines = sorted(result.out.splitlines(), key=lambda line: line.split(": ")[0])
    assert result.code == 1
    assert len(lines) == len(told)
    for expected in told:
        assert any(expected in line for line in lines), (expected, lines)


def test_what_only_costs_something_is_told_and_not_wrong(holegram: Holegram, bundle: Path) -> None:
    write(bundle, "grammar.lark", GRAMMAR + 'lone: "b"\n')
    result = holegram("watch", "--once", bundle)
    [told, right] = result.out.splitlines()
    assert told.startswith(f"{bundle / 'grammar.lark'}:5: warning: rule `lone` is not needed")
    assert (result.code, right) == (0, f"{bundle}: nothing is wrong")


def test_what_is_no_folder_is_refused(holegram: Holegram, tmp_path: Path) -> None:
    assert_one_line(holegram("watch", tmp_path / "none"), "not a folder (name the folder of a bundle)")


def test_it_is_told_again_when_a_file_has_changed(bundle: Path) -> None:
    command = [sys.executable, "-m", "lsp_server", "watch", str(bundle)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{bundle}: nothing is wrong\n"
        write(bundle, "grammar.lark", GRAMMAR.replace("sum: A", "sum: B"))
        told = f"{bundle / 'grammar.lark'}:2: error: `B` is not defined (define it, or correct the name)\n"
        assert process.stdout.readline() == told
        write(bundle, "grammar.lark", GRAMMAR)
        assert process.stdout.readline() == f"{bundle}: nothing is wrong\n"
        process.kill()


def test_queries_are_tried_with_the_parser_that_is_allowed(holegram: Holegram, bundle: Path) -> None:
    write(bundle, "language.toml", f"{MANIFEST}{PARSER}")
    write(bundle, "queries/folds.scm", "(sum) @fold\n")
    assert holegram("watch", "--once", bundle).code == 0  # left out, as the parser is
    result = holegram("--parser", "tree_sitter_hcl", "watch", "--once", bundle)
    assert result.code == 1
    assert "queries/folds.scm:1: error: Invalid node type: sum" in result.out
