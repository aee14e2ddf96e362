"""Who computes a suggestion, and when it stops: one slot per document, the latest request wins.

What was suggested already is answered from memory as long as the typing agrees with it. When nothing else
is asked for, what would be suggested next is worked out ahead, and goes on while the typing leads there: who
asks there before it is done waits for it. Knows neither the protocol nor how a suggestion is made. All of it
runs in the event loop but the model, which has one thread of its own; a flag that is polled between tokens,
and while a prompt is read, is how it is stopped.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lsp_server.cancellation import StoppedError
from lsp_server.features.recall import Conditions, Recall, Wanted
from lsp_server.server.documents.session import Document
from lsp_server.server.suggestions import suggesting
from lsp_server.server.suggestions.adapting import Adapting
from lsp_server.server.suggestions.readying import Readying
from lsp_server.text import Edit, Span, apply_edits

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion
    from lsp_server.features.lists.entry import Entry, Listing
    from lsp_server.features.writing import WrittenCode
    from lsp_server.names.existing import Existing
    from lsp_server.retrieval import PassageStore

_PAUSE = 0.3
"""Seconds in which nothing is asked, after which the next suggestion is made ahead."""

_SETTLING = 0.04
"""Seconds that a request waits, for a later one to overtake it, where the last one was overtaken."""

_HASTE = 0.5
"""Seconds after which that one is forgotten: who asks then has paused."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sharing:
    """How the model's thread is shared with other clients; not at all where there are none.

    Attributes:
        late_ms: what nobody asked for is given up when it was not begun after so many milliseconds.
        spare: whether nobody waits for the model.
        count: is told of each answer where it came from.

    """

    late_ms: float = math.inf
    spare: Callable[[], bool] = lambda: True
    count: Callable[[str], None] = lambda source: None


@dataclass(frozen=True, slots=True)
class _Key:
    """What is made: a suggestion for a cursor in a text of a document."""

    uri: str
    text: str = field(repr=False)
    offset: int
    wanted: Wanted

    @classmethod
    def of(cls, document: Document, offset: int, wanted: Wanted) -> _Key:
        """What comes by itself is not what was just taken away."""
        if wanted.automatic:
            wanted = replace(wanted, deleted=document.deleted.at(offset))
        return cls(document.snapshot.uri, document.snapshot.text, offset, wanted)

    def follows(self, text: str) -> bool:
        """Whether it is for a text that this one becomes, or is, when letters are typed before the cursor."""
        rest = len(self.text) - self.offset
        typed = len(text) - rest
        return 0 <= typed <= self.offset and text == self.text[:typed] + self.text[self.offset :]


@dataclass(eq=False, slots=True)
class _Job:
    """The work for a key; `under` what, once that counts."""

    key: _Key
    stop: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[Completion | None] = field(init=False)
    waiters: int = 0
    under: Conditions | None = None


