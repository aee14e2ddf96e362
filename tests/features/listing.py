"""Completion lists as the server gathers them, in a document that nothing else is known of."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.features.lists.entry import Listing
from lsp_server.features.lists.gathering import Around, listing
from lsp_server.languages import Language
from lsp_server.server.documents.session import Document
from lsp_server.server.workspace.names_at import names_at
from lsp_server.server.workspace.query import WorkspaceView
from lsp_server.text import Snapshot

URI = "file:///list"


def listed_in(
    document: Document, offset: int, texts: Sequence[str] = (), *, signs: bool = True, names: bool = True
) -> Listing:
    """The list for a cursor, with the names of that document, and words of `texts` beside it."""
    assert document.language is not None
    prefix, landmarks = document.prefix(), document.landmarks()
    assert prefix is not None
    assert landmarks is not None
    around = Around(texts=texts, signs=signs)
    if names:
        known = names_at(
            WorkspaceView(document.language, {document.snapshot.uri: document}), document, offset
        )
        around = Around(known.meant, known.possible, known.spaces, texts, signs, member=known.member)
    return listing(prefix, landmarks, offset, around)


def listed(
    language: Language,
    text: str,
    offset: int,
    texts: Sequence[str] = (),
    *,
    signs: bool = True,
    names: bool = True,
) -> Listing:
    """The same in a text that was just opened."""
    document = Document(Snapshot(URI, language.id, 1, text), language)
    return listed_in(document, offset, texts, signs=signs, names=names)


def texts_of(found: Listing) -> list[str]:
    """What the entries of a list write."""
    return [entry.text for entry in found.entries]
