"""An attempt to complete at one cursor: what is asked for, and in which versions of the document it is tried.

The steps are those of the architecture's life of a keystroke: cursor state, hole grammar, decoding under
mask and oracle, and the consent of what else must agree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from time import perf_counter

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Oracle,
    Prefix,
    Repairs,
    Window,
    load_grammar,
    windows,
)
from lsp_server.decoding import NO_EVIDENCE, Candidate, Evidence, Model, Statistics, Task, heal_start
from lsp_server.features.consent import Consent
from lsp_server.features.limit import Limit
from lsp_server.features.past import NO_PAST, Past
from lsp_server.features.placing import CursorPlace, NoPlace, anchors_of, likely_place, place_of
from lsp_server.features.preparing import decoder_of, holes_at, sources_at
from lsp_server.features.reasons import (
    CANCELLED,
    NOT_MEANT,
    NOTHING_CAN_FIT,
    NOTHING_FITS,
    NOTHING_TO_ADD,
    Filter,
    filtered,
)
from lsp_server.features.soundness import Ahead
from lsp_server.features.unwanted import Spot, Unwanted
from lsp_server.features.versions import Version, Versions
from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.names.guard import Guard
from lsp_server.names.members import Members
from lsp_server.names.places import places_of
from lsp_server.syntax import Landmarks
from lsp_server.text import Span

_AFTER = 40
_VAGUE = (None, NOT_MEANT, NOTHING_CAN_FIT, NOTHING_FITS)
"""What says less than by what a text was dropped."""

_RIVALS = 6
_SEVERAL = 2


@dataclass(frozen=True)
class CompletionRequest:
    """What to complete, and how much.

    `landmarks` are those of `text`; `prefix` may carry what was learnt about earlier versions.
    `max_tokens` bounds each of up to `candidates` suggestions; one line unless `multiline`. `beside` are
    texts of which parts may stand here again, as parts of this one may, those first that are most like it;
    where it is None, what the model says counts alone. A suggestion that is less sure than
    `min_logprob` is left out, and where nobody asked (`automatic`), one that the model did not mean and, by
    the `past`, one that was typed away just now. What was just `deleted` at the cursor is not put
    back. `names` are those that exist, if that counts. After `limit_ms` milliseconds nothing more is tried.
    """

    text: str = field(repr=False)
    offset: int
    language: Language
    landmarks: Landmarks = field(repr=False)
    prefix: Prefix | None = field(default=None, repr=False)
    max_tokens: int = 48
    candidates: int = 1
    multiline: bool = False
    beside: Sequence[str] | None = field(default=(), repr=False)
    min_logprob: float = -math.inf
    automatic: bool = False
    past: Past = NO_PAST
    limit_ms: float = math.inf
    deleted: str = ""
    names: Existing | None = field(default=None, repr=False)

    @property
    def prefix_or_new(self) -> Prefix:
        """The prefix, or one that knows nothing yet."""
        return self.prefix or Prefix(load_grammar(self.language), self.text)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion: replace the span from `start` to `end` by `text`.

    `logprob` is the mean log-probability of its tokens, `sureness` the logarithm of the chance that its first
    word is right (see `confidence`); `stop` is what ended it, and whether it is `confident`, and by what
    `evidence`, the model tells (see `decoding`).
    """

    text: str
    start: int
    end: int
    logprob: float
    stop: str
    sureness: float = 0.0
    confident: bool = True
    evidence: Evidence = field(default=NO_EVIDENCE, repr=False)