class Suggestions:
    """The running suggestion of each document, and those made before.

    Args:
        model: gives the model, or none if there is none; called in the event loop.
        worker: the one thread in which models run.
        beside: the texts near a document, those first that count most.
        trace: is told about each suggestion, in one line.
        clock: tells the time in seconds.
        sleep: waits so many seconds.
        limit_ms: the milliseconds that a suggestion may take.
        made: is given each suggestion that was made, also one that was cancelled.
        sharing: with whom the worker is shared.
        names: the names that exist for a cursor in a document, if that counts.
        passages: what can be looked up for a document.
        adapting: which adapter the model wears for a document.

    """

    def __init__(
        self,
        model: Callable[[], Awaitable[Model | None]],
        worker: Executor,
        beside: Callable[[Document], Sequence[str]],
        trace: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        limit_ms: Callable[[Wanted], float] = lambda wanted: math.inf,
        made: Callable[[Document, int, Completion], None] = lambda document, offset, completion: None,
        sharing: Sharing = Sharing(),
        names: Callable[[Document, int], Existing | None] = lambda document, offset: None,
        passages: Callable[[Document], PassageStore | None] = lambda document: None,
        adapting: Adapting | None = None,
    ) -> None:
        self._model = model
        self._worker = worker
        self._beside = beside
        self._trace = trace
        self._clock = clock
        self._sleep = sleep
        self._limit_ms = limit_ms
        self._made = made
        self._sharing = sharing
        self._names = names
        self._passages = passages
        self._adapting = adapting or Adapting(dict, trace)
        self._jobs: dict[str, _Job] = {}
        self._recalls: dict[str, Recall] = {}
        self._overtaken: dict[str, float] = {}
        """When the last request of each document was overtaken."""
        self._rankings: dict[str, threading.Event] = {}
        self._looks: dict[str, threading.Event] = {}
        self._queued: dict[threading.Event, Future[Any]] = {}
        """What waits for its turn, by what stops it."""
        self._ahead: _Job | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._readying = Readying(model, self._in_worker, trace)

    def knows(self, document: Document, offset: int, wanted: Wanted) -> bool:
        """Whether the suggestion for a place was made before, as far as it is wanted."""
        key, under = _Key.of(document, offset, wanted), partial(self._now, document, offset)
        return self._known(key, under) is not None

    async def ask(self, document: Document, offset: int, wanted: Wanted) -> Completion | None:
        """A suggestion for one place in one version of a document; none if it was overtaken.

        A request for the same place in the same text shares the work of the first, as an editor that
        shows ghost text and a list asks twice. When nobody waits any more, the work stops.
        """
        self._readying.leave()
        key = _Key.of(document, offset, wanted)
        wanted = key.wanted
        under = partial(self._now, document, offset)
        known = self._known(key, under)
        if known is not None:
            self.stop(key.uri)
            self._trace(f"suggestion: {_outcome(known)}, from memory")
            self._sharing.count("memory")
            self._look_ahead(document, known, wanted, under)
            return known
        job = self._job(document, key, under)
        job.waiters += 1
        try:
            completion = await asyncio.shield(job.task)
        finally:
            job.waiters -= 1
            if not job.waiters:
                self._halt(job)
        if completion is not None and self._jobs.get(key.uri) is job:
            self._look_ahead(document, completion, wanted, under)
        return completion

    async def ranked(
        self,
        document: Document,
        offset: int,
        listing: Callable[[], Awaitable[Listing]],
        late: Callable[[], bool] = lambda: False,
    ) -> Sequence[Entry]:
        """The entries of a list in the order in which the model expects them, which is asked meanwhile.

        They are as they are if there is no model, or it was stopped: by an edit, or by the next list. When
        nobody waits any more it is too. Once it is `late` it is asked no more.
        """
        self._stop_asking(document.snapshot.uri, self._rankings)
        stop = self._rankings[document.snapshot.uri] = threading.Event()
        try:
            model, expected = await self._model(), None
            if model is not None:
                beside, adapter = self._beside(document), self._adapting.of(document)
                work = self._under(
                    model,
                    adapter,
                    lambda worn: suggesting.expected(document, offset, worn, beside, stop, late),
                )
                expected = await self._in_worker(work)
            found = await listing()
            if expected is None:
                return found.entries
            return await self._in_worker(partial(expected.ranked, found))
        except StoppedError:
            return (await listing()).entries
        finally:
            stop.set()

    async def look(
        self,
        document: Document,
        offset: int,
        work: Callable[[Model, Sequence[str], Existing | None, Callable[[], bool]], _T],
    ) -> _T | None:
        """What is worked out with the model for a place, given what a suggestion there has: nearby texts and
        names.

        None if there is no model, or it was stopped: by an edit, or by the next look.
        """
        uri = document.snapshot.uri
        self._stop_asking(uri, self._looks)
        stop = self._looks[uri] = threading.Event()
        model = await self._model()
        if model is None or stop.is_set():
            return None
        names = self._names(document, offset)
        try:
            return await self._in_worker(partial(work, model, self._beside(document), names, stop.is_set))
        except StoppedError:
            return None

    def _stop_asking(self, uri: str, *asked: dict[str, threading.Event]) -> None:
        """Stop asking the model for the entries of a list, and for a look; or for some of them."""
        for running in asked or (self._rankings, self._looks):
            stop = running.pop(uri, None)
            if stop is not None:
                stop.set()

    async def write(
        self, document: Document, span: Span, instruction: str, wanted: Wanted
    ) -> WrittenCode | None:
        """What somebody asks for in words, in place of a span; none if there is no model.

        It stops when nobody waits for it any more. What replaces nothing is remembered as a suggestion: who
        asks for one at that place is answered with it.
        """
        language = document.language
        self._readying.leave()
        self.stop(document.snapshot.uri)
        stop = threading.Event()
        try:
            model = await self._model()
            if model is None:
                return None
            names, store = self._names(document, span.start), self._passages(document)
            limit, under = self._limit_ms(wanted), self._conditions(document, names)
            work = self._under(
                model,
                under.adapter,
                lambda worn: suggesting.write(document, span, instruction, worn, stop, limit, names, store),
            )
            written = await self._in_worker(work)
        finally:
            stop.set()
        if written is not None and written.items and language is not None and span.start == span.end:
            suggested = written.suggested_at(span.start, language.id)
            self._remember(document.snapshot.uri, suggested, wanted, document.snapshot.text, under)
        return written

    def _under(self, model: Model, adapter: str | None, work: Callable[[Model], _T]) -> Callable[[], _T]:
        """What is to be done with a model under an adapter, for the model's thread."""
        return lambda: work(self._adapting.under(model, adapter))

    async def _in_worker(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    async def _in_turn(self, work: Callable[[], _T], stop: threading.Event, *, hasty: bool) -> _T | None:
        """What is worked out in the model's thread; None if it is stopped before, or comes too late."""
        queued = self._queued[stop] = self._worker.submit(work)
        done, late = asyncio.wrap_future(queued), self._sharing.late_ms
        try:
            await asyncio.wait([done], timeout=late / 1000 if hasty and late < math.inf else None)
            if not done.done() and queued.cancel():
                self._sharing.count("late")
            else:
                await asyncio.wait([done])
            return None if queued.cancelled() else await done
        finally:
            del self._queued[stop]

    async def idle(self, uri: str) -> None:
        """Wait until nothing that was asked for in a document is being made: to ask then stops nothing."""
        while (job := self._jobs.get(uri)) is not None and not job.task.done():
            await asyncio.wait([job.task])

    def rest_at(self, document: Document, offset: int) -> None:
        """A cursor has come to a place: if it rests there, the place is made ready for the first letter.

        Where a suggestion was asked for it is ready already.
        """
        snapshot = document.snapshot
        job = self._jobs.get(snapshot.uri)
        if job is None or (job.key.text, job.key.offset) != (snapshot.text, offset):
            place = (snapshot.uri, document.revision, offset)
            work = partial(suggesting.prepare, document, offset)
            self._readying.rest_at(place, work, spare=self._sharing.spare())

    def rehearse(self, document: Document) -> None:
        """Make a suggestion that nobody sees, at the end of a document, unless one is or was asked for there.

        What the first one in a language has to do, and others have not, is done then, and for a first list.
        """
        beside, uri = self._beside(document), document.snapshot.uri
        suggested = uri in self._jobs or uri in self._recalls
        self._readying.start(partial(suggesting.rehearse, document, beside, suggested=suggested))

    def edited(self, document: Document) -> None:
        """Follow a document to a new version: the work for the last one is moot.

        What is made ahead is not, where the edit leads there.
        """
        uri, text = document.snapshot.uri, document.snapshot.text
        self._readying.leave()
        if self._ahead is None or self._ahead.key.uri != uri or not self._ahead.key.follows(text):
            self._rest()
        self.stop(uri)
        self._stop_asking(uri)

    def stop(self, uri: str) -> None:
        """Stop the work for a document: what it asked for is moot."""
        job = self._jobs.pop(uri, None)
        if job is not None:
            self._halt(job)

    def forget(self, uri: str) -> None:
        """Stop the work for a document that is not followed any more, and let go of what was suggested."""
        self._readying.leave()
        self._rest()
        self.stop(uri)
        self._stop_asking(uri)
        self._recalls.pop(uri, None)
        self._overtaken.pop(uri, None)

    def stop_all(self) -> None:
        """Stop all work."""
        self._readying.leave()
        self._rest()
        for uri in tuple(self._jobs):
            self.stop(uri)
        for uri in (*self._rankings, *self._looks):
            self._stop_asking(uri)

    def _now(self, document: Document, offset: int) -> Conditions:
        """What holds now for a place in a document; to find that out is too much for each key of a team."""
        return self._conditions(document, self._names(document, offset))

    def _conditions(self, document: Document, names: Existing | None) -> Conditions:
        return Conditions(None if names is None else names.fingerprint, self._adapting.of(document))

    def _known(self, key: _Key, under: Callable[[], Conditions]) -> Completion | None:
        """The suggestion as far as it was made before."""
        recall = self._recalls.get(key.uri)
        return None if recall is None else recall.at(key.text, key.offset, key.wanted, under)

    def _job(self, document: Document, key: _Key, under: Callable[[], Conditions]) -> _Job:
        """The work for a key: what runs for it, asked for or made ahead, or what is begun now."""
        for job in (self._jobs.get(key.uri), self._ahead):
            runs = job is not None and job.key == key and not job.stop.is_set() and not _failed(job.task)
            if job is not None and runs and (job.under is None or job.under == under()):
                if job is self._ahead:
                    self.stop(key.uri)
                    self._ahead = None
                self._jobs[key.uri] = job
                return job
        self._rest()
        self.stop(key.uri)
        hasty = self._clock() - self._overtaken.pop(key.uri, -math.inf) < _HASTE
        self._jobs[key.uri] = job = self._begin(document, key, _SETTLING if hasty else 0.0)
        return job

    def _halt(self, job: _Job) -> None:
        """Stop what somebody has asked for, if it is not done: then the next request may be overtaken too."""
        if not job.task.done():
            self._overtaken[job.key.uri] = self._clock()
            self._end(job)

    def _end(self, job: _Job) -> None:
        """Stop some work, or let go of its turn."""
        job.stop.set()
        queued = self._queued.get(job.stop)
        if queued is not None:
            queued.cancel()

    def _begin(self, document: Document, key: _Key, delay: float = 0.0) -> _Job:
        job = _Job(key)
        job.task = asyncio.create_task(self._run(document, job, delay))
        return job

    async def _run(self, document: Document, job: _Job, delay: float) -> Completion | None:
        if delay:
            await self._sleep(delay)
        key = job.key
        completion = await self._make(document, job)
        if completion is None or job.under is None or job.stop.is_set():
            return None
        if completion.items or not completion.timed_out:  # Another time there may be time for more.
            self._remember(key.uri, completion, key.wanted, key.text, job.under)
        return completion

    def _remember(
        self, uri: str, completion: Completion, wanted: Wanted, text: str, under: Conditions
    ) -> None:
        recall = self._recalls.get(uri, Recall())
        self._recalls[uri] = recall.having(completion, wanted, text, under)

    async def _make(self, document: Document, job: _Job) -> Completion | None:
        model, key, stop = await self._model(), job.key, job.stop
        if model is None or stop.is_set():
            return None
        beside, limit = self._beside(document), self._limit_ms(key.wanted)
        gone = self._recalls.get(key.uri, Recall()).typed_away(key.text, key.offset)
        names, passages = self._names(document, key.offset), self._passages(document)
        job.under = self._conditions(document, names)
        work = self._under(
            model,
            job.under.adapter,
            lambda worn: suggesting.complete(
                document, beside, key.offset, key.wanted, worn, stop, limit, gone, names, passages
            ),
        )
        completion = await self._in_turn(work, stop, hasty=key.wanted.automatic)
        if completion is not None:
            self._sharing.count("model")
            total = completion.timings_ms.get("total", 0.0)
            self._trace(f"suggestion: {completion.tokens} tokens in {total:.0f} ms, {_outcome(completion)}")
            self._made(document, key.offset, completion)
        return completion

    def _look_ahead(
        self, document: Document, completion: Completion, wanted: Wanted, under: Callable[[], Conditions]
    ) -> None:
        """After a pause, make the suggestion for after this one is accepted, unless that is being done.

        It is made as an editor will ask for it by itself.
        """
        self._cancel_timer()
        item = next(iter(completion.items), None)
        if item is None:
            self._rest()
            return
        edit = Edit(Span(item.start, item.end), item.text)
        text = apply_edits(document.snapshot.text, (edit,))
        wanted = replace(wanted, candidates=1, automatic=True, deleted="")
        key = _Key(document.snapshot.uri, text, item.start + len(item.text), wanted)
        if self._ahead is not None and self._ahead.key == key:
            return
        self._rest()
        if self._known(key, under) is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_PAUSE, self._start_ahead, document, edit, key)

    def _start_ahead(self, document: Document, edit: Edit, key: _Key) -> None:
        self._timer = None
        if not self._sharing.spare():
            return
        self._ahead = self._begin(document.edited((edit,), document.snapshot.version), key)
        self._ahead.task.add_done_callback(self._trace_failure)

    def _trace_failure(self, task: asyncio.Task[Completion | None]) -> None:
        """Nobody may have asked for what was made ahead, and then nobody is told."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._trace(f"suggestion made ahead: {error}")

    def _rest(self) -> None:
        """Let go of what is made ahead: something else is wanted."""
        self._cancel_timer()
        if self._ahead is not None:
            self._end(self._ahead)
            self._ahead = None

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _outcome(completion: Completion) -> str:
    return completion.reason or f"{len(completion.items)} offered"


def _failed(task: asyncio.Task[Completion | None]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
