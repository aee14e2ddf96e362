"""A real Neovim with the lines of the README and nothing else, driven by keys from outside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from lsp_server.languages.cases import CURSOR
from tests.editors.conftest import Home, lines_to_copy, needed, until
from tests.editors.situations import CURSORS, SITUATIONS, Accepted, Situation, check, name_of

_NORMAL = "<C-\\><C-N>"
_TEXT = 'return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") .. "\\n"'
_ERRORS = "return vim.tbl_map(function(d) return { d.lnum + 1, d.message } end, vim.diagnostic.get(0))"
_LISTED = 'return vim.fn.complete_info({ "items", "selected" })'


class Neovim:
    """One running Neovim, without a screen."""

    def __init__(self, program: str, home: Home) -> None:
        self._program, self._socket, self._home = program, home.path / "socket", home
        command = [program, "--headless", "--listen", str(self._socket)]
        self._process = subprocess.Popen(command, env=home.environment, cwd=home.path)
        until("Neovim", self._socket.exists)

    def close(self) -> None:
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

    def open(self, file: str, text: str) -> None:
        """Open a new file, and wait for the server to know it."""
        path = str(self._home.new(file, text))
        self.press(f"{_NORMAL}:edit! {path}<CR>")
        until(file, lambda: self.lua("return vim.api.nvim_buf_get_name(0)") == path)
        until("the server", lambda: self.lua("return vim.bo.omnifunc") == "v:lua.vim.lsp.omnifunc")

    def replace(self, text: str) -> None:
        """Put another text in place of the buffer's, and go into insert mode at its mark, if it has one."""
        before, after = text.split(CURSOR) if CURSOR in text else ("", text)
        self.press(_NORMAL)
        self.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, _A)", (before + after).splitlines())
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        self.lua("vim.api.nvim_win_set_cursor(0, _A)", [line, column])
        self.press("i" if after[:1].strip("\n") else "A")

    def complete(self) -> dict[str, Any]:
        """The entry that `Ctrl-X Ctrl-O` puts in first, once the model is there to say one."""

        def suggested() -> dict[str, Any] | None:
            self.press("<C-x><C-o>")
            until("a list", lambda: self.lua(_LISTED)["items"])
            listed = self.lua(_LISTED)
            first: dict[str, Any] = listed["items"][0]
            if first["menu"] == "holegram":
                assert listed["selected"] == 0
                return first
            self.press("<C-e>")
            return None

        return until("a suggestion", suggested)


@pytest.fixture(scope="module")
def neovim(home: Home) -> Iterator[Neovim]:
    program = needed("nvim", "apt-get install neovim")
    home.write(".config/nvim/init.lua", lines_to_copy("neovim"))
    editor = Neovim(program, home)
    yield editor
    editor.close()


@pytest.mark.parametrize("situation", SITUATIONS, ids=name_of)
def test_errors_come_and_go(neovim: Neovim, situation: Situation) -> None:
    neovim.open(situation.file, situation.broken)
    [[line, message]] = until("an error", lambda: neovim.lua(_ERRORS))
    assert line == 2
    assert "expected" in message
    neovim.replace(situation.repaired)
    until("no error", lambda: neovim.lua(_ERRORS) == [])


@pytest.mark.parametrize(("situation", "text"), CURSORS, ids=name_of)
def test_the_suggestion_comes_first_and_is_put_in_place(
    neovim: Neovim, situation: Situation, text: str
) -> None:
    neovim.open(situation.file, situation.repaired)
    neovim.replace(text)
    first = neovim.complete()
    neovim.press(_NORMAL)
    until("the end of the list", lambda: neovim.lua("return vim.api.nvim_get_mode().mode") == "n")
    check(situation, text, Accepted(first["info"], neovim.lua(_TEXT)))
