"""What a question about names is asked of: the open documents of one language, and the files beside them.

An open document counts for its file. A question sees the documents as they were when it came, and runs in a
thread of its own: a person waits for the answer, which must not wait for diagnostics.
"""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TypeVar

from lsp_server.features.telling import line_of
from lsp_server.languages import QUOTES, Language
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.known import ListedName, known_names
from lsp_server.names.naming import written_as
from lsp_server.names.occurrences import Occurrence
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.scheduling.lanes import Lanes
from lsp_server.server.workspace.files import Index
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Edit, Snapshot, Span

_T = TypeVar("_T")

_ANY = "x"

_AT_ONCE = 50_000
"""So many characters of documents just opened are looked through for a question in another one: 0.1 s."""


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
            if (names := document.names(self._near(uri), self.cancelled)) is not None
        )
        return Texts(opened, self.index.around(self.language).texts, self.index.uris(self.documents))

    def _near(self, uri: str) -> int | None:
        return self.near[1] if self.near is not None and self.near[0] == uri else None

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
        return None if text is None else parse(self.language, text)

    def located(self, places: Iterable[Place]) -> list[tuple[Snapshot, Place]]:
        """Places with the texts that they are in; those in catalogues are left out."""
        return [
            (self.snapshots[place.unit.uri], place) for place in places if place.unit.uri in self.snapshots
        ]


@dataclass(frozen=True, slots=True)
class NamesAt:
    """The names that may be meant at a cursor, as they are written with their sigils, and their definitions.

    `spaces` are the kinds of names that may stand there, what is meant first before what may be meant too:
    None where it is not known that a name is looked for, and none at all where one is defined. It is a
    `member` where what owns it is written before it.
    """

    places: Mapping[str, Place] = field(default_factory=dict)
    spaces: tuple[str, ...] | None = None
    member: bool = False

    def listed(self, view: WorkspaceView) -> dict[str, ListedName]:
        """The names with what is shown beside them in a list."""
        return {name: _listed(view, place) for name, place in self.places.items()}

    @property
    def meant(self) -> tuple[str, ...]:
        """The names of the first kind."""
        return tuple(name for name in self.places if self._is_meant(name))

    @property
    def possible(self) -> tuple[str, ...]:
        """The other names, which may stand there too."""
        return tuple(name for name in self.places if not self._is_meant(name))

    def _is_meant(self, name: str) -> bool:
        return self.places[name].occurrence.spaces[:1] == (self.spaces or ())[:1]


def _listed(view: WorkspaceView, place: Place) -> ListedName:
    """A name with its kind and its type."""
    here, symbol = place.occurrence, symbol_at(place)
    if symbol is not None:
        type_ = line_of(symbol).removeprefix(f"{symbol.name}: ")
        told = "" if type_ == symbol.name else type_
        return ListedName(place, _detail(here.kind, told), bool(symbol.deprecated))
    text = None if here.type is None else view.text(place.unit.uri)
    span = None if here.type is None else place.name.absolute(here.type)
    told = "" if text is None or span is None else " ".join(text[span.start : span.end].split())
    return ListedName(place, _detail(here.kind, told), here.deprecated)


def _detail(kind: str, type_: str) -> str:
    return f"{kind}: {type_}" if type_ else kind


def names_at(
    view: WorkspaceView, document: Document, offset: int, cancelled: Callable[[], bool] | None = None
) -> NamesAt:
    """The names at a cursor in an open document, by what that would be with a letter at the cursor.

    Raises:
        StoppedError: it was cancelled, which is asked while a tree is made.

    """
    uri, text, end = document.snapshot.uri, document.snapshot.text, offset
    if not text[max(0, offset - 1) : offset].isalnum():
        # A word tells which kind of name stands there.
        document = document.edited((Edit(Span(offset, offset), _ANY),), document.snapshot.version)
        view, end = replace(view, documents={**view.documents, uri: document}), offset + 1
    view = replace(view, near=(uri, end), cancelled=cancelled)
    place = view.resolver.at(uri, end)
    if place is None:
        return NamesAt()
    begun = text[place.span.start : offset].lstrip("".join(QUOTES))
    places = known_names(view.resolver, place, begun)
    assert document.language is not None
    sigils = document.language.naming.sigils

    def written(place: Place) -> str:
        if (symbol := symbol_at(place)) is not None:
            return written_as(symbol.name, view.language.naming)
        whole, (start, end) = view.text(place.unit.uri) or "", (place.span.start, place.span.end)
        sigil = next((sigil for sigil in sigils if whole.endswith(sigil, 0, start)), "")
        return sigil + whole[start:end]

    found: dict[str, Place] = {}
    for known in places:
        found.setdefault(written(known), known)
    return NamesAt(found, _spaces(place.occurrence), place.occurrence.owner is not None)


def _spaces(here: Occurrence) -> tuple[str, ...]:
    # What takes a name from elsewhere defines it too, as an import does: that is a kind of its own.
    return tuple({here.kind}.difference(here.spaces)) if here.defines else here.spaces


class WorkspaceQuery:
    """Asks questions about names.

    The names of another document are found out in the lane of that one: in a large one, which has just been
    opened, that takes seconds. Until then its file counts for it.

    Args:
        session: the open documents.
        index: the files of the workspace.
        answers: where the answers are worked out.

    """

    def __init__(self, session: Session, index: WorkspaceIndex, answers: Lanes) -> None:
        self._session = session
        self._index = index
        self._answers = answers
        self._asked: dict[str, asyncio.Task[None]] = {}

    async def ask(
        self, uri: str, question: Callable[[WorkspaceView], _T], *, beyond: bool = True, whole: bool = False
    ) -> _T | None:
        """The answer to a question about an open document; none if it is not open, or in no known language.

        Args:
            beyond: whether to wait for the files of the workspace; else those count that are known by now.
            whole: whether to wait for the names of all other documents, as where each of them is altered.

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
        documents = tuple(one for one in self._session if one.language is language)
        index = await self._index.ready() if beyond else self._index.current
        late = self._late(one for one in documents if one.snapshot.uri != uri)
        if whole:
            await self._found_out(late)
            late = []
        if all(language is not one for one in self._session.registry.languages):
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
                {document.snapshot.uri: document for document in documents if document.language is language},
                index,
            )
            for language in self._session.registry.languages
        )
        return await self._answers.run("", partial(question, views))

    def _late(self, documents: Iterable[Document]) -> list[Document]:
        """Those of which no names are known, but for the first few if they are short; they are being found
        out now.
        """
        late, left = [], _AT_ONCE
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
                await self._answers.run(document.snapshot.uri, document.names)
        finally:
            del self._asked[document.snapshot.uri]
