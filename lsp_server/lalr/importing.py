"""Finds the grammars that a grammar imports, for Lark, which would open whatever a name leads to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lark.load_grammar import stdlib_loader

from lsp_server.errors import DocumentError, GrammarError
from lsp_server.lalr.bounds import LONGEST, check_size, line_of
from lsp_server.text import read_text

_MOST = 4 * LONGEST
"""Characters of all grammars that one imports, and bytes of one of them."""

Importer = Callable[[Any, str], tuple[Any, str]]
"""From where a grammar is that imports (none for an absolute name), and a file's name, to place and text."""


def importer(text: str, path: Path, also: tuple[Path, ...] = ()) -> Importer:
    """What a grammar imports: grammars in its own folder or below, by no link leading out; else Lark's own.

    Those in other folders are found if these are named (`also`).

    It is given to Lark as the only place to look in. It raises `GrammarError` rather than an `OSError`, after
    which Lark would look in the working directory.
    """
    folder, spent = path.parent, 0

    def refused(name: str, reason: str, remedy: str | None) -> GrammarError:
        dotted = re.escape(name.removesuffix(".lark").replace(os.sep, "."))
        line = line_of(text, rf"[ \t]*%import\s+\.?{dotted}\b")
        return GrammarError(f"cannot import {name}: {reason}", path=path, line=line, remedy=remedy)

    def find(base: Any, name: str) -> tuple[Any, str]:
        nonlocal spent
        places = (folder / name, *([Path(base, name)] if isinstance(base, str) else []))
        for place in (*places, *(other / name for other in also)):
            if os.path.lexists(place):
                try:
                    found = read_text(place, largest=_MOST, within=(folder, *also))
                except DocumentError as error:
                    raise refused(name, error.message, error.remedy) from None
                spent += len(found)
                if spent > _MOST:
                    raise refused(name, f"imports have more than {_MOST:,} characters", "import less")
                check_size(found, place)
                return str(place), found
        try:
            return stdlib_loader(base, name)
        except OSError:
            raise refused(
                name, "no such file", "put it beside the grammar, or name its folder with --import-path"
            ) from None

    return find
