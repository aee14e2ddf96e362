"""Reads a folder of source files for an evaluation: which, in what order, and what was left out.

It must not know what is done with them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.errors import DocumentError, UsageError
from lsp_server.languages import Language, Registry
from lsp_server.opening import files_below
from lsp_server.text import read_text

LARGEST = 200_000
"""Files above this many bytes are left out unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file; `name` is its path inside the folder, with `/`."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files of one language, ordered by name, and how many were left out for each reason."""

    sources: tuple[Source, ...]
    left_out: Mapping[str, int]


def read_corpus(
    directory: Path,
    language: Language,
    *,
    sample: int | None = None,
    seed: int = 0,
    largest: int = LARGEST,
    empty: bool = False,
) -> Corpus:
    """Read the files of a language below a folder.

    The same folder, `sample` and `seed` always give the same files.

    Args:
        directory: searched with all its subfolders.
        language: files that its extensions and names do not claim are left out.
        sample: at most so many files, drawn at random.
        seed: of the draw.
        largest: files above this many bytes are left out.
        empty: whether a folder without a file of the language will do.

    Raises:
        UsageError: the folder is missing, or holds no file of the language where it must.

    """
    if not directory.is_dir():
        raise UsageError("no such directory", path=directory, remedy="name a folder of source files")
    own = Registry((language,))
    left_out: Counter[str] = Counter()
    paths: list[Path] = []
    found = files_below(directory, hidden=True)
    for path in sorted(found, key=lambda path: path.relative_to(directory).as_posix()):
        reason = _reason(path, own, largest)
        if reason is None:
            paths.append(path)
        else:
            left_out[reason] += 1
    if sample is not None and sample < len(paths):
        left_out["not drawn"] += len(paths) - sample
        paths = [paths[i] for i in sorted(random.Random(seed).sample(range(len(paths)), sample))]  # noqa: S311
    sources: list[Source] = []
    for path in paths:
        try:
            sources.append(Source(path.relative_to(directory).as_posix(), read_text(path)))
        except DocumentError:
            left_out["unreadable"] += 1
    if not sources and not empty:
        raise UsageError(
            f"no {language.name} file", path=directory, remedy=f"known are: {' '.join(language.extensions)}"
        )
    return Corpus(tuple(sources), dict(left_out))


def examples_of(language: Language) -> tuple[Source, ...]:
    """The examples of a bundle, ordered by name."""
    folder = language.directory / "examples"
    return tuple(
        Source(path.relative_to(folder).as_posix(), text) for path, text in language.examples.items()
    )


def _reason(path: Path, own: Registry, largest: int) -> str | None:
    if own.claimant(path) is None:
        return "not of the language"
    return "too large" if path.stat().st_size > largest else None
