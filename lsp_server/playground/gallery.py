"""Languages to begin with: those that are bundled, and two grammars as a person might paste them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.languages import Language
from lsp_server.opening import files_below
from lsp_server.text import read_text

_FOLDER = Path(__file__).parent / "gallery"
_LONGEST = 6_000


@dataclass(frozen=True, slots=True)
class GalleryEntry:
    """A language to try out. One that is `bundled` is known by its id, any other is made of its grammar.

    `docs` are pages in Markdown; `program` is one to begin with.
    """

    id: str
    name: str
    grammar: str
    program: str
    bundled: bool
    extension: str = ""
    docs: Sequence[str] = field(default=(), repr=False)


def own_entries() -> tuple[GalleryEntry, ...]:
    """Those that are grammars and nothing else: each is a file .lark with a program beside it."""
    grammars = (path for path in files_below(_FOLDER) if path.suffix == ".lark")
    return tuple(
        GalleryEntry(
            path.stem,
            path.stem.replace("-", " ").capitalize(),
            read_text(path),
            read_text(path.with_suffix(".txt")),
            bundled=False,
        )
        for path in sorted(grammars)
    )


def entry_of(language: Language) -> GalleryEntry:
    """A bundled language, with the shortest of its examples that is no mere line."""
    texts = [text for text in language.examples.values() if len(text) <= _LONGEST]
    program = min((text for text in texts if text.count("\n") >= 8), key=len, default="".join(texts[:1]))
    docs = tuple(language.docs.values())
    extension = next(iter(language.extensions), "")
    return GalleryEntry(language.id, language.name, language.grammar, program, True, extension, docs)
