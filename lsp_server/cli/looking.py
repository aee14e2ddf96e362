"""Looks passages up for commands, as a server does that has read its project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsp_server.cli.cursor import Cursor
    from lsp_server.retrieval import LookedUp


def looked_up(cursor: Cursor, project: Path | None, examples: Sequence[Path] = ()) -> LookedUp:
    """What is found for a cursor.

    Raises:
        UsageError: a folder is none.

    """
    from lsp_server.features.project import Project
    from lsp_server.retrieval import Question, look_up

    question = Question(cursor.language, cursor.text, cursor.offset)
    store = Project(cursor.language, project, examples).store
    return look_up(question, store, str(Path(cursor.place).resolve()))
