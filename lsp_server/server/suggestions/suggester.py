"""Whether anything is suggested in a document, with how much time, and what is answered to a client."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.reasons import FAILED, NO_DOCUMENT, OFF, ONLY_ASKED, OVERTAKEN, UNWANTED
from lsp_server.features.recall import Wanted
from lsp_server.server.configuration.configuration import Configuration
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.model.loading import ModelSlot
from lsp_server.server.scheduling.lanes import Lanes
from lsp_server.server.suggestions.lists import Lists
from lsp_server.server.suggestions.outcomes import Outcomes
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.text import Span

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion
    from lsp_server.features.writing import WrittenCode

_SOON = 1.0
"""Seconds for which the model waits for the errors of the texts: those of most come at once."""

_LIST = 5.0
"""Seconds for which the model waits for the first list.

Where PostgreSQL's grammar is analysed for the first time, that is three of computing. In a window that was
just opened it took five, beside other work, and six while the model was loaded too.
"""

_ASKED = 1.25
"""What a person has asked for may take so many times as long as what comes by itself.

Several texts are tried then, and others than the model meant. No answer is to take more than five seconds:
with the time that is set by default, and a `Limit`'s time to bring it to an end, this is 4.5.
"""


def limit_ms(configuration: Configuration, most_ms: float, wanted: Wanted) -> float:
    """The milliseconds that a suggestion may take, where what nobody asked for may take `most_ms`."""
    limit = min(configuration.settings.completion.timeout_ms or math.inf, most_ms)
    return limit if wanted.automatic else _ASKED * limit


ALTERNATIVES = 3
"""Suggestions for who asks for them with a key: an editor goes through them with another."""


class Suggester:
    """Answers who asks for suggestions.

    Args:
        session: the open documents.
        configuration: the settings of the client.
        model: the model.
        analysis: where errors are looked for.
        lists: makes lists.
        slots: who makes suggestions.
        waited: is told how many milliseconds it took to answer.

    Attributes:
        slots: who makes suggestions.
        outcomes: what became of the last suggestion of each document.

    """

    def __init__(
        self,
        session: Session,
        configuration: Configuration,
        model: ModelSlot,
        analysis: Lanes,
        lists: Lists,
        slots: Suggestions,
        outcomes: Outcomes,
        waited: Callable[[float], None],
    ) -> None:
        self._session = session
        self._configuration = configuration
        self._model = model
        self._analysis = analysis
        self._lists = lists
        self._first_lists: dict[str, asyncio.Task[None]] = {}
        self.slots = slots
        self.outcomes = outcomes
        self._waited = waited

    async def suggest(
        self,
        document: Document,
        offset: int | None,
        candidates: int = 1,
        *,
        asked: bool = False,
        after: asyncio.Task[Any] | None = None,
    ) -> Completion | None:
        """The suggestions for a cursor, so many at most; none if there is none or nobody wants one.

        Where a person has `asked` for them, also those that are not likely, or not what the model meant.
        What is not known yet is begun `after` what the model is asked before.
        """
        if offset is None or self.why_silent(document, asked=asked) is not None:
            return None
        wanted = self.wanted(candidates, asked=asked)
        if after is not None and not self.slots.knows(document, offset, wanted):
            await asyncio.wait([after])
        if not self._model.loaded:
            await self.begin_model(document)
        await self._lists.existing.settle(document)
        if self._session.get(document.snapshot.uri) is not document:
            return None
        begun, made, otherwise = self.outcomes.begin(document, offset), None, FAILED
        began = perf_counter()
        try:
            made = await self.slots.ask(document, offset, wanted)
            self._waited(1000 * (perf_counter() - began))
            otherwise = self._model.status.message or OVERTAKEN
        except asyncio.CancelledError:
            otherwise = UNWANTED
            raise
        finally:
            self.outcomes.end(document, begun, made, otherwise)
        return made

    async def write(self, document: Document, span: Span, instruction: str) -> WrittenCode | None:
        """What somebody asks for in words, in place of a span; none if there is no model.

        It is a suggestion too where it replaces nothing, also for who asks for several.
        """
        if not self._model.loaded:
            await self.begin_model(document)
        return await self.slots.write(document, span, instruction, self.wanted(ALTERNATIVES, asked=True))

    def wanted(self, candidates: int = 1, *, asked: bool = False) -> Wanted:
        """What is wanted by who has asked for suggestions, or not."""
        settings = self._configuration.settings
        min_logprob = -math.inf if asked else least_of(settings.completion.eagerness)
        return Wanted(settings.max_tokens, candidates, min_logprob=min_logprob, automatic=not asked)

    def why_silent(self, document: Document, *, asked: bool) -> str | None:
        """Why nothing is suggested in a document, whatever stands there; None if something may be."""
        if document.language is None:
            return NO_DOCUMENT
        settings = self._configuration.settings.completion
        if settings.are_off(document.language.id, path_of(document.snapshot.uri)):
            return OFF
        return ONLY_ASKED if settings.eagerness is Eagerness.SUBTLE and not asked else None

    async def begin_model(self, document: Document) -> asyncio.Task[Model | None]:
        """Begin to load the model; the first time after errors and a list in a document, if they come soon.

        To load it takes all of a processor. A list needs none, and beside it takes several times as long.
        """
        uri = document.snapshot.uri
        if not self._model.begun:
            if uri not in self._first_lists:
                self._first_lists[uri] = asyncio.create_task(self._make_list(document))
            await asyncio.wait([self._first_lists[uri]])
        self._first_lists.clear()
        return self._model.begin()

    async def _make_list(self, document: Document) -> None:
        listing = asyncio.create_task(self._lists.rehearse(document))
        await self._analysis.settled(_SOON)
        await asyncio.wait([listing], timeout=_LIST)

    def rest_at(self, document: Document, offset: int | None) -> None:
        """A cursor is at an offset, for all that a client lets be seen of it: it may be typed there soon."""
        if offset is not None and self._model.ready and self.why_silent(document, asked=True) is None:
            self.slots.rest_at(document, offset)
