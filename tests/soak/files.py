"""A workspace on disk: some programs of each language, which change now and then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from lsp_server.languages import Language
from tests.constraint.texts import examples

_EACH = 3
_CREATED, _CHANGED, _DELETED = 1, 2, 3
"""Kinds of events (LSP 3.17, `FileChangeType`)."""


class Files:
    """The files of a folder."""

    def __init__(self, folder: Path, languages: Sequence[Language], random: Random) -> None:
        self._folder = folder
        self._random = random
        self._programs: dict[Path, tuple[str, ...]] = {}
        for language in languages:
            for number in range(_EACH):
                path = folder / ("", "deep", "deep")[number] / f"{number}{language.extensions[0]}"
                self._programs[path] = examples(language)
                self._write(path)

    def uris(self, language: Language) -> list[str]:
        """Names of documents of a language: that of one of its files, and two of no file."""
        extension = language.extensions[0]
        return [(self._folder / f"{name}{extension}").as_uri() for name in ("0", "none", "sound")]

    def change(self) -> list[dict[str, Any]]:
        """Write, remove or make some files; gives what is to be told of it."""
        chosen = self._random.sample(sorted(self._programs), self._random.choice((1, 1, 2)))
        return [{"uri": path.as_uri(), "type": self._changed(path)} for path in chosen]

    def _changed(self, path: Path) -> int:
        was = path.exists()
        if was and self._random.random() < 0.3:
            path.unlink()
            return _DELETED
        self._write(path)
        return _CHANGED if was else _CREATED

    def _write(self, path: Path) -> None:
        """Put a part of a program into a file, which need not be valid."""
        lines = self._random.choice(self._programs[path]).splitlines(keepends=True)
        path.parent.mkdir(exist_ok=True)
        kept = lines if self._random.random() < 0.5 else lines[: self._random.randrange(len(lines))]
        path.write_text("".join(kept), encoding="utf-8")
