"""Lark as a judge: the parser that a grammar was written for reads the texts, and nothing of ours does."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from lark import Lark
from lark.indenter import Indenter


def parse(text: str, directory: str) -> None:
    """Raise where a text is not valid by the grammar of a bundle."""
    _parser(directory).parse(text)


@cache
def _parser(directory: str) -> Lark:
    folder = Path(directory)
    manifest = tomllib.loads((folder / "language.toml").read_text("utf-8"))
    rules = manifest.get("indentation")
    return Lark(
        (folder / "grammar.lark").read_text("utf-8"),
        parser="lalr",
        start=manifest.get("start", "start"),
        maybe_placeholders=False,
        postlex=None if rules is None else indenter(**rules),
        import_paths=[directory],
    )


def indenter(
    newline: str, indent: str, dedent: str, tab: int, brackets: list[tuple[str, str]], unit: int = 4
) -> Indenter:
    """What tells Lark the blocks, as a manifest describes them."""
    names = {
        "NL_type": newline,
        "INDENT_type": indent,
        "DEDENT_type": dedent,
        "OPEN_PAREN_types": [opener for opener, _ in brackets],
        "CLOSE_PAREN_types": [closer for _, closer in brackets],
        "tab_len": tab,
    }
    found: Indenter = type("Blocks", (Indenter,), names)()
    return found