class Attempt:
    """What it took to complete at one cursor, perhaps in several versions of its document.

    Once its limit is over nothing more is tried; what was found before it was cancelled is then of no use.
    """

    def __init__(self, model: Model, limit: Limit) -> None:
        self._model = model
        self._limit = limit
        self.statistics = Statistics()
        self.prefix_ms = 0.0
        self.dropped: Counter[str] = Counter()
        self.reason: str | None = None
        self._repairs: Repairs | None = None

    def items(self, request: CompletionRequest) -> tuple[Suggestion, ...]:
        """The suggestions; none where it was cancelled."""
        try:
            early = None if request.landmarks.known else self.early(request)
            return self.on_versions(request, self.place(request)) if early is None else early
        except StoppedError:
            return ()

    def early(self, request: CompletionRequest) -> tuple[Suggestion, ...] | None:
        """The suggestions, decoded before there is a tree; None where that changes them.

        It is asked once the place of the cursor or what is wrong after it counts, or all is done.
        """
        heal, landmarks = heal_start(request.text, request.offset), request.landmarks
        prefix = request.prefix_or_new
        began = perf_counter()
        place = likely_place(prefix, landmarks, request.offset, heal)
        self.prefix_ms += 1000 * (perf_counter() - began)
        if place is None:
            return None

        @cache
        def holds() -> bool:
            true = place_of(prefix, landmarks, request.offset, heal)
            same = isinstance(true, CursorPlace) and true.same_as(place)
            return same and landmarks.last_error <= request.offset

        items = self.on_versions(request, place, holds)
        if self._limit.cancelled():
            return ()
        if holds():
            return items
        self.reason = None
        return None

    def on_versions(
        self,
        request: CompletionRequest,
        place: CursorPlace | NoPlace,
        holds: Callable[[], bool] = lambda: True,
    ) -> tuple[Suggestion, ...]:
        """The suggestions for the document; where it has none, for it with mistakes about the cursor mended.

        What is wrong in the cursor's line before it is corrected before anything is tried. Where a mistake
        after the cursor is one whatever is typed, what fits before the mended text adds none. That is looked
        into once a text was refused, and then nothing more is tried in the document as it stands; where it is
        not certain, once all that the model wrote at a time had to be given up. If nothing was found, and
        there is a mistake whatever is typed, a text will do with which the document is one change from a
        valid one, even where it is anyone's guess what is meant. Where the place no longer `holds`, nothing
        more is tried.
        """
        over = self._limit.over
        self._repairs = _repairs(request, place, over)
        versions = Versions(_version(request), place, one_line=not request.multiline, over=over)
        items = self._first(request, versions.corrected)
        if items:
            return items
        lost = self.statistics.lost

        def hopeless() -> bool:
            given_up = self.statistics.lost > lost
            return not holds() or bool(versions.surely or (given_up and versions.perhaps))

        items = self._on(request, place, hopeless)
        if items or over() or not holds():
            return items
        items = self._first(request, versions.surely or versions.perhaps)
        if items or over() or self._repairs is None or not versions.is_wrong:
            return items
        return self._on(request, self.place(request, guess=True), nearly=True)

    def _first(self, request: CompletionRequest, versions: Iterable[Version]) -> tuple[Suggestion, ...]:
        """The suggestions for the first version that has some, at the place of the request."""
        for version in versions:
            if self._limit.over():
                break
            there = replace(
                request,
                text=version.text,
                offset=version.offset,
                landmarks=version.landmarks,
                prefix=version.prefix,
            )
            items = self._on(there, self.place(there), changes=version.changes)
            if items:
                return tuple(replace(item, start=request.offset, end=request.offset) for item in items)
        return ()

    def place(self, request: CompletionRequest, *, guess: bool = False) -> CursorPlace | NoPlace:
        """The place of a request's cursor, which may be a mere guess."""
        began = perf_counter()
        heal = heal_start(request.text, request.offset)
        place = place_of(request.prefix_or_new, request.landmarks, request.offset, heal, guess=guess)
        self.prefix_ms += 1000 * (perf_counter() - began)
        return place

    def _on(
        self,
        request: CompletionRequest,
        place: CursorPlace | NoPlace,
        hopeless: Callable[[], bool] | None = None,
        *,
        changes: int = 0,
        nearly: bool = False,
    ) -> tuple[Suggestion, ...]:
        """The suggestions for a request, at the place of its cursor; where there are none, `reason` says why.

        `hopeless` is asked once the oracle has refused to let a text end. The text may be so many `changes`
        away from the document, or it will do if it is `nearly` valid, which is one change from that.
        """
        if isinstance(place, NoPlace):
            self.reason = self.reason or place.reason
            return ()
        # Before there is a tree no error is known, and once there is that has to hold.
        known, grammar = request.landmarks.known, load_grammar(request.language)
        ahead = Ahead(grammar, request.landmarks, request.offset, place.state)
        damaged = ahead.damaged_to if known else 0
        # Where there are several mistakes, one change is not enough.
        repairs, changed = self._repairs if changes < _SEVERAL else None, changes > 0
        cancelled, wanted = self._limit.cancelled, repairs if nearly else None
        oracle = _oracle(request, place, ahead, damaged, changes, wanted, cancelled)
        text, offset = request.text, request.offset
        unwanted = Unwanted(Spot(request.language, text, offset, request.beside or (), request.deleted))
        consent = Consent(
            _version(request), oracle, place.state, repairs, unwanted, changed=changed, nearly=nearly
        )
        gap = Span(place.heal, offset)
        before, others = sources_at(text, gap, request.beside)

        guard = None
        if request.names is not None:
            places = places_of(request.language)
            members = Members(request.names, text, offset, request.landmarks.edited)
            guard = Guard(grammar, text, place.state, places, request.names, members)

        def agrees(typed: str) -> bool:
            return (guard is None or guard.stray(typed, whole=True) is None) and consent.to(typed)

        def is_hopeless() -> bool:
            doubtful = oracle.stumbled and not oracle.fitted
            return doubtful and hopeless is not None and hopeless()

        task = Task(
            prompt=self._model.prompt(text, gap, request.language.id),
            holes=holes_at(request.language, text, place),
            heal=text[place.heal : offset],
            oracle=oracle,
            max_tokens=request.max_tokens,
            multiline=request.multiline,
            after=text[offset : offset + _AFTER],
            before=before,
            others=others,
            agrees=agrees,
            unwanted=lambda typed, whole: unwanted.beginning(typed, whole=whole),
            confident=request.automatic,
            late=self._limit.late,
            hopeless=is_hopeless,
            word=request.language.word,
            names=guard,
            indented=request.language.indentation is not None,
        )
        decoder = decoder_of(self._model)
        candidates = decoder.decode(task, request.candidates, cancelled, self.statistics)
        self.dropped.update(consent.refusals)
        if not candidates:
            refused = (*consent.refusals, *unwanted.found)
            why = _why_nothing(request, oracle, refused, self.statistics, self._limit)
            # In a text in which a mistake is mended it may be seen that nothing lacks, or what is dropped.
            told = self.reason not in _VAGUE if refused else self.reason is not None
            if not told or why == NOTHING_TO_ADD:
                self.reason = why
        return tuple(_item(request, candidate) for candidate in candidates)


