"""The programs that make a parser: the tree-sitter CLI and a C compiler, found, asked and run.

They run in a temporary folder, without a shell, with no more time and memory than they are given.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import ToolError

_ELSE = "until then the grammar itself is used, which is slower"
_COMPILERS = ("cc", "gcc", "clang")
_MEMORY = 4 << 30
_ASKED = 20.0
"""Seconds in which a program says what version it is."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: how it is called, and what it says that it is."""

    command: tuple[str, ...]
    version: str


def find_generator() -> Tool:
    """The tree-sitter CLI.

    Raises:
        ToolError: there is none.

    """
    found = _which("tree-sitter")
    if found is None:
        raise ToolError(
            "the tree-sitter CLI is not installed, which generates parsers",
            remedy=f"install tree-sitter-cli with apt, npm or cargo; {_ELSE}",
        )
    return _asked((found,))


def find_compiler() -> Tool:
    """A C compiler: what `CC` names, one that is on the path, or that of the Python package ziglang.

    Raises:
        ToolError: there is none.

    """
    named = shlex.split(os.environ.get("CC", ""))
    for program in (*named[:1], *_COMPILERS):
        found = _which(program)
        if found is not None:
            return _asked((found, *(named[1:] if program in named[:1] else ())))
    if importlib.util.find_spec("ziglang") is not None:
        return _asked((sys.executable, "-m", "ziglang", "cc"))
    raise ToolError(
        "no C compiler is installed, which a parser is made with",
        remedy=f"install gcc or clang, or pip install ziglang; {_ELSE}",
    )


def run(command: Sequence[str], folder: Path, seconds: float) -> str:
    """Run a program in a folder; what it prints.

    Raises:
        ToolError: it fails, or takes longer; a `FailedError` has all that it said.

    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{name} cannot be run: {error.strerror}", remedy="install it again") from None
    _limit(process.pid)
    try:
        printed, complained = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ToolError(
            f"{name} did not finish within {seconds:.0f} seconds",
            remedy=f"make the grammar smaller; {_ELSE}",
        ) from None
    finally:
        _end(process)
    if process.returncode:
        raise FailedError(name, complained or printed)
    return printed


class FailedError(ToolError):
    """A program failed; `said` is what it printed."""

    def __init__(self, name: str, said: str) -> None:
        first = next((line.strip() for line in said.splitlines() if line.strip()), "no word of why")
        super().__init__(f"{name} failed: {first}", remedy=_ELSE)
        self.said = said


def _which(program: str) -> str | None:
    found = shutil.which(program)
    return found if found is not None and Path(found).is_absolute() else None


def _asked(command: tuple[str, ...]) -> Tool:
    printed = run((*command, "--version"), Path(command[0]).parent, _ASKED)
    return Tool(command, next(iter(printed.splitlines()), "").strip())


def _limit(process: int) -> None:
    """Let a process have so much memory, where the system can say so."""
    try:
        import resource

        resource.prlimit(process, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, AttributeError, OSError, ValueError):
        return


def _end(process: subprocess.Popen[str]) -> None:
    """End a process, and those that it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
