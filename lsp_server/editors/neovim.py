"""Neovim, 0.10 and later: `init.lua`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.editors.quoting import listed
from lsp_server.languages import Language

# The server is told names of files only, as a file type may be the id of another language than the one that
# claims the file. A file type may set `omnifunc`, so it goes first. Of a completion, 0.10 writes line ends as
# zeros, and 0.11 only what comes before the first blank: the whole takes the place of what was written.
_LINES = r"""
vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, { pattern = { PATTERNS }, callback = function(e)
  local server = { name = "holegram", cmd = { COMMAND }, get_language_id = function() return "" end }
  server.root_dir = vim.fs.root(e.buf, ".git") or vim.fn.getcwd()
  vim.schedule(function() vim.lsp.start(server, { bufnr = e.buf }) end)
end })
vim.api.nvim_create_autocmd("CompleteDone", { callback = function() -- the whole of what has line ends
  local item, at = vim.tbl_get(vim.v.completed_item, "user_data", "nvim", "lsp", "completion_item"), vim.fn.getpos(".")
  local whole = item and (item.detail == "suggested line" or vim.tbl_get(item, "data", "snippet")) and item.insertTextFormat ~= 2
  if whole then vim.api.nvim_buf_set_text(0, at[2] - 1, at[3] - 1 - #vim.v.completed_item.word, at[2] - 1, at[3] - 1, {}) vim.api.nvim_put(vim.split(item.textEdit.newText, "\n"), "c", false, true) end
end })
if vim.lsp.inline_completion then vim.lsp.inline_completion.enable() vim.keymap.set("i", "<Tab>", function() return vim.lsp.inline_completion.get() and "" or "<Tab>" end, { expr = true }) end
"""  # noqa: E501


def lines(languages: Sequence[Language], command: Sequence[str]) -> str:
    """Start the server for the files that the languages claim."""
    patterns = listed(pattern for language in languages for pattern in _patterns(language))
    return _LINES.lstrip().replace("COMMAND", listed(command)).replace("PATTERNS", patterns)


def _patterns(language: Language) -> list[str]:
    names = [f"*{_literal(extension)}" for extension in language.extensions]
    return [*names, *map(_literal, language.filenames)]


def _literal(name: str) -> str:
    """A pattern of file names that fits one name."""
    return re.sub(r"([*?\[\]{},\\])", r"\\\1", name)
