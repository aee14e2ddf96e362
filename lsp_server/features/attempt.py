"""An attempt to complete at one cursor: what is asked for, and what it took.

The steps are those of the architecture's life of a keystroke: cursor state, hole grammar, decoding under
mask and oracle, and the consent of what else must agree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from time import perf_counter

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import CursorState, Oracle, Prefix, is_in_text, load_grammar
from lsp_server.decoding import (
    NO_EVIDENCE,
    AsksAhead,
    Candidate,
    Evidence,
    Model,
    Statistics,
    Task,
    heal_start,
)
from lsp_server.features.consent import Consent
from lsp_server.features.conversing import FENCE, conversation
from lsp_server.features.guarding import guard_over
from lsp_server.features.limit import Limit
from lsp_server.features.placing import CursorPlace, NoPlace, likely_place, place_of
from lsp_server.features.preparing import ahead_at, decoder_of, holes_at, oracle_at, sources_at
from lsp_server.features.reasons import (
    CANCELLED,
    NOT_MEANT,
    NOTHING_CAN_FIT,
    NOTHING_FITS,
    NOTHING_TO_ADD,
    Filter,
    filtered,
)
from lsp_server.features.spacing import Spacing
from lsp_server.features.trials import Trials
from lsp_server.features.unwanted import Spot, Unwanted
from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.names.guard import Guard
from lsp_server.retrieval import LookedUp, commented, passages_before
from lsp_server.syntax import Landmarks, SyntaxTree
from lsp_server.text import Edit, Span, apply_edits

_AFTER = 40
_COMMENT = 1_000
"""Characters of an instruction that stand in a comment."""


@dataclass(frozen=True)
class CompletionRequest:
    """What to complete, and how much.

    `landmarks` are those of `text`; `prefix` may carry what was learnt about earlier versions. `max_tokens`
    bounds each of up to `candidates` suggestions; one line unless `multiline`. `beside` are texts of which
    parts may stand here again, as parts of this one may, those first that are most like it; where it is
    None, what the model says counts alone. A suggestion that is less sure than `min_logprob` is left out,
    and where nobody asked (`automatic`), one that the model did not mean, or that was `typed_away` just
    now. What was just `deleted` at the cursor is not put back. In a text that is typed `in_editor`, a
    suggestion may stand in place of closers that the editor put behind the cursor (see `autoclosed`), and
    above what the text lacks (see `lacking`). `names` are those that exist, if that counts. What was
    `looked_up` is copied from first, and read first where that pays. After `limit_ms` milliseconds nothing
    more is tried.
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
    typed_away: frozenset[str] = frozenset()
    limit_ms: float = math.inf
    deleted: str = ""
    in_editor: bool = False
    names: Existing | None = field(default=None, repr=False)
    looked_up: LookedUp | None = field(default=None, repr=False)
    instruction: str = ""
    wrote: Callable[[str], None] = field(default=lambda typed: None, repr=False)

    @property
    def sources(self) -> Sequence[str] | None:
        """The texts of which parts may stand here again, that first which counts most."""
        if self.looked_up is None or self.beside is None:
            return self.beside
        return (*self.looked_up.copied(self.beside), *self.beside)

    def prompt(self, model: Model, hole: Span) -> list[int]:
        """The tokens that ask a model for what is to stand in a hole of the text."""
        if self.instruction:
            told = conversation(self.language, self.instruction, self.text, hole.start, self.looked_up)
            asked = model.chat(told, f"{FENCE}\n")
            if asked is not None:
                return asked
        passages = () if self.looked_up is None else self.looked_up.prompted(model.room)
        text, hole = passages_before(self.language, passages, self.text, hole, model.room)
        if self.instruction:  # a model that follows none goes on below a comment
            comment = commented(self.language, self.instruction[:_COMMENT])
            text = text[: hole.start] + comment + text[hole.start :]
            hole = Span(hole.start + len(comment), hole.end + len(comment))
        return model.prompt(text, hole, self.language.id)

    @property
    def asks(self) -> bool:
        """Whether code is asked for in words."""
        return bool(self.instruction or (self.looked_up is not None and self.looked_up.question.wish))

    def ends(self, model: Model) -> list[int]:
        """The tokens with which a model ends beside its own: those that close what it was told to open."""
        if not self.instruction:
            return []
        return [number for number, token in enumerate(model.vocabulary.tokens) if token.startswith(b"``")]

    def edited(self, edit: Edit) -> CompletionRequest:
        """The same request in the text after an edit behind the cursor."""
        text = apply_edits(self.text, (edit,))
        prefix, landmarks = self.prefix_or_new.edited((edit,), text), self.landmarks.seen_after((edit,), text)
        return replace(self, text=text, landmarks=landmarks, prefix=prefix)

    @property
    def prefix_or_new(self) -> Prefix:
        """The prefix, or one that knows nothing yet."""
        return self.prefix or Prefix(load_grammar(self.language), self.text)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion: replace the span from `start` to `end` by `text`.

    `logprob` is the mean log-probability of its tokens, `sureness` the logarithm of the chance that its first
    word is right (see `confidence`); `stop` is what ended it, and whether it is `confident`, and by what
    `evidence`, the model tells (see `decoding`). `in_text` is whether it stands in a string or the like.
    """

    text: str
    start: int
    end: int
    logprob: float
    stop: str
    sureness: float = 0.0
    confident: bool = True
    evidence: Evidence = field(default=NO_EVIDENCE, repr=False)
    in_text: bool = False


class Attempt:
    """What it took to complete at one cursor.

    Once its limit is over nothing more is tried; what was found before it was cancelled is then of no use.
    Where nothing was found that the model meant, `is_whole` tells whether the text is sound as it stands.
    """

    def __init__(self, model: Model, limit: Limit) -> None:
        self._model = model
        self._limit = limit
        self.statistics = Statistics()
        self.prefix_ms = 0.0
        self.dropped: Counter[str] = Counter()
        self.strays: dict[str, tuple[str, ...]] = {}
        self.reason: str | None = None
        self.is_whole = True

    def stopped(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._limit.stopped()

    def items(self, request: CompletionRequest) -> tuple[Suggestion, ...]:
        """The suggestions; none where it was cancelled."""
        try:
            early = None if request.landmarks.known else self.early(request)
            return self._on(request, self._place(request)) if early is None else early
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

        items = self._on(request, place, holds)
        if self._limit.cancelled():
            return ()
        if holds():
            return items
        self.reason = None
        return None

    def _place(self, request: CompletionRequest) -> CursorPlace | NoPlace:
        """The place of a request's cursor."""
        began = perf_counter()
        heal = heal_start(request.text, request.offset)
        place = place_of(request.prefix_or_new, request.landmarks, request.offset, heal, self._limit.stopped)
        self.prefix_ms += 1000 * (perf_counter() - began)
        return place

    def _on(
        self,
        request: CompletionRequest,
        place: CursorPlace | NoPlace,
        holds: Callable[[], bool] = lambda: True,
    ) -> tuple[Suggestion, ...]:
        """The suggestions for a request, at the place of its cursor; where there are none, `reason` says why.

        Once the oracle has refused to let a text end, it is asked whether the place `holds`; nothing more is
        tried where it does not.
        """
        if isinstance(place, NoPlace):
            self.reason = place.reason
            return ()
        grammar, text, offset = load_grammar(request.language), request.text, request.offset
        stopped = self._limit.stopped
        oracle = oracle_at(request.prefix_or_new, request.landmarks, offset, place, stopped)
        spot = Spot(request.language, text, offset, request.beside or (), request.deleted, request.names)
        unwanted = Unwanted(spot, oracle.comment_in)
        trials = Trials(request.landmarks, self._limit)
        consent = Consent(text, request.landmarks, oracle, place.state, unwanted, trials)
        gap = Span(place.heal, offset)
        before, others = sources_at(text, gap, request.sources)
        guard = guard_at(request, place, trials.edited)

        def first_at(state: CursorState) -> Mapping[str, str]:
            watching = guard_at(request, place, trials.edited, state)
            return {} if watching is None else watching.first()

        def beginning(typed: str, whole: bool) -> str | None:
            if request.asks and typed.lstrip().startswith(request.language.comment.openers):
                return typed[: len(typed) - len(typed.lstrip()) + 1]  # code is asked for
            return unwanted.beginning(typed, whole=whole)

        def fits(typed: str) -> bool:
            """Whether the rest fits after a text, as far as there is time to tell."""
            with suppress(StoppedError):
                return oracle.fit(typed).good
            return False

        def begins() -> bool:
            """Whether somebody asked at the end of a line, behind a blank or where something is open."""
            if request.automatic or request.asks or text[offset:].partition("\n")[0].strip():
                return False
            return not text[max(0, offset - 1) : offset].strip() or oracle.fit("").unfinished

        def agrees(typed: str) -> bool:
            return (guard is None or guard.stray(typed, whole=True) is None) and consent.to(typed)

        task = Task(
            prompt=request.prompt(self._model, gap),
            holes=holes_at(request.language, text, place),
            heal=text[place.heal : offset],
            oracle=oracle,
            max_tokens=request.max_tokens,
            multiline=request.multiline,
            after=text[offset : offset + _AFTER],
            before=before,
            others=others,
            agrees=agrees,
            unwanted=beginning,
            confident=request.automatic,
            begins=begins,
            late=self._limit.late,
            hopeless=lambda: oracle.stumbled and not oracle.fitted and not holds(),
            word=request.language.word,
            ends=request.ends(self._model),
            wrote=request.wrote,
            names=guard,
            indented=request.language.indentation is not None,
        )
        decoder = decoder_of(self._model)
        if isinstance(self._model, AsksAhead):
            most, lines = request.max_tokens, request.multiline
            self._model.ask(
                ahead_at(request.language, text, offset, place, first_at, multiline=lines, most=most)
            )
        candidates = decoder.decode(task, request.candidates, stopped, self.statistics)
        if self._limit.cancelled():
            candidates = ()
        self.dropped.update(consent.refusals)
        self.strays |= {} if guard is None else guard.strays
        if not candidates:
            refused = (*consent.refusals, *unwanted.found)
            self.reason = _why_nothing(request, oracle, refused, self.statistics, self._limit)
        self.is_whole = any(one.confident for one in candidates) or fits("")
        spacing = Spacing(request.language, text, offset)
        tidy = (spacing.tidied(candidate.text, fits) for candidate in candidates)
        in_text = is_in_text(grammar, text, place.state)
        return tuple(_item(one, found, offset, in_text) for found, one in zip(candidates, tidy, strict=True))


def guard_at(
    request: CompletionRequest,
    place: CursorPlace,
    edited: Callable[[Edit, str], SyntaxTree],
    state: CursorState | None = None,
) -> Guard | None:
    """What watches the names in what is typed at a place; None where it is not known which exist.

    Args:
        request: asks for suggestions there.
        place: what is known of the cursor.
        edited: makes the tree of the document after one edit, the result of which is given.
        state: the cursor's, if not that of the place.

    """
    if request.names is None:
        return None
    grammar, state = load_grammar(request.language), state or place.state
    return guard_over(request.names, grammar, request.text, state, edited, lambda: place.windows)


def _item(text: str, candidate: Candidate, offset: int, in_text: bool) -> Suggestion:
    return Suggestion(
        text,
        offset,
        offset,
        candidate.logprob,
        candidate.stop,
        candidate.sureness,
        candidate.confident,
        candidate.evidence,
        in_text,
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
