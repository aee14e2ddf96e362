"""Writes the parts of the docs that follow from the program: `python tests/readme.py`.

A part stands between `<!-- NAME -->` and `<!-- end -->`. Blocks of type `console` that hold a command
line after `$ ` and its output are run, except those whose command starts with `python3`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from lsp_server.cli.app import app
from lsp_server.server.configuration.settings import settings_schema

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
REFERENCE = ROOT / "lsp_server" / "REFERENCE.md"
EDITORS = ROOT / "vscode-client" / "README.md"

PART = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCK = re.compile(r"(```console\n\$ (holegram [^\n]*)\n)(.*?)(```)", re.DOTALL)


def commands() -> str:
    """A table of all commands, from their own help."""
    rows = (
        (f"`{_usage(name, command)}`", command.help.split("\n\n")[0])
        for name, command in _leaves("holegram", typer.main.get_command(app))
    )
    return _table(("command", "does"), rows)


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
    else:
        for part, inner in below.items():
            yield from _leaves(f"{name} {part}", inner)


def _usage(name: str, command: Any) -> str:
    words = [name]
    for parameter in command.params:
        if parameter.param_type_name == "argument" and not parameter.hidden:
            words.append(parameter.metavar)
        elif parameter.param_type_name == "option" and parameter.name != "help":
            flag = parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} {parameter.metavar}"
            words.append(flag if parameter.required else f"[{flag}]")
    return " ".join(words).replace("|", "\\|")


def settings() -> str:
    """A table of all settings of the server, from their schema."""
    schema = settings_schema()
    return _table(("setting", "default", "what it does"), _settings("", schema, schema.get("$defs", {})))


def _settings(prefix: str, schema: dict[str, Any], known: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, field in schema["properties"].items():
        inner = known.get(field.get("$ref", "").rpartition("/")[2], {})
        if "properties" in inner:
            yield from _settings(f"{prefix}{name}.", inner, known)
        else:
            default = field.get("default")
            shown = "" if default in (None, []) else f"`{default}`".replace("True", "true")
            values = ", ".join(f"`{value}`" for value in inner.get("enum", ()))
            yield f"`{prefix}{name}`", shown, field["description"] + (f" One of {values}." if values else "")


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |\n" for line in lines)


def snippet(editor: str) -> str:
    """The lines for an editor, as `holegram editor` prints them, as a block of code."""
    return f"```{NOTATIONS[editor]}\n{run(f'holegram editor {editor}')}```\n"


TABLES: dict[str, Callable[[], str]] = {"commands": commands, "settings": settings}
NOTATIONS = {"emacs": "elisp", "helix": "toml", "neovim": "lua"}
SNIPPETS: dict[str, Callable[[], str]] = {name: partial(snippet, name) for name in NOTATIONS}


def run(command: str) -> str:
    """What a `holegram` command prints in the root of this checkout, without blanks at the ends of lines.

    Languages that somebody made here are not known to it.
    """
    words = [sys.executable, "-m", "lsp_server", *shlex.split(command)[1:]]
    with TemporaryDirectory() as nothing:
        own = {**os.environ, "XDG_DATA_HOME": nothing}
        printed = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, env=own).stdout
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def with_tables(text: str, parts: Mapping[str, Callable[[], str]] = TABLES) -> str:
    """The text with its generated parts as they should be; a part of another name is somebody else's."""
    return PART.sub(lambda part: part[1] + parts[part[2]]() + part[3] if part[2] in parts else part[0], text)


def with_outputs(text: str) -> str:
    """The text with the output of each command as it is now."""
    return BLOCK.sub(lambda block: block[1] + run(block[2]) + block[4], text)


if __name__ == "__main__":
    README.write_text(with_outputs(README.read_text("utf-8")), "utf-8")
    REFERENCE.write_text(with_tables(REFERENCE.read_text("utf-8")), "utf-8")
    EDITORS.write_text(with_tables(EDITORS.read_text("utf-8"), SNIPPETS), "utf-8")
