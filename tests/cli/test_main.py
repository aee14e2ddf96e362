"""The command as a whole: help, versions, exit codes, and what is never shown."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from lsp_server.cli import check
from lsp_server.cli.app import _meant, app
from lsp_server.lab.served.client import connected
from lsp_server.lalr import load_grammar
from lsp_server.languages import load_registry
from tests.cli.conftest import Holegram, assert_one_line


def commands(name: tuple[str, ...] = (), command: Any = None) -> list[tuple[str, ...]]:
    command = command or typer.main.get_command(app)
    below = getattr(command, "commands", {})
    return [name, *(leaf for part, inner in below.items() for leaf in commands((*name, part), inner))]


@pytest.mark.parametrize("name", commands(), ids=" ".join)
def test_every_command_has_help(holegram: Holegram, name: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = holegram(*name, flag)
        assert (result.code, result.err) == (0, "")
        assert " ".join(("Usage: holegram", *name)) in result.out


def test_the_commands_are_those_of_the_documentation() -> None:
    leaves = {name for name in commands() if name}
    assert leaves >= {
        ("serve",),
        ("languages",),
        ("check",),
        ("complete",),
        ("grammar", "hole"),
        ("train", "base"),
        ("eval", "validity"),
        ("grammar", "check"),
    }


def test_the_version_is_that_of_the_package(holegram: Holegram) -> None:
    assert holegram("--version").out == f"holegram {version('holegram')}\n"


def test_no_command_is_wrong_use_and_shows_help(holegram: Holegram) -> None:
    result = holegram()
    assert result.code == 2
    assert "Usage: holegram" in result.out


@pytest.mark.parametrize(
    "args",
    [("chek",), ("grammar",), ("grammar", "whole"), ("--bundle", "x", "languages"), ("complete",), ("eval",)],
)
def test_wrong_use_is_one_line(holegram: Holegram, args: tuple[str, ...]) -> None:
    assert_one_line(holegram(*args), "")


def test_a_near_miss_is_named(holegram: Holegram) -> None:
    assert_one_line(holegram("chek"), "Did you mean 'check'?")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of\nall")

    monkeypatch.setattr(check, "check_files", fail)


@pytest.mark.usefixtures("broken")
def test_a_fault_of_ours_is_one_line_and_its_own_code(holegram: Holegram) -> None:
    result = holegram("check", "a.graphql")
    assert (result.code, result.out) == (70, "")
    assert result.err == (
        "holegram: internal error: ZeroDivisionError: of all (set HOLEGRAM_TRACEBACK=1 to see where)\n"
    )


@pytest.mark.usefixtures("broken")
def test_a_developer_can_ask_for_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLEGRAM_TRACEBACK", "1")
    from lsp_server.cli import main

    with pytest.raises(ZeroDivisionError):
        main(["check", "a.graphql"])


def test_an_interrupt_ends_quietly(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "check_files", interrupt)
    result = holegram("check", "a.graphql")
    assert (result.code, result.out, result.err) == (130, "", "")


def python(code: str, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


HEAVY = ("torch", "transformers", "pygls", "lsprotocol", "llguidance", "numpy")


@pytest.mark.parametrize("args", [["--help"], ["languages"], ["check", "a.graphql"]])
def test_what_needs_no_model_imports_none(args: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type A { b: Int }\n")
    code = (
        "import sys\n"
        "from lsp_server.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sys.modules, file=sys.stderr)\n"
    )
    result = python(code, *args, cwd=tmp_path)
    assert result.returncode == 0
    used = set(result.stderr.split())
    assert used.isdisjoint(HEAVY)
    assert "lab" not in rooms(used)


def diagnosed(text: str, errors: Path) -> tuple[list[Any], set[str]]:
    """What a server that was just started tells of a text, and the modules that it has imported by then."""
    code = (
        "import sys\n"
        "import lsp_server.server\n"
        "from lsp_server.cli import main\n"
        "lsp_server.server.leave = sys.exit  # which leaves time to print\n"
        "try: main(['serve'])\n"
        "finally: print(*sys.modules, file=sys.stderr)\n"
    )
    document = {"uri": "file:///a.graphql", "languageId": "graphql", "version": 1, "text": text}
    command = (sys.executable, "-c", code)
    with errors.open("w+b") as said:
        with connected({"textDocument": {"diagnostic": {}}}, command=command, errors=said) as (client, _):
            client.notify("textDocument/didOpen", {"textDocument": document})
            report = client.ask("textDocument/diagnostic", {"textDocument": {"uri": document["uri"]}})
        said.seek(0)
        return report["items"], set(said.read().decode().split())


def rooms(modules: set[str]) -> set[str]:
    """The rooms of some modules."""
    return {name.split(".")[1] for name in modules if name.startswith("lsp_server.")}


def test_a_start_of_the_server_and_a_sound_text_do_without_the_rooms_of_grammars(tmp_path: Path) -> None:
    items, used = diagnosed("type A { b: Int }\n", tmp_path / "said")
    assert items == []
    assert "lsp_server.syntax.tree" in used
    assert rooms(used).isdisjoint({"constraint", "lalr", "lab"})


def test_the_errors_of_a_text_do_without_lark_and_what_suggestions_need(tmp_path: Path) -> None:
    load_grammar(load_registry().by_id("graphql"))  # analysed and kept, if it was not
    items, used = diagnosed("type A { b: }\n", tmp_path / "said")
    assert len(items) == 1
    assert "lsp_server.lalr.grammar" in used
    assert "constraint" not in rooms(used)
    assert used.isdisjoint({"lark", "lsp_server.inspection.looking"})


def test_python_dash_m_is_the_same_command() -> None:
    command = [sys.executable, "-m", "lsp_server", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("holegram ")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("!\n" * 5)
    command = [sys.executable, "-m", "lsp_server", "check", *["a.graphql"] * 2, "--format", "json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    name = b"\xff.graphql"
    if sys.platform in ("win32", "darwin"):
        name = "\N{GREEK SMALL LETTER OMEGA}.graphql".encode()
    (tmp_path / Path(name.decode(errors="surrogateescape"))).write_bytes(b"!\n")
    command = [sys.executable, "-m", "lsp_server", "check", "."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (1, b"")
    assert b".graphql:1:1: error: " in result.stdout


@pytest.mark.parametrize(
    ("args", "meant"),
    [
        (["serve", "--stdio"], ["serve"]),
        (["--bundles", "check", "--bundles", "b", "eval", "fill"], ["eval"]),
        (["chekc", "serve"], None),
        (["--help", "serve"], None),
        (["--bundles"], None),
        ([], None),
    ],
)
def test_only_the_command_that_is_called_is_made(args: list[str], meant: list[str] | None) -> None:
    assert list(_meant(args)) == (meant or [name[0] for name in commands() if len(name) == 1])
