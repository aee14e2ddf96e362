"""The trees of a document with something typed in it, which are made to judge that."""

from __future__ import annotations

from lsp_server.features.limit import Limit
from lsp_server.lalr.bounds import thread_time
from lsp_server.syntax import Landmarks, SyntaxTree
from lsp_server.text import Edit

_SECONDS = 0.5
"""Those for one cursor may take so much computing in all; each takes milliseconds where few errors are."""


class Trials:
    """Makes such trees for one cursor, until they took too long.

    Args:
        landmarks: of the document.
        limit: of the suggestion that is judged; where that has none, these may take as long as they do.

    """

    def __init__(self, landmarks: Landmarks, limit: Limit) -> None:
        self._landmarks = landmarks
        self._limit = limit
        self._spent = 0.0

    def edited(self, edit: Edit, text: str) -> SyntaxTree:
        """The tree of the document after one edit, `text` being the result.

        Raises:
            StoppedError: it took too long, or is not wanted any more.

        """
        began = thread_time() - self._spent

        def stopped() -> bool:
            is_late = self._limit.exists and thread_time() - began >= _SECONDS
            self._limit.timed_out = self._limit.timed_out or is_late
            return is_late or self._limit.cancelled()

        try:
            return self._landmarks.edited(edit, text, stopped)
        finally:
            self._spent = thread_time() - began
