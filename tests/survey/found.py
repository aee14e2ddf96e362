"""Finds the Lark grammars that published packages hold: files of their own, and texts in Python code.

A package is an archive as `pip download` leaves it. Nothing of it is run.
"""

from __future__ import annotations

import ast
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lark.exceptions import LarkError
from lark.load_grammar import load_grammar as read_grammar

_RULE = re.compile(r"^[ \t]*[?!]{0,2}(_?[a-z]\w*)(?:\{[^}]*\})?(?:\.-?\d+)?\s*:", re.MULTILINE)
_STARTS = re.compile(r"\bstart\s*=\s*[\"'](\w+)[\"']")
_SHORTEST = 60
_SUFFIXES = (".lark", ".g")


@dataclass(frozen=True, slots=True)
class Published:
    """A grammar as a package ships it. `where` is its file there, with a line if it stands in Python code."""

    package: str
    version: str
    licence: str
    where: str
    path: Path
    text: str
    start: str


def published_in(archives: Path, into: Path) -> Iterator[Published]:
    """Every grammar that the archives in a folder hold and that has rules, each text once."""
    seen: set[str] = set()
    for archive in sorted(archives.iterdir()):
        folder = into / archive.name
        if not _unpack(archive, folder):
            continue
        named, version, licence = _described(folder)
        code = {path: _read(path) for path in sorted(folder.rglob("*.py"))}
        starts = {name for text in code.values() for name in _STARTS.findall(text)}
        for path, where, text in (*_files(folder), *_in_code(folder, code)):
            rules = _RULE.findall(text)
            if rules and text not in seen:
                seen.add(text)
                yield Published(named, version, licence, where, path, text, _start(rules, starts))


def _unpack(archive: Path, folder: Path) -> bool:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)  # noqa: S202
    elif archive.name.endswith(".tar.gz"):
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    else:
        return False
    return True


def _described(folder: Path) -> tuple[str, str, str]:
    """The name, the version and the licence that a package gives itself."""
    files = sorted((*folder.glob("*.dist-info/METADATA"), *folder.glob("*/PKG-INFO")))
    text = _read(files[0]) if files else ""
    head = dict(re.findall(r"^([\w-]+): (.+)$", text.partition("\n\n")[0], re.MULTILINE))
    classified = re.search(r"^Classifier: License :: (?:OSI Approved :: )?(.+)$", text, re.MULTILINE)
    licence = head.get("License-Expression") or (classified[1] if classified else head.get("License", ""))
    return head.get("Name", folder.name), head.get("Version", ""), licence[:40]


def _files(folder: Path) -> Iterator[tuple[Path, str, str]]:
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()):
        yield path, _shown(path, folder), _read(path)


def _in_code(folder: Path, code: dict[Path, str]) -> Iterator[tuple[Path, str, str]]:
    """The texts in Python code that Lark can read as grammars and that are none of its tests."""
    for path, text in code.items():
        if "lark" not in text.lower() or "_vendor" in path.parts or "test" in _shown(path, folder).lower():
            continue
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError):
            continue
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_grammar(node.value):
                yield path, f"{_shown(path, folder)}:{node.lineno}", node.value


def is_grammar(text: str) -> bool:
    if len(text) < _SHORTEST or not _RULE.search(text):
        return False
    try:
        read_grammar(text, "<text>", [], False)
    except (LarkError, OSError, AssertionError):
        return False
    return True


def _start(rules: list[str], named: set[str]) -> str:
    """The rule that a text begins with: `start`, else one that the package's code names, else the first."""
    return "start" if "start" in rules else next((name for name in rules if name in named), rules[0])


def _shown(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).parts
    return "/".join(parts[1:] if len(parts) > 1 else parts)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
