"""The open documents; each version is one immutable value. Knows nothing of the protocol.

A request works on the `Document` that was current when it came, however many edits follow. Edits are
applied in order of arrival, whatever version they carry; what was computed for a document that is no
longer current is recognised by its `revision` and dropped by whoever asked for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from lsp_server.errors import UnknownLanguageError
from lsp_server.languages import Language, Registry
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Edit, Snapshot

_revisions = count(1)


class Document:
    """One version of one open document, with its tree once somebody has asked for it.

    Attributes:
        snapshot: the text.
        language: the bundle for it, if there is one.
        revision: differs between any two documents of this process.
        saved: whether the text is what was opened or last saved.

    """

    __slots__ = ("_base", "_edits", "_lock", "_tree", "language", "revision", "saved", "snapshot")

    def __init__(
        self,
        snapshot: Snapshot,
        language: Language | None,
        *,
        saved: bool = True,
        base: SyntaxTree | None = None,
        edits: tuple[Edit, ...] = (),
    ) -> None:
        self.snapshot = snapshot
        self.language = language
        self.revision = next(_revisions)
        self.saved = saved
        self._base = base
        self._edits = edits
        self._tree: SyntaxTree | None = None
        self._lock = threading.Lock()

    def tree(self) -> SyntaxTree | None:
        """The syntax tree, or none where the language is unknown; may be called from any thread.

        It is made from the nearest earlier tree and the edits since, and only on the first call: a
        burst of edits costs one parse.
        """
        if self.language is None:
            return None
        with self._lock:
            if self._tree is None:
                self._tree = (
                    parse(self.language, self.snapshot.text)
                    if self._base is None
                    else self._base.edited(self._edits, self.snapshot.text)
                )
                self._base, self._edits = None, ()
            return self._tree

    def edited(self, edits: Sequence[Edit], version: int) -> Document:
        """The next version, after edits that each apply to the result of the one before."""
        with self._lock:
            base, before = (self._tree, ()) if self._tree is not None else (self._base, self._edits)
        return Document(
            self.snapshot.apply(edits, version),
            self.language,
            saved=False,
            base=base,
            edits=(*before, *edits) if base is not None else (),
        )


class Session:
    """The documents that are open now."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._documents: dict[str, Document] = {}

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._documents.values()))

    def get(self, uri: str) -> Document | None:
        """The current version of a document; none if it is not open."""
        return self._documents.get(uri)

    def open(self, snapshot: Snapshot, path: Path) -> Document:
        """Take in a document; one that is open already is replaced."""
        document = Document(snapshot, language_of(self.registry, snapshot.language_id, path))
        self._documents[snapshot.uri] = document
        return document

    def change(self, document: Document, edits: Sequence[Edit], version: int) -> Document:
        """Replace an open document by its next version, after edits that follow one another."""
        self._documents[document.snapshot.uri] = changed = document.edited(edits, version)
        return changed

    def save(self, uri: str) -> Document | None:
        """Note that a document was saved as it is now; none if it is not open."""
        document = self._documents.get(uri)
        if document is not None:
            document.saved = True
        return document

    def close(self, uri: str) -> None:
        """Let go of a document."""
        self._documents.pop(uri, None)


def language_of(registry: Registry, language_id: str, path: Path) -> Language | None:
    """The language an editor names, else the one that claims the file; none if there is neither."""
    try:
        return registry.by_id(language_id)
    except UnknownLanguageError:
        pass
    try:
        return registry.for_path(path)
    except UnknownLanguageError:
        return None
