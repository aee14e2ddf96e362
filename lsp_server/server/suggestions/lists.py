"""What may be meant at a cursor, found for a list: in the thread of the document, where names are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.cancellation import StoppedError
from lsp_server.lazy_imports import TURN
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import AT_ONCE, Document
from lsp_server.server.workspace.existing_names import ExistingNames
from lsp_server.server.workspace.names_at import NamesAt, names_at
from lsp_server.server.workspace.nearby import Nearby
from lsp_server.server.workspace.passages import Passages
from lsp_server.server.workspace.query import WorkspaceQuery, WorkspaceView

if TYPE_CHECKING:
    from lsp_server.features.lists.entry import Entry, Listing
    from lsp_server.names.known import ListedName


@dataclass(frozen=True, slots=True)
class FoundWords:
    """What may stand at a cursor, and where the names in it are defined, if they were known in time."""

    listing: Listing | None = None
    names: Mapping[str, ListedName] = field(default_factory=dict)
    in_time: bool = True

    @property
    def entries(self) -> Sequence[Entry]:
        """What a list has, before a model has put it in order."""
        return () if self.listing is None else self.listing.entries


@dataclass(frozen=True, slots=True)
class Lists:
    """Finds what lists have, from what is known of a document.

    Args:
        query: knows the names that are meant at a cursor, and has the threads.
        nearby: the texts near a document.
        existing: the names that exist.
        passages: what can be looked up.
        during: is entered while a list is made.

    """

    query: WorkspaceQuery
    nearby: Nearby
    existing: ExistingNames
    passages: Passages
    during: Callable[[], AbstractContextManager[None]] = nullcontext

    async def find(
        self, document: Document, offset: int, seconds: float = math.inf, *, signs: bool = False
    ) -> FoundWords:
        """What may be meant at a cursor, and the names there if they can be known in so many seconds of
        computing; signs only where they are wanted.
        """
        language, beside = document.language, self.nearby(document)
        examples = () if language is None else tuple(language.examples.values())
        texts = tuple(text for text in beside if text not in examples)
        existing, store = self.existing(document, offset), self.passages(document)

        def made(view: WorkspaceView) -> FoundWords:
            with TURN:
                from lsp_server.features.lists.gathering import Around, listing
                from lsp_server.lalr.bounds import thread_time
                from lsp_server.retrieval import Question, look_up

            prefix, landmarks = document.prefix(), document.landmarks()
            began, in_time = thread_time(), True
            try:
                names = names_at(view, document, offset, lambda: thread_time() - began > seconds)
            except StoppedError:
                names, in_time = NamesAt(), False
            if prefix is None or landmarks is None:
                return FoundWords()
            question = Question(prefix.grammar.language, document.snapshot.text, offset)
            looked_up = look_up(question, store, str(path_of(document.snapshot.uri))).copied(())
            around = Around(
                names.meant,
                names.possible,
                names.spaces,
                texts,
                signs,
                existing,
                names.member,
                looked_up,
                names.unfit,
            )
            return FoundWords(listing(prefix, landmarks, offset, around), names.listed, in_time)

        def work(view: WorkspaceView) -> FoundWords:
            with self.during():
                return made(view)

        return await self.query.ask(document.snapshot.uri, work, beyond=False) or FoundWords()

    async def rehearse(self, document: Document) -> None:
        """Make a list at the end of a document that nobody sees: the first one in a language takes longest.

        Not in a long document, where what a person asks for would have to wait for it.
        """
        end = len(document.snapshot.text)
        if end <= AT_ONCE:
            with suppress(Exception):  # nobody has asked for it, and who does is told
                await self.find(document, end)
