"""Does what the tutorial says, in a folder of its own: `python -m tests.tutorial` brings it up to date.

A file is a block of code after a line that is its name. In a block of type `console`, what follows a command
is what it prints; in there, a line of three dots stands for any lines.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "grammars" / "TUTORIAL.md"

_PART = re.compile(
    r"^`(?P<name>[^`\n]+)`\n\n```\n(?P<text>.*?)```|^```console\n(?P<console>.*?)```", re.M | re.S
)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)
_DOTS = "..."


@dataclass(frozen=True)
class Said:
    """A command, what the tutorial says that it prints, and what it does print."""

    command: str
    says: str
    prints: str

    @property
    def holds(self) -> bool:
        """Whether the one is the other, apart from what is left out."""
        parts = (re.escape(part) for part in re.split(rf"^{re.escape(_DOTS)}\n", self.says, flags=re.M))
        return re.fullmatch("(?s:.*)".join(parts), self.prints) is not None


def walk(text: str, folder: Path) -> Iterator[Said]:
    """Write the files of a tutorial to a folder and run its commands there, in order."""
    for part in _PART.finditer(text):
        if part["name"]:
            file = folder / part["name"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(part["text"], encoding="utf-8")
        else:
            for command, says in _COMMAND.findall(part["console"]):
                yield Said(command, says, _printed(command, folder))


def _printed(command: str, folder: Path) -> str:
    words = [sys.executable, "-m", "lsp_server", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
    return "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())


if __name__ == "__main__":
    written = TUTORIAL.read_text("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        for said in walk(written, Path(scratch)):
            if not said.holds:
                print(f"$ {said.command}\n{said.prints}")
                if _DOTS not in said.says.splitlines():
                    written = written.replace(
                        f"$ {said.command}\n{said.says}", f"$ {said.command}\n{said.prints}"
                    )
    TUTORIAL.write_text(written, "utf-8")
