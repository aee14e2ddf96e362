"""The lines that make an editor start the server for some languages, for a user to copy; knows no protocol.

A file keeps the mode or file type that the editor has for it: the server knows languages by file names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lsp_server.editors import emacs, helix, neovim
from lsp_server.errors import UsageError
from lsp_server.languages import Language


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor, by the name of its command in words, and the file that its lines are for.

    `lines` are made of languages, of which there is one at least, and of the words that start the server.
    """

    name: str
    file: str
    lines: Callable[[Sequence[Language], Sequence[str]], str]


EDITORS = (
    Editor("emacs", "~/.emacs.d/init.el", emacs.lines),
    Editor("helix", "~/.config/helix/languages.toml", helix.lines),
    Editor("neovim", "~/.config/nvim/init.lua", neovim.lines),
)


def editor_named(name: str) -> Editor:
    """The editor with a name.

    Raises:
        UsageError: none is known by that name.

    """
    for editor in EDITORS:
        if editor.name == name.lower():
            return editor
    known = ", ".join(editor.name for editor in EDITORS)
    raise UsageError(f"no lines for the editor '{name}'", remedy=f"known are: {known}")
