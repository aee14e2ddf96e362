"""What is known beside a file while it is completed: the same as a server knows that has read its project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import PurePosixPath

from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.retrieval import around

Beside = Callable[[str], Sequence[str]]
"""From the name of a file to the texts of which parts may stand in it again."""


def nothing(name: str) -> tuple[str, ...]:
    """No text, whatever the file."""
    return ()


def neighbours(language: Language, project: Sequence[Source] = ()) -> Beside:
    """What may stand again in the files of a project, each known by its name (see `corpus.Source`)."""
    texts = [(PurePosixPath(source.name), source.text) for source in project]

    @cache
    def beside(name: str) -> tuple[str, ...]:
        return around(language, PurePosixPath(name), texts)

    return beside
