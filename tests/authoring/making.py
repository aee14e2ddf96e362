"""Bundles that `holegram new` makes of a grammar and examples."""

from __future__ import annotations

from pathlib import Path

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.languages import Language


def made_of(folder: Path, grammar: str, *examples: str) -> Language:
    """The language that comes of them; all files lie in a folder."""
    (folder / "examples").mkdir()
    for number, text in enumerate(examples):
        (folder / "examples" / f"{number}.own").write_text(text, "utf-8")
    (folder / "own.lark").write_text(grammar, "utf-8")
    wishes = Wishes(examples=folder / "examples" if examples else None)
    return write(draft(folder / "own.lark", wishes), folder / "own")
