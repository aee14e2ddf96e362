"""Reads folders of files into tagged documents. Knows the registry of languages, not the tokenizer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.errors import DocumentError, UnknownLanguageError, UsageError
from lsp_server.opening import files_below
from lsp_server.text import read_text
from lsp_server.training.config import TrainingFolder

OTHER = "other"
LARGEST = 2_000_000
HELD_OUT_ONE_IN = 50
NAMED_SOURCE = re.compile(r"(?P<tag>[A-Za-z0-9][\w-]*)(:(?P<weight>\d+(\.\d+)?))?=(?P<folder>.+)")


@dataclass(frozen=True, slots=True)
class TrainingText:
    """One file's text with the tag of its language; `weight` is its source's, `folder` where it stands."""

    text: str
    tag: str
    weight: float = 1.0
    folder: str = ""


def parse_source(argument: str) -> TrainingFolder:
    """Read `DIR`, `TAG=DIR` (every file of the folder gets that tag) or `TAG:WEIGHT=DIR`.

    Raises UsageError when the folder is not there.
    """
    named = NAMED_SOURCE.fullmatch(argument)
    if named is None or Path(argument).is_dir():
        source = TrainingFolder(Path(argument))
    else:
        source = TrainingFolder(Path(named["folder"]), named["tag"], float(named["weight"] or 1))
    if not source.path.is_dir():
        raise UsageError(f"no folder {source.path}", remedy="give --data a folder, or TAG=FOLDER")
    return source


def read_documents(sources: Sequence[TrainingFolder]) -> tuple[TrainingText, ...]:
    """Return the documents of all sources in a fixed order: by source, then by path; equal texts once.

    Hidden files and folders, symbolic links, and files that are empty, over 2 MB, unreadable or not UTF-8 are
    passed over. Raises UsageError when a folder is missing.
    """
    seen: set[bytes] = set()
    documents: list[TrainingText] = []
    for source in sources:
        if not source.path.is_dir():
            raise UsageError(f"no folder {source.path}", remedy="give a folder of source files")
        for path in files_below(source.path):
            text = _read(path)
            if text is None:
                continue
            digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
            if digest in seen:
                continue
            seen.add(digest)
            documents.append(TrainingText(text, source.tag or _tag_of(path), source.weight, str(path.parent)))
    return tuple(documents)


def set_aside(documents: Sequence[TrainingText]) -> tuple[tuple[TrainingText, ...], tuple[TrainingText, ...]]:
    """Split into (training, held out): about one document in fifty is held out, by the digest of its text
    alone.
    """
    kept: list[TrainingText] = []
    held: list[TrainingText] = []
    for document in documents:
        digest = hashlib.sha1(document.text.encode(), usedforsecurity=False).digest()
        (held if digest[0] * 256 + digest[1] < 65_536 // HELD_OUT_ONE_IN else kept).append(document)
    return tuple(kept), tuple(held)


def _read(path: Path) -> str | None:
    try:
        text = read_text(path, largest=LARGEST)
    except DocumentError:
        return None
    return text if text.strip() and "\0" not in text else None


def _tag_of(path: Path) -> str:
    from lsp_server.languages import load_registry

    try:
        return load_registry().for_path(path).id
    except UnknownLanguageError:
        return OTHER
