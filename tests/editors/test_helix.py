"""A real Helix with the lines of the README and nothing else, in a terminal: what is on the screen counts."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.languages.cases import CURSOR
from tests.conftest import MakeBundle
from tests.editors.conftest import Home, lines_for_one_of_ones_own, lines_to_copy, needed, until
from tests.editors.situations import (
    CURSORS,
    SITUATIONS,
    SUGGESTED,
    TYPED,
    Accepted,
    Situation,
    check,
    name_of,
)
from tests.editors.terminal import Terminal
from tests.editors.typing import Edit, check_typed, type_out

_MARKED = re.compile(r"^● +(\d+) ", re.MULTILINE)
"""A line that has an error, by the mark beside its number."""

_KINDS = (
    "text|method|function|constructor|field|variable|class|interface|module|property|unit|value|enum|keyword|"
    "snippet|color|file|reference|folder|enum_member|constant|struct|event|operator|type_param"
)
_ENTRY = re.compile(rf" (?:{_KINDS})(?:  | ?$)", re.MULTILINE)
"""The end of an entry in the menu, which says of what kind it is."""

_LOOKS, _LOOK = 200, 0.05
"""So often, so many seconds apart, it is looked for a menu until it is asked for once more."""

_NORMAL, _INSERT = r"(?m)^ NOR ", r"(?m)^ INS "


class Helix:
    """One running Helix, in a terminal."""

    def __init__(self, program: str, home: Home) -> None:
        self._home = home
        self.terminal = Terminal([program], home)
        self.sees(_NORMAL)

    def sees(self, pattern: str) -> str:
        """Wait until something is on the screen; gives the screen."""

        def seen() -> str | None:
            screen = self.terminal.screen()
            return screen if re.search(pattern, screen) else None

        return until(pattern, seen)

    def normal(self) -> None:
        """Leave insert mode; an escape before any other key would make that another one."""
        if not re.search(_NORMAL, self.terminal.screen()):
            self.terminal.press("Escape")
            self.sees(_NORMAL)

    def command(self, line: str) -> None:
        self.normal()
        self.terminal.type(f":{line}")
        self.terminal.press("Enter")

    def open(self, file: str, text: str) -> Path:
        """Open a new file, with the cursor at its mark, if it has one."""
        before, after = text.split(CURSOR) if CURSOR in text else ("", text)
        path = self._home.new(file, before + after)
        self.command(f"open {path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}")
        self.sees(rf"{path.parent.name}/{file}")
        return path

    def typed(self, edit: Edit, pause: float) -> str:
        """What becomes of a file in which is typed."""
        path = self.open(edit.file, edit.text)
        self.terminal.press("i")
        self.sees(_INSERT)
        type_out(edit.keys, self._press, pause)
        self.terminal.press("Escape")
        self.command("write")
        self.sees("written")
        return path.read_text("utf-8")

    def _press(self, key: str) -> None:
        if key == "\n":
            self.terminal.press("Enter")
        else:
            self.terminal.type(key)

    def marked(self) -> list[int]:
        """The lines that have an error."""
        return [int(line) for line in _MARKED.findall(self.terminal.screen())]

    def complete(self) -> str | None:
        """Put in an entry of the menu; gives what is said beside it if it is the model's."""

        def selected() -> str | None:
            self.normal()
            self.terminal.press("i")
            self.sees(_INSERT)
            self.terminal.press("C-x")
            menu = self._opened()
            if menu is None:
                return None
            screen = self._told(menu)
            if TYPED in screen and len(_ENTRY.findall(menu)) > 1:
                screen = self._told(screen)
            return None if TYPED in screen else screen

        screen = until("an entry", selected)
        above, _, below = screen.partition(f"{SUGGESTED}\n")
        self.terminal.press("Enter")
        if not below:
            return None
        column = len(above) - above.rfind("\n") - 1
        return "\n".join(line[column:] for line in below.split("\n"))

    def _opened(self) -> str | None:
        """The screen with a menu; none if the editor opens none for a while, as it may drop an answer."""
        for _ in range(_LOOKS):
            menu = self._menu()
            if menu is not None:
                return menu
            time.sleep(_LOOK)
        return None

    def _menu(self) -> str | None:
        screen = self.terminal.screen()
        return screen if _ENTRY.search(screen) else None

    def _told(self, before: str) -> str:
        """Select the next entry; gives the screen once something is said beside it."""
        self.terminal.press("Tab")
        return until("what is told", lambda: None if (s := self.terminal.screen()) == before else s)


@pytest.fixture(scope="module")
def helix(home: Home) -> Iterator[Helix]:
    program = needed("hx", "apt-get install hx")
    home.write(".config/helix/languages.toml", lines_to_copy("helix"))
    editor = Helix(program, home)
    editor.open("first.tf", "a = {\n")
    until("the server", editor.marked)  # before it is there, no menu opens
    yield editor
    editor.terminal.close()


@pytest.mark.parametrize("situation", SITUATIONS, ids=name_of)
def test_errors_come_and_go(helix: Helix, situation: Situation) -> None:
    path = helix.open(situation.file, situation.broken)
    until("the error in line 2", lambda: helix.marked() == [2])  # till then the file before may be there
    helix.terminal.type("]d")
    helix.sees("expected")
    path.write_text(situation.repaired, encoding="utf-8")
    helix.command("reload")
    until("no error", lambda: not helix.marked())


@pytest.mark.parametrize(("situation", "text"), CURSORS, ids=name_of)
def test_an_entry_is_put_in_place(helix: Helix, situation: Situation, text: str) -> None:
    path = helix.open(situation.file, text)
    told = helix.complete()
    helix.command("write")
    helix.sees("written")
    check(situation, text, Accepted(path.read_text("utf-8"), told))


def test_what_is_typed_comes_out_as_typed(helix: Helix, plain_home: Home) -> None:
    lines = lines_to_copy("helix").replace('["holegram"]', "[]")
    plain_home.write(".config/helix/languages.toml", lines)
    plain = Helix(needed("hx", "apt-get install hx"), plain_home)
    check_typed(helix.typed, plain.typed)
    plain.terminal.close()


def test_the_lines_for_a_language_of_ones_own_name_the_server(home: Home, make_bundle: MakeBundle) -> None:
    program = needed("hx", "apt-get install hx")
    home.write(".config/helix/languages.toml", lines_for_one_of_ones_own("helix", make_bundle(), home))
    told = subprocess.run(
        [program, "--health", "calc"], env=home.environment, capture_output=True, text=True, check=True
    )
    assert "holegram" in told.stdout
    assert "not found" not in told.stdout
