"""A terminal that a test types into and reads from: one window of tmux, with a server of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.editors.conftest import Home, needed


class Terminal:
    """A program in a terminal of 120 columns and 40 lines, which it has to itself."""

    def __init__(self, command: Sequence[str | Path], home: Home) -> None:
        program = needed("tmux", "apt-get install tmux")
        self._tmux = [program, "-S", str(home.path / "tmux"), "-f", "/dev/null"]
        self._environment = {**home.environment, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        self._run("new-session", "-d", "-x", "120", "-y", "40", "-c", str(home.path), *map(str, command))
        self._run("set-option", "-s", "escape-time", "0")

    def press(self, *keys: str) -> None:
        """Press keys, by the names that tmux has for them."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._run("send-keys", "-l", text)

    def screen(self) -> str:
        """What is to be seen now."""
        return self._run("capture-pane", "-p")

    def close(self) -> None:
        """End the program and the terminal."""
        self._run("kill-server")

    def _run(self, *arguments: str) -> str:
        command = [*self._tmux, *arguments]
        return subprocess.run(
            command, env=self._environment, check=True, capture_output=True, encoding="utf-8"
        ).stdout
