"""What a question about names is asked of: the open documents of one language, and the files beside them.

An open document counts for its file. A question sees the documents as they were when it came, and runs in a
thread of its own: a person waits for the answer, which must not wait for diagnostics.
"""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from lsp_server.cache import cached_property
from lsp_server.languages import Language, same_language
from lsp_server.names.files import Index
from lsp_server.names.occurrences import Names
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import AT_ONCE, LONG, Document, Session
from lsp_server.server.scheduling.lanes import Lanes
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Snapshot

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class WorkspaceView:
    """All texts of one language; `near` are a document and an offset in it that a question is about.

    Once it is `cancelled`, no tree is made any more to know the names in it.
    """

    language: Language
    documents: Mapping[str, Document]
    index: Index = field(default_factory=Index, repr=False)
    near: tuple[str, int] | None = None
    cancelled: Callable[[], bool] | None = field(default=None, repr=False)

    @cached_property
    def texts(self) -> Texts:
        """Their names, the open documents first, those of catalogues last."""
        opened = (
            Unit(uri, path_of(uri).parent.as_posix(), names)
            for uri, document in self.documents.items()
            if (names := self._names(uri, document)) is not None
        )
        return Texts(
            opened, self.index.around(self.language).texts, self.index.uris(map(path_of, self.documents))
        )

    def _names(self, uri: str, document: Document) -> Names | None:
        """The names in a document; those of a long one count near a place, or once they are found out."""
        near = self.near[1] if self.near is not None and self.near[0] == uri else None
        if near is None and document.names_seen is None and len(document.snapshot.text) > LONG:
            return None
        return document.names(near, self.cancelled)

    @cached_property
    def resolver(self) -> Resolver:
        """What the names in them stand for."""
        return Resolver(self.texts)

    @cached_property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """Their texts, by URI."""
        opened = {uri: document.snapshot for uri, document in self.documents.items()}
        return ChainMap(opened, self.index.snapshots(self.language))

    def text(self, uri: str) -> str | None:
        """The text of one of them."""
        snapshot = self.snapshots.get(uri)
        return None if snapshot is None else snapshot.text

    def tree(self, uri: str) -> SyntaxTree | None:
        """The tree of one of them; that of a file is made anew."""
        document, text = self.documents.get(uri), self.text(uri)
        if document is not None:
            return document.tree()
        return None if text is None else parse(self.language.of_file(path_of(uri)), text)

    def located(self, places: Iterable[Place]) -> list[tuple[Snapshot, Place]]:
        """Places with the texts that they are in; those in catalogues are left out."""
        return [
            (self.snapshots[place.unit.uri], place) for place in places if place.unit.uri in self.snapshots
        ]


class WorkspaceQuery:
    """Asks questions about names.

    The names of another document are found out apart: in a large one, which has just been opened, that takes
    seconds. Until then its file counts for it.

    Args:
        session: the open documents.
        index: the files of the workspace.
        answers: where the answers are worked out.
        find_names: finds out the names in a document, in a thread.

    """

    def __init__(
        self,
        session: Session,
        index: WorkspaceIndex,
        answers: Lanes,
        find_names: Callable[[Document], Awaitable[Names | None]],
    ) -> None:
        self._session = session
        self._index = index
        self._answers = answers
        self._find_names = find_names
        self._asked: dict[str, asyncio.Task[None]] = {}

    async def ask(
        self, uri: str, question: Callable[[WorkspaceView], _T], *, beyond: bool = True, whole: bool = False
    ) -> _T | None:
        """The answer to a question about an open document; none if it is not open, or in no known language.

        Args:
            beyond: whether to wait for the files of the workspace; else those count that are known by now.
            whole: whether to wait for the names of all documents, as where each of them is altered.

        """
        document = self._session.get(uri)
        if document is None or document.language is None:
            return None
        return await self.ask_in(document.language, question, uri, beyond=beyond, whole=whole)

    async def ask_in(
        self,
        language: Language,
        question: Callable[[WorkspaceView], _T],
        uri: str = "",
        *,
        beyond: bool = True,
        whole: bool = False,
    ) -> _T | None:
        """The answer to a question about all texts of a language, asked in the document `uri` or in none.

        `beyond` and `whole` as for `ask`.
        """
        documents = tuple(one for one in self._session if same_language(one.language, language))
        index = await self._index.ready() if beyond else self._index.current
        late = self._late(one for one in documents if one.snapshot.uri != uri)
        if whole:
            await self._found_out(late)
            late = []
            if (own := self._session.get(uri)) is not None and own.names_seen is None:
                await self._find_names(own)
        if not any(same_language(language, one) for one in self._session.registry.languages):
            return None
        counting = {one.snapshot.uri: one for one in documents if one not in late}
        view = WorkspaceView(language, counting, index)
        return await self._answers.run(uri, partial(question, view))

    async def ask_everywhere(self, question: Callable[[tuple[WorkspaceView, ...]], _T]) -> _T:
        """The answer to a question about the texts of all languages."""
        documents = tuple(self._session)
        index = await self._index.ready()
        await self._found_out(self._late(documents))
        views = tuple(
            WorkspaceView(
                language,
                {one.snapshot.uri: one for one in documents if same_language(one.language, language)},
                index,
            )
            for language in self._session.registry.languages
        )
        return await self._answers.run("", partial(question, views))

    def _late(self, documents: Iterable[Document]) -> list[Document]:
        """Those of which no names are known, but for the first few if they are short; they are being found
        out now.
        """
        late, left = [], AT_ONCE
        for document in documents:
            if document.names_seen is not None or document.language is None:
                continue
            left -= len(document.snapshot.text)
            if left >= 0:
                continue
            late.append(document)
            uri = document.snapshot.uri
            if uri not in self._asked:
                self._asked[uri] = asyncio.create_task(self._find_out(document))
        return late

    async def _found_out(self, documents: Iterable[Document]) -> None:
        """Wait for the names of documents; who waits no more does not end what others wait for too."""
        asked = [self._asked[uri] for one in documents if (uri := one.snapshot.uri) in self._asked]
        if asked:
            await asyncio.wait(asked)

    async def _find_out(self, document: Document) -> None:
        """Find out the names of a document; what goes wrong there is told to who asks in that one."""
        try:
            with suppress(Exception):
                await self._find_names(document)
        finally:
            del self._asked[document.snapshot.uri]
