"""Looks passages up for commands, as a server does that has read its project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from lsp_server.cli.cursor import Cursor
    from lsp_server.languages import Language
    from lsp_server.retrieval import LookedUp, PassageStore


def store_of(language: Language, project: Path | None, examples: Sequence[Path] = ()) -> PassageStore:
    """The passages of a language's bundle, of a project, and of folders with docs and examples, up to date.

    Raises:
        UsageError: one of them is no folder.

    """
    from lsp_server.languages.sources import read_corpus
    from lsp_server.retrieval import PassageStore, bundle_texts, folder_texts, store_path, workspace_texts

    for folder in examples:
        if not folder.is_dir():
            raise UsageError("no such directory", path=folder, remedy="name a folder of docs and examples")
    root = None if project is None else project.resolve()
    sources = () if root is None else read_corpus(root, language, empty=True).sources
    texts = [
        *bundle_texts(language),
        *(() if root is None else workspace_texts((root / one.name, one.text) for one in sources)),
        *folder_texts(language, [folder.resolve() for folder in examples]),
    ]
    place = "\n".join(sorted(str(folder.resolve()) for folder in (*([root] if root else ()), *examples)))
    store = PassageStore(language, store_path(language, place))
    store.update(texts)
    return store


def looked_up(cursor: Cursor, project: Path | None, examples: Sequence[Path] = ()) -> LookedUp:
    """What is found for a cursor."""
    from lsp_server.retrieval import Question, look_up

    question = Question(cursor.language, cursor.text, cursor.offset)
    return look_up(question, store_of(cursor.language, project, examples), str(Path(cursor.place).resolve()))
