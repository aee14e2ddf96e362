"""Neovim, 0.10 and later: `init.lua`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.editors.quoting import listed
from lsp_server.languages import Language

_LINES = r"""
vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, { pattern = { PATTERNS }, callback = function(e)
  local server = { name = "holegram", cmd = { COMMAND }, get_language_id = function() return "" end }
  server.root_dir = vim.fs.root(e.buf, ".git") or vim.fn.getcwd()
  vim.schedule(function() vim.lsp.start(server, { bufnr = e.buf }) end) -- after the file type
end })
-- Before 0.11, the line ends of a completion come as zeros.
vim.cmd([[autocmd CompleteDone * if getline('.') =~ '\n' | keepp s/\%x00/\r/g | startinsert! | endif]])
local ghost = vim.lsp.inline_completion -- from 0.12 on; Tab takes what it shows
local function tab() return ghost.get() and "" or "<Tab>" end
if ghost then ghost.enable() vim.keymap.set("i", "<Tab>", tab, { expr = true }) end
"""


def lines(languages: Sequence[Language], command: Sequence[str]) -> str:
    """Start the server for the files that the languages claim, of which it is told the names only.

    A file type of the editor may be the id of another language than the one that claims the file.
    """
    patterns = [pattern for language in languages for pattern in _patterns(language)]
    return _LINES.lstrip().replace("COMMAND", listed(command)).replace("PATTERNS", listed(patterns))


def _patterns(language: Language) -> list[str]:
    names = [f"*{_literal(extension)}" for extension in language.extensions]
    return [*names, *map(_literal, language.filenames)]


def _literal(name: str) -> str:
    """A pattern of file names that fits one name."""
    return re.sub(r"([*?\[\]{},\\])", r"\\\1", name)
