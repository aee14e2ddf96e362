"""Which names exist for the documents that are open: by the files of the workspace, and the documents as
they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from lsp_server.languages import Language, same_language
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.files import is_read
from lsp_server.names.naming import compared
from lsp_server.names.occurrences import Names
from lsp_server.names.standing import Unit
from lsp_server.names.strictness import Strictness
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import AT_ONCE, Document, Session
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.text import word_at


class ExistingNames:
    """The names that exist for each document; belongs to the event loop, and reads nothing itself.

    Args:
        session: the documents that are open.
        index: the files of the workspace, as far as they have been read.
        roots: gives the folders of the workspace.
        strictness: tells how strict suggestions are.
        find_names: finds out the names in a document, in a thread.

    """

    def __init__(
        self,
        session: Session,
        index: WorkspaceIndex,
        roots: Callable[[], tuple[Path, ...]],
        strictness: Callable[[], Strictness],
        find_names: Callable[[Document], Awaitable[Names | None]],
    ) -> None:
        self._session = session
        self._index = index
        self._roots = roots
        self._strictness = strictness
        self._find_names = find_names
        self._known: dict[str, Own] = {}
        self._read: dict[str, Own] = {}
        self._around: dict[str, tuple[object, NamesAround]] = {}

    def __call__(self, document: Document, offset: int) -> Existing | None:
        """The names that exist for a cursor in a document; None where that does not count, or is not
        known.
        """
        strictness = self._strictness()
        return None if strictness is Strictness.OFF else self._existing(document, strictness, offset)

    def sure(self, document: Document) -> Existing | None:
        """The names that exist for a document as a whole; None as long as not all files are read."""
        found = self._existing(document, Strictness.PREFER)
        return None if found is None or not found.beyond else found

    def _existing(
        self, document: Document, strictness: Strictness, offset: int | None = None
    ) -> Existing | None:
        language = document.language
        if language is None or not language.naming.declared:
            return None
        if self._index.outdated:
            self._index.prepare()
        uri = document.snapshot.uri
        path = path_of(uri)
        begun = document.typed_at if offset is None else offset
        word = "" if begun is None else word_at(document.snapshot.text, begun, language.word)
        own = self._own(document, language)
        return Existing(
            self._others(uri, language),
            path.parent.as_posix(),
            own,
            strictness,
            compared(word, language.naming),
            self._all_known(language) and is_read(path, self._roots()),
            () if own is None or offset is None else tuple(own.unreachable(offset)),
        )

    async def found(self, document: Document) -> Existing | None:
        """The same as `sure`, once the names in the document itself are found out."""
        if document.language is not None and document.language.naming.declared:
            await self._find_names(document)
        return self.sure(document)

    async def settle(self, document: Document) -> None:
        """Find out the names of a short document of which none are known yet: a suggestion that does not know
        them may name what does not exist.
        """
        language = document.language
        if language is None or not language.naming.declared or document.names_seen is not None:
            return
        if len(document.snapshot.text) <= AT_ONCE:
            with suppress(Exception):  # what goes wrong is told to who asks for names
                await self._find_names(document)

    async def read(self, document: Document) -> bool:
        """Find out the names of a version of a document; whether it declares others than when this was asked
        last, or than its file did, or uses others of those that fade where nobody uses them.
        """
        language, uri = document.language, document.snapshot.uri
        if language is None or not language.naming.declared:
            return False
        before = self._read.get(uri)
        if before is None and (file := self._index.current.files.get(path_of(uri))) is not None:
            before = Own(language, file.unit.names)
        names = await self._find_names(document)
        if names is None or self._session.get(uri) is None:
            return False
        self._read[uri] = now = Own(language, names)
        if before is None or now.declared != before.declared:
            return True
        return any(self._fades(name, document) for name in now.used_otherwise(before))

    async def read_beside(self, document: Document) -> list[Document]:
        """Find out the names of the other documents of its language, as many as are short together; those for
        which `read` is so. What goes wrong in one is told to who asks in that one.
        """
        changed = []
        for other in self._unread(document):
            with suppress(Exception):
                if await self.read(other):
                    changed.append(other)
        return changed

    def _unread(self, document: Document) -> list[Document]:
        """The other short documents of its language of which the names are not known as they are now."""
        found, left = [], AT_ONCE
        for other in self._session:
            beside = other is not document and same_language(other.language, document.language)
            if beside and not other.names_known:
                left -= len(other.snapshot.text)
                if left >= 0:
                    found.append(other)
        return found

    def _fades(self, name: str, but: Document) -> bool:
        """Whether another open document declares what fades as long as nobody uses it."""
        others = (
            one for one in self._session if one is not but and same_language(one.language, but.language)
        )
        seen = (names for other in others if (names := self._seen(other)) is not None)
        return any(one.occurrence.fades for names in seen for one in names.named(name))

    def forget(self, uri: str) -> None:
        """Let go of what is known beside a document."""
        self._around.pop(uri, None)
        self._known.pop(uri, None)
        self._read.pop(uri, None)

    def _seen(self, document: Document) -> Names | None:
        """The names of an open document, or of its file as long as nobody asked for those."""
        seen = document.names_seen
        if seen is None:
            file = self._index.current.files.get(path_of(document.snapshot.uri))
            seen = None if file is None else file.unit.names
        return seen

    def _all_known(self, language: Language) -> bool:
        """Whether all files were read, and of each open document something is known."""
        of_language = (other for other in self._session if same_language(other.language, language))
        return self._index.known and all(self._seen(other) is not None for other in of_language)

    def _own(self, document: Document, language: Language) -> Own | None:
        """What a document says itself; the same value as long as nothing new is known of it."""
        uri, names = document.snapshot.uri, self._seen(document)
        known = self._known.get(uri)
        if names is None:
            return None
        if known is None or known.names is not names or known.language is not language:
            self._known[uri] = known = Own(language, names)
        return known

    def _others(self, uri: str, language: Language) -> NamesAround:
        """The names beside a document, collected anew where a file or another document has others."""
        opened = [
            (other.snapshot.uri, self._seen(other))
            for other in self._session
            if same_language(other.language, language)
        ]
        state = (self._index.current, language, [item for item in opened if item[0] != uri])
        known = self._around.get(uri)
        if known is not None and known[0] == state:
            return known[1]
        units = [
            Unit(other, path_of(other).parent.as_posix(), names)
            for other, names in opened
            if other != uri and names is not None
        ]
        index = self._index.current
        files = index.uris(path_of(other) for other, _ in opened)
        around = NamesAround(language, units, index.around(language), files)
        self._around[uri] = (state, around)
        return around
