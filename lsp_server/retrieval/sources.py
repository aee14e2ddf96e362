"""Which texts passages are cut from: a bundle's docs and examples, a workspace, folders that are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from lsp_server.errors import DocumentError
from lsp_server.languages import Language, Registry
from lsp_server.opening import files_below, read_bytes
from lsp_server.retrieval.passages import PassageOrigin, is_markdown
from lsp_server.retrieval.store import SourceText
from lsp_server.text import decode_text

_LARGEST = 1_000_000
"""Bytes of a file; nobody writes a larger one by hand."""

_MOST_FILES = 5_000
"""Files of each folder."""


def bundle_texts(language: Language) -> Iterator[SourceText]:
    """The docs and examples that a bundle brings."""
    for name, text in language.docs.items():
        yield SourceText(PassageOrigin.DOCS, f"docs/{name}.md", text)
    for snippet in language.snippets:
        if not snippet.within:
            page = f"# {snippet.name}\n\n{snippet.about}\n\n~~~~\n{snippet.plain}\n~~~~\n"
            yield SourceText(PassageOrigin.DOCS, f"snippets/{snippet.name}.md", page)
    for path, text in language.examples.items():
        yield SourceText(PassageOrigin.EXAMPLES, path.relative_to(language.directory).as_posix(), text)


def workspace_texts(texts: Iterable[tuple[PurePath, str]]) -> Iterator[SourceText]:
    """Files of a workspace that were read already."""
    for path, text in texts:
        yield SourceText(PassageOrigin.WORKSPACE, str(path), text)


def folder_texts(language: Language, folders: Sequence[Path]) -> Iterator[SourceText]:
    """The files of a language, and of Markdown, in folders that a person named.

    What is no text, too large, or a link is left out.
    """
    own = Registry((language,))
    for folder in folders:
        for number, path in enumerate(files_below(folder)):
            if number == _MOST_FILES:
                break
            if is_markdown(path.name) or own.claimant(path) is not None:
                with suppress(DocumentError):
                    text = decode_text(read_bytes(path, largest=_LARGEST), path)
                    yield SourceText(PassageOrigin.FOLDER, str(path), text)
