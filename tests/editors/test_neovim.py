"""A real Neovim with the lines of the README and nothing else, driven by keys from outside."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lsp_server.languages.cases import CURSOR
from tests.conftest import MakeBundle
from tests.editors.conftest import Home, lines_for_one_of_ones_own, lines_to_copy, needed, until
from tests.editors.situations import (
    CURSORS,
    SITUATIONS,
    SUGGESTED,
    Accepted,
    Situation,
    best_of,
    check,
    name_of,
)
from tests.editors.typing import Edit, check_typed, type_out

_NORMAL = "<C-\\><C-N>"
_TEXT = 'return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") .. "\\n"'
_ERRORS = "return vim.tbl_map(function(d) return { d.lnum + 1, d.message } end, vim.diagnostic.get(0))"
_GHOST = """
local found = vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true, type = "virt_text" })
local shown = {}
for _, mark in ipairs(found) do
  for _, line in ipairs({ mark[4].virt_text or {}, unpack(mark[4].virt_lines or {}) }) do
    shown[#shown + 1] = table.concat(vim.tbl_map(function(chunk) return chunk[1] end, line))
  end
end
return table.concat(shown, "\\n")
"""
_LISTED = 'return vim.fn.complete_info({ "items", "selected" })'


class Neovim:
    """One running Neovim, without a screen."""

    def __init__(self, program: str, home: Home, lines: str, *, served: bool = True) -> None:
        self._served = served
        self._program, self._socket, self._home = program, home.path / f"socket{len(lines)}", home
        home.write(".config/nvim/init.lua", lines)
        command = [program, "--headless", "--listen", str(self._socket)]
        self._process = subprocess.Popen(command, env=home.environment, cwd=home.path)
        until("Neovim", self._socket.exists)

    def close(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it may be gone before it has answered
            self.press(f"{_NORMAL}:qall!<CR>")
        self._process.wait(30)

    def press(self, keys: str) -> None:
        self._remote("--remote-send", keys)

    def lua(self, chunk: str, argument: object = None) -> Any:
        """What a chunk of Lua returns, to which `_A` is an argument."""
        call, given = (text.replace("'", "''") for text in (chunk, json.dumps(argument)))
        code = f"json_encode(luaeval('(function() {call} end)()', json_decode('{given}')))"
        return json.loads(self._remote("--remote-expr", code))

    def _remote(self, *arguments: str) -> str:
        command = [self._program, "--server", str(self._socket), *arguments]
        done = subprocess.run(command, env=self._home.environment, check=True, capture_output=True, text=True)
        return done.stdout or done.stderr

    def open(self, file: str, text: str) -> Path:
        """Open a new file, and wait for the server to know it."""
        made = self._home.new(file, text)
        path = str(made)
        self.press(f"{_NORMAL}:edit! {path}<CR>")
        until(file, lambda: self.lua("return vim.api.nvim_buf_get_name(0)") == path)
        if self._served:
            until("the server", lambda: self.lua("return vim.bo.omnifunc") == "v:lua.vim.lsp.omnifunc")
        return made

    def typed(self, edit: Edit, pause: float) -> str:
        """What becomes of a file in which is typed; no cursor comes behind its last line end."""
        path = self.open(edit.file, edit.text.replace(CURSOR, ""))
        self.replace(re.sub(rf"\n({re.escape(CURSOR)})\Z", r"\1\n", edit.text))
        type_out(edit.keys, lambda key: self.press({"\n": "<CR>", "<": "<lt>"}.get(key, key)), pause)
        self.press(f"{_NORMAL}:write<CR>")
        until("the file", lambda: not self.lua("return vim.bo.modified"))
        return path.read_text("utf-8")

    def replace(self, text: str) -> None:
        """Put another text in place of the buffer's, and go into insert mode at its mark, if it has one."""
        before, after = text.split(CURSOR) if CURSOR in text else ("", text)
        self.press(_NORMAL)
        self.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, _A)", (before + after).splitlines())
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        self.lua("vim.api.nvim_win_set_cursor(0, _A)", [line, column])
        self.press("i" if after[:1].strip("\n") else "A")

    def errors(self) -> list[tuple[int, str]]:
        return [(line, message) for line, message in self.lua(_ERRORS)]

    def differs(self, text: str) -> bool:
        """Whether the buffer has another text."""
        return bool(self.lua(_TEXT) != text)

    def complete(self) -> dict[str, Any]:
        """An entry that `Ctrl-X Ctrl-O` offers: of the model, once that is there, or another one."""

        def offered() -> int | None:
            self.press("<C-x><C-o>")
            items = until("a list", lambda: self.lua(_LISTED)["items"])
            place = best_of([item["menu"] for item in items])
            if place is None:
                self.press("<C-e>")
            return None if place is None else place + 1

        place = until("an entry", offered) - 1
        self.press("<C-n>" * place)
        until("the entry", lambda: self.lua(_LISTED)["selected"] == place)
        chosen: dict[str, Any] = self.lua(_LISTED)["items"][place]
        return chosen