def _version(request: CompletionRequest) -> Version:
    """The document as it stands."""
    return Version(request.text, request.offset, request.landmarks, request.prefix_or_new)


def _oracle(
    request: CompletionRequest,
    place: CursorPlace,
    ahead: Ahead,
    damaged: int,
    changes: int,
    repairs: Repairs | None,
    cancelled: Callable[[], bool],
) -> Oracle:
    """The oracle of a place; where something before it was mended, all fair mendings have their say.

    They have none where a text will do that is one change from a valid one.
    """
    grammar, text = load_grammar(request.language), request.text

    def judge(
        state: CursorState, after: Callable[[], Sequence[Window]], rivals: Sequence[Oracle] = ()
    ) -> Oracle:
        return Oracle(
            grammar,
            text,
            state,
            after,
            ahead,
            damaged,
            before=lambda: ahead.stacks_before,
            changed=changes > 0,
            guessed=changes >= _SEVERAL,
            repairs=repairs,
            rivals=rivals,
            cancelled=cancelled,
        )

    others = place.rivals[:_RIVALS] if repairs is None else ()
    rivals = [judge(rival, partial(windows, grammar, text, rival, RELAXATIONS[0])) for rival in others]
    return judge(place.state, lambda: place.windows, rivals)


def _repairs(
    request: CompletionRequest, place: CursorPlace | NoPlace, cancelled: Callable[[], bool]
) -> Repairs | None:
    """What makes the document valid once something is typed; None where that cannot be told."""
    grammar, prefix = load_grammar(request.language), request.prefix_or_new

    def before(offset: int) -> CursorState | None:
        line = request.text.rfind("\n", 0, offset) + 1
        state = prefix.at(line, anchors_of(request.landmarks, line))
        return state if isinstance(state, CursorState) else None

    def before_mistakes() -> CursorState | None:
        problems = request.landmarks.current.problems
        return before(problems[0].span.start) if problems else None

    if isinstance(place, CursorPlace):
        state: CursorState | None = place.state
    else:
        state = None if place.error is None else before(place.error)
    if state is None:
        return None
    return Repairs(grammar, request.text, request.offset, state, before_mistakes, cancelled)


def _item(request: CompletionRequest, candidate: Candidate) -> Suggestion:
    return Suggestion(
        candidate.text,
        request.offset,
        request.offset,
        candidate.logprob,
        candidate.stop,
        candidate.sureness,
        candidate.confident,
        candidate.evidence,
    )


def _why_nothing(
    request: CompletionRequest,
    oracle: Oracle,
    refused: Iterable[Filter],
    statistics: Statistics,
    limit: Limit,
) -> str:
    if limit.cancelled():
        return CANCELLED
    if filters := dict.fromkeys(refused):
        return filtered(filters)
    if statistics.satisfied or oracle.fit("").complete:
        return NOTHING_TO_ADD
    if statistics.astray:
        return filtered([Filter.REPEATS])
    if request.automatic:
        return NOT_MEANT
    return NOTHING_CAN_FIT if statistics.masked and not statistics.relaxation else NOTHING_FITS
