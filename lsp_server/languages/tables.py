"""Reads the TOML files of a bundle, and finds the lines that its errors name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from lsp_server.errors import DocumentError, ManifestError
from lsp_server.text import read_text

_HEADER = re.compile(r"""\s*\[+\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*\]""")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*=""")


LARGEST = 5_000_000
"""Bytes of a file of a bundle."""

_LARGEST_TOML = 500_000
"""Characters of a file in TOML, which is read slowly: the largest that comes with the product has a tenth."""

_DEEP = re.compile(r"""(?:(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){40}""")
"""A key in so many parts: one of a hundred thousand was not read in 40 s."""


def read_file(path: Path, bundle: Path) -> str:
    """The text of a file of a bundle.

    Raises:
        ManifestError: it cannot be read as text, is too large, or is a link that leads out of the bundle.

    """
    try:
        return read_text(path, largest=LARGEST, within=(bundle,))
    except DocumentError as error:
        raise ManifestError(error.message, path=path, line=error.line, remedy=error.remedy) from None


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        ManifestError: it is not TOML, too long, or nested too deeply.

    """
    if len(text) > _LARGEST_TOML:
        most = f"{_LARGEST_TOML:,}"
        raise ManifestError(f"has more than {most} characters", path=path, remedy="say less in it")
    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise ManifestError("a key in too many parts", path=path, line=line, remedy="write it shorter")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ManifestError(
            f"not TOML: {error}",
            path=path,
            line=int(found[1]) if found else None,
            remedy="correct the syntax",
        ) from None


def line_of(text: str, names: list[str], index: int = 0) -> int | None:
    """Where a key or table stands, from 1: one of the root, or one of the index-th table of a name."""
    headers: list[str] = [""]
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            headers.append(_named(header))
            found = names == [headers[-1]] and headers.count(headers[-1]) == index + 1
        elif key := _KEY.match(line):
            inside = names == [headers[-1], _named(key)] and headers.count(headers[-1]) == index + 1
            found = inside or (headers[-1] == "" and _named(key) == ".".join(names))
        else:
            found = False
        if found:
            return number
    return None


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Where each table, and each key of one, stands first; all of them in one pass."""
    found: dict[tuple[str, ...], int] = {}
    header = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADER.match(line):
            header = _named(match)
            found.setdefault((header,), number)
        elif match := _KEY.match(line):
            found.setdefault((header, _named(match)) if header else (_named(match),), number)
    return found


def _named(match: re.Match[str]) -> str:
    return next(name for name in match.groups() if name is not None)
