"""What became of the suggestion that an editor asked for last in each document.

Knows neither the protocol nor how a suggestion is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from lsp_server.features.reasons import CANCELLED, PENDING
from lsp_server.server.documents.session import Document

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request for a suggestion, at a place in a version of a document.

    `reason` says why nothing was offered. Timings are those of the completion, as far as it came, and with
    them `answer`: the milliseconds until the request was answered or given up.
    """

    revision: int
    offset: int
    began: float = field(default_factory=perf_counter)
    reason: str | None = PENDING
    offered: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)


class Outcomes:
    """The last outcome of each document."""

    def __init__(self) -> None:
        self._last: dict[str, Outcome] = {}

    def begin(self, document: Document, offset: int) -> Outcome:
        """Note that a suggestion is asked for: it is the last one from now on."""
        begun = self._last[document.snapshot.uri] = Outcome(document.revision, offset)
        return begun

    def end(self, document: Document, begun: Outcome, made: Completion | None, otherwise: str) -> None:
        """Note what became of it, unless a later one was asked for; `otherwise` is why nothing was made."""
        uri = document.snapshot.uri
        last = self._last.get(uri)
        if last is None or last.began != begun.began:
            return
        timings = last.timings_ms if made is None else made.timings_ms
        self._last[uri] = replace(
            last,
            reason=otherwise if made is None else made.reason,
            offered=0 if made is None else len(made.items),
            timings_ms={**timings, "answer": 1000 * (perf_counter() - begun.began)},
        )

    def made(self, document: Document, offset: int, completion: Completion) -> None:
        """Note how far one came that was cancelled, which may be known before or after it was given up."""
        last = self.at(document, offset)
        if last is not None and completion.reason == CANCELLED:
            timings = {**completion.timings_ms, **last.timings_ms}
            self._last[document.snapshot.uri] = replace(last, timings_ms=timings)

    def at(self, document: Document, offset: int) -> Outcome | None:
        """The last outcome of a document, if it is for that place in that version of it."""
        last = self._last.get(document.snapshot.uri)
        is_here = last is not None and (last.revision, last.offset) == (document.revision, offset)
        return last if is_here else None

    def forget(self, uri: str) -> None:
        """Let go of a document."""
        self._last.pop(uri, None)
