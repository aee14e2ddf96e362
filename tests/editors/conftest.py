"""What the tests of all editors share: the lines of the README, a home of their own, and patience."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from tests.readme import EDITORS

PATIENCE = 120.0
"""Seconds until a test gives up waiting."""

_T = TypeVar("_T")


def lines_to_copy(editor: str) -> str:
    """What the README tells a user of an editor to copy."""
    found = re.search(
        rf"<!-- {editor} -->\n```\w+\n(.*?)```\n<!-- end -->", EDITORS.read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def lines_for_one_of_ones_own(editor: str, bundle: Path, home: Home) -> str:
    """What the command prints for the language of a bundle that does not come with it."""
    command = ["holegram", "--bundles", str(bundle), "editor", editor, "--language", bundle.name]
    return subprocess.run(command, env=home.environment, check=True, capture_output=True, text=True).stdout


def needed(program: str, remedy: str) -> str:
    """The path of an editor; where it is absent the test is skipped, and says how to get it."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"no {program} here: {remedy}")
    return path


def until(what: str, condition: Callable[[], _T | None]) -> _T:
    """Wait for something to become true; gives what it then is."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


@dataclass(frozen=True)
class Home:
    """The home of a user who has nothing but what a test puts there, with a folder of files in it."""

    path: Path
    environment: dict[str, str]
    _folders: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self, name: str, text: str) -> Path:
        """A new file of a name, in a folder of its own."""
        return self.write(f"files/{next(self._folders)}/{name}", text)

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A new home; `holegram` is $HOLEGRAM_SERVER, else that of the environment of this interpreter."""
    return _new_home(tmp_path_factory)


@pytest.fixture(scope="module")
def plain_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Another one, for an editor that starts no server."""
    return _new_home(tmp_path_factory)


def _new_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    server = Path(os.environ.get("HOLEGRAM_SERVER") or Path(sys.executable).parent / "holegram")
    assert server.is_file(), f"no command at {server}: name one in HOLEGRAM_SERVER"
    path = tmp_path_factory.mktemp("home")
    (path / ".git").mkdir()  # all of it is one project, which has one server
    (path / "bin").mkdir()
    (path / "bin" / "holegram").symlink_to(server.absolute())
    config = {
        "HOME": str(path),
        "XDG_CONFIG_HOME": str(path / ".config"),
        "XDG_STATE_HOME": str(path / ".state"),
    }
    search = {"PATH": f"{path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return Home(path, {**os.environ, **config, **search})
