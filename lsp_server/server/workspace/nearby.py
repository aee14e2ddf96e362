"""What stands near a document and may stand in it again: what is open, the workspace, else the examples."""

from __future__ import annotations

from lsp_server.languages import Language, same_language
from lsp_server.retrieval import nearest, with_examples
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.workspace.index import WorkspaceIndex


class Nearby:
    """The texts near each document, in its language; belongs to the event loop.

    Args:
        session: the documents that are open.
        index: the files of the workspace, as far as they have been read.

    """

    def __init__(self, session: Session, index: WorkspaceIndex) -> None:
        self._session = session
        self._index = index
        self._files: dict[str, tuple[object, tuple[str, ...]]] = {}

    def __call__(self, document: Document) -> tuple[str, ...]:
        """The texts, those first that count most: the documents that are open, in the order of `Session`."""
        if document.language is None:
            return ()
        others = (*self._session.beside(document), *self._around(document, document.language))
        return with_examples(document.language, document.snapshot.text, others)

    def forget(self, uri: str) -> None:
        """Let go of what is near a document."""
        self._files.pop(uri, None)

    def _around(self, document: Document, language: Language) -> tuple[str, ...]:
        """What is known beside what is open, found anew when other files are known or open."""
        uri, index = document.snapshot.uri, self._index.current
        opened = frozenset(path_of(other.snapshot.uri) for other in self._session)
        state = (index, opened, language)
        if uri not in self._files or self._files[uri][0] != state:
            texts = (
                (path, file.snapshot.text)
                for path, file in index.files.items()
                if same_language(file.language, language) and path not in opened
            )
            self._files[uri] = (state, nearest(path_of(uri), texts))
        return self._files[uri][1]