@pytest.fixture(scope="module")
def neovim(home: Home) -> Iterator[Neovim]:
    program = needed("nvim", "apt-get install neovim")
    editor = Neovim(program, home, lines_to_copy("neovim"))
    yield editor
    editor.close()


@pytest.mark.parametrize("situation", SITUATIONS, ids=name_of)
def test_errors_come_and_go(neovim: Neovim, situation: Situation) -> None:
    neovim.open(situation.file, situation.broken)
    [(line, message)] = until("an error", neovim.errors)
    assert line == 2
    assert "expected" in message
    neovim.replace(situation.repaired)
    until("no error", lambda: not neovim.errors())


@pytest.mark.parametrize(("situation", "text"), CURSORS, ids=name_of)
def test_an_entry_is_put_in_place(neovim: Neovim, situation: Situation, text: str) -> None:
    neovim.open(situation.file, situation.repaired)
    neovim.replace(text)
    chosen = neovim.complete()
    neovim.press(_NORMAL)
    until("the end of the list", lambda: neovim.lua("return vim.api.nvim_get_mode().mode") == "n")
    told = chosen["info"] if chosen["menu"] == SUGGESTED else None
    check(situation, text, Accepted(neovim.lua(_TEXT), told))


def test_the_suggestion_is_ghost_text_that_tab_takes(neovim: Neovim) -> None:
    if not neovim.lua('return vim.fn.has("nvim-0.12") == 1'):
        pytest.skip("this Neovim has no inline completion: from 0.12 on it does")
    for situation, text in CURSORS:
        neovim.open(situation.file, situation.repaired)
        neovim.replace(text)
        before = neovim.lua(_TEXT)
        ghost = until("ghost text", lambda: neovim.lua(_GHOST))
        neovim.press("<Tab>")
        until("the text", partial(neovim.differs, before))
        neovim.press(_NORMAL)
        check(situation, text, Accepted(neovim.lua(_TEXT), ghost))


def test_what_is_typed_comes_out_as_typed(neovim: Neovim, plain_home: Home) -> None:
    lines = f"vim.lsp.start = function() end\n{lines_to_copy('neovim')}"
    plain = Neovim(needed("nvim", "apt-get install neovim"), plain_home, lines, served=False)
    check_typed(neovim.typed, plain.typed)
    plain.close()


def test_the_lines_for_a_language_of_ones_own_do_the_same(home: Home, make_bundle: MakeBundle) -> None:
    program = needed("nvim", "apt-get install neovim")
    editor = Neovim(program, home, lines_for_one_of_ones_own("neovim", make_bundle(), home))
    editor.open("f.calc", "a = 1;\nb = ;\n")
    assert [line for line, _ in until("an error", editor.errors)] == [2]
    editor.close()
