"""Completion at a cursor: from a document and a model to texts that fit there.

The steps are those of the architecture's life of a keystroke: cursor state, hole grammar, decoding under
mask and oracle, and a last look with the syntax tree. What stops any of them is told as a reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from time import perf_counter

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Fit,
    Oracle,
    Prefix,
    Window,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.decoding import Candidate, Model, Statistics, Task, heal_start
from lsp_server.features.placing import NoPlace, Place, Resumes, likely_place, place_of
from lsp_server.features.preparing import decoder_of, holes_at
from lsp_server.features.versions import Version, Versions
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, Span

NOTHING_TO_ADD = "the model has nothing to add"
UNSURE = "below confidence: the likeliest text is not likely enough to be shown"
NO_HOLE = "// no hole: "
"""With what `hole_at` begins where there is none; the reason follows."""

_AFTER = 40
_NEAR = 60_000
"""What stands so many characters away may stand here again."""
_MOST_REFUSALS = 24
_RIVALS = 6


@dataclass(frozen=True)
class CompletionRequest:
    """What to complete, and how much.

    `landmarks` are those of `text`; `prefix` may carry what was learnt about earlier versions.
    `max_tokens` bounds each of up to `candidates` suggestions; one line unless `multiline`. `beside` are
    texts of which parts may stand here again, as parts of this one may, those first that are most like it;
    where it is None, what the model says counts alone. A suggestion that is less sure than
    `least`, a log-probability, is left out, and where it is `unasked` for, one that the model did not mean.
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
    least: float = -math.inf
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A suggestion: replace the span from `start` to `end` by `text`.

    `logprob` is the mean log-probability of its tokens, `sureness` how sure it is that it begins so, as a
    log-probability; `stop` is what ended it, and whether it is `meant` the model tells (see `decoding`).
    """

    text: str
    start: int
    end: int
    logprob: float
    stop: str
    sureness: float = 0.0
    meant: bool = True


@dataclass(frozen=True, slots=True)
class Completion:
    """The suggestions for one cursor, best first, with what they cost; a `reason` where there are none.

    `timings_ms` has the keys prefix, hole, compile, model, mask, oracle and total. `statistics` counts:
    relaxation (suffix lexemes the hole grammar looks at), disagreements (texts that the syntax tree refused),
    and those of `decoding.Statistics`.
    """

    language_id: str
    offset: int
    items: tuple[Item, ...]
    timings_ms: Mapping[str, float]
    tokens: int
    reason: str | None
    statistics: Mapping[str, int]


def complete(request: CompletionRequest, model: Model, cancelled: Callable[[], bool]) -> Completion:
    """Suggest texts for a cursor, each of which keeps the document's syntax intact.

    `cancelled` is polled between tokens; once it answers True, no items are returned.

    Raises:
        GrammarError: the bundle's grammar cannot be used.
    """
    began = perf_counter()
    attempt = _Attempt(model, cancelled)
    request = replace(request, prefix=_prefix(request))
    items = None if request.landmarks.known else attempt.early(request)
    if items is None:
        items = attempt.on_versions(request, attempt.place(request))
    sure = tuple(
        item for item in items if item.sureness >= request.least and (item.meant or not request.unasked)
    )
    statistics = attempt.statistics
    return Completion(
        language_id=request.language.id,
        offset=request.offset,
        items=sure,
        timings_ms={
            "prefix": attempt.prefix_ms,
            "hole": statistics.hole_ms,
            "compile": statistics.compile_ms,
            "model": statistics.model_ms,
            "mask": statistics.mask_ms,
            "oracle": statistics.oracle_ms,
            "total": 1000 * (perf_counter() - began),
        },
        tokens=statistics.tokens,
        reason=None if sure else UNSURE if items else attempt.reason,
        statistics={
            "disagreements": attempt.refused,
            **{name: count for name, count in asdict(statistics).items() if isinstance(count, int)},
        },
    )


class _Attempt:
    """What it took to complete at one cursor, perhaps in several versions of its document."""

    def __init__(self, model: Model, cancelled: Callable[[], bool]) -> None:
        self._model = model
        self._cancelled = cancelled
        self.statistics = Statistics()
        self.prefix_ms = 0.0
        self.refused = 0
        self.reason: str | None = None

    def early(self, request: CompletionRequest) -> tuple[Item, ...] | None:
        """The suggestions, decoded before there is a tree; None where that changes them.

        It is asked once the place of the cursor or what is wrong after it counts, or all is done.
        """
        heal, landmarks = heal_start(request.text, request.offset), request.landmarks
        began = perf_counter()
        place = likely_place(_prefix(request), landmarks, request.offset, heal)
        self.prefix_ms += 1000 * (perf_counter() - began)
        if place is None:
            return None

        @cache
        def holds() -> bool:
            true = place_of(_prefix(request), landmarks, request.offset, heal)
            same = isinstance(true, Place) and true.same_as(place)
            return same and landmarks.last_error <= request.offset

        items = self.on_versions(request, place, holds)
        if self._cancelled():
            return ()
        if holds():
            return items
        self.reason = None
        return None

    def on_versions(
        self,
        request: CompletionRequest,
        place: Place | NoPlace,
        holds: Callable[[], bool] = lambda: True,
    ) -> tuple[Item, ...]:
        """The suggestions for the document; where it has none, for it with mistakes about the cursor mended.

        What is wrong in the cursor's line before it is corrected before anything is tried. Where a mistake
        after the cursor is one whatever is typed, what fits before the mended text adds none. That is looked
        into once a text was refused, and then nothing more is tried in the document as it stands; where it is
        not certain, once all that the model wrote at a time had to be given up. Where the place no longer
        `holds`, nothing more is tried.
        """
        versions = _versions(request, place)
        items = self._first(request, versions.corrected)
        if items:
            return items
        lost = self.statistics.lost

        def hopeless() -> bool:
            given_up = self.statistics.lost > lost
            return not holds() or bool(versions.surely or (given_up and versions.perhaps))

        items = self.on(request, place, hopeless)
        if items or self._cancelled() or not holds():
            return items
        return self._first(request, versions.surely or versions.perhaps)

    def _first(self, request: CompletionRequest, versions: Iterable[Version]) -> tuple[Item, ...]:
        """The suggestions for the first version that has some, at the place of the request."""
        for version in versions:
            if self._cancelled():
                break
            there = replace(
                request,
                text=version.text,
                offset=version.offset,
                landmarks=version.landmarks,
                prefix=version.prefix,
            )
            items = self.on(there, self.place(there), changed=True, guessed=version.guessed)
            if items:
                return tuple(replace(item, start=request.offset, end=request.offset) for item in items)
        return ()

    def place(self, request: CompletionRequest) -> Place | NoPlace:
        """The place of a request's cursor."""
        began = perf_counter()
        heal = heal_start(request.text, request.offset)
        place = place_of(_prefix(request), request.landmarks, request.offset, heal)
        self.prefix_ms += 1000 * (perf_counter() - began)
        return place

    def on(
        self,
        request: CompletionRequest,
        place: Place | NoPlace,
        hopeless: Callable[[], bool] | None = None,
        *,
        changed: bool = False,
        guessed: bool = False,
    ) -> tuple[Item, ...]:
        """The suggestions for a request, at the place of its cursor; where there are none, `reason` says why.

        `hopeless` is asked once the oracle has refused to let a text end. The text may be one that was
        `changed`, perhaps a `guessed` one.
        """
        if isinstance(place, NoPlace):
            self.reason = self.reason or place.reason
            return ()
        text, offset = request.text, request.offset
        # Before there is a tree none is known, and once there is that has to hold.
        damaged = request.landmarks.last_error if request.landmarks.known else 0
        oracle = _oracle(request, place, damaged, changed=changed, guessed=guessed)
        trees = _Trees(request, oracle, place.state)
        task = Task(
            prompt=self._model.prompt(text, Span(place.heal, offset), request.language.id),
            holes=holes_at(request.language, text, place),
            heal=text[place.heal : offset],
            oracle=oracle,
            max_tokens=request.max_tokens,
            multiline=request.multiline,
            after=text[offset : offset + _AFTER],
            before="" if request.beside is None else text[max(0, place.heal - _NEAR) : place.heal],
            others=[text[offset : offset + _NEAR], *(other[:_NEAR] for other in request.beside or ())],
            agrees=trees.take,
            indented=request.language.indentation is not None,
        )
        decoder = decoder_of(self._model)

        def stopped() -> bool:
            return self._cancelled() or (hopeless is not None and oracle.stumbled and hopeless())

        candidates = decoder.decode(task, request.candidates, stopped, self.statistics)
        self.refused += trees.refused
        if not candidates:
            why = _why_nothing(self._cancelled(), oracle, trees, self.statistics)
            # In a text in which a mistake is mended it may be seen that nothing lacks.
            self.reason = why if why == NOTHING_TO_ADD else self.reason or why
        return tuple(_item(request, candidate) for candidate in candidates)


def _versions(request: CompletionRequest, place: Place | NoPlace) -> Versions:
    version = Version(request.text, request.offset, request.landmarks, _prefix(request))
    return Versions(version, place, one_line=not request.multiline)


def _prefix(request: CompletionRequest) -> Prefix:
    return request.prefix or Prefix(load_grammar(request.language), request.text)


def _oracle(
    request: CompletionRequest, place: Place, damaged: int, *, changed: bool, guessed: bool
) -> Oracle:
    """The oracle of a place; where something before it was mended, all fair mendings have their say."""
    grammar, text, resumes = (
        load_grammar(request.language),
        request.text,
        Resumes(request.landmarks, request.offset),
    )

    def judge(state: CursorState, after: Sequence[Window], rivals: Sequence[Oracle] = ()) -> Oracle:
        return Oracle(
            grammar, text, state, after, resumes, damaged, changed=changed, guessed=guessed, rivals=rivals
        )

    rivals = [judge(rival, windows(grammar, text, rival, RELAXATIONS[0])) for rival in place.rivals[:_RIVALS]]
    return judge(place.state, place.windows, rivals)


def hole_at(language: Language, landmarks: Landmarks, text: str, offset: int) -> str:
    """The hole grammar at a cursor, as Lark text, or one comment line that says why there is none."""
    hole = hole_of(landmarks, Prefix(load_grammar(language), text), text, offset)
    return f"{NO_HOLE}{hole.reason}\n" if isinstance(hole, NoPlace) else hole


def hole_of(landmarks: Landmarks, prefix: Prefix, text: str, offset: int) -> str | NoPlace:
    """The hole grammar at a cursor, as Lark text, or why there is none.

    Where something wrong before the cursor leaves no place, it is that of the text corrected.
    """
    here = Version(text, offset, landmarks, prefix)
    place = here.place
    if isinstance(place, NoPlace):
        others = (version.place for version in Versions(here, place, one_line=True).corrected)
        found = next((other for other in others if isinstance(other, Place)), None)
        if found is None:
            return place
        place = found
    return hole_grammar(prefix.grammar, place.state, place.windows).text


def _item(request: CompletionRequest, candidate: Candidate) -> Item:
    return Item(
        candidate.text,
        request.offset,
        request.offset,
        candidate.logprob,
        candidate.stop,
        candidate.sureness,
        candidate.meant,
    )


class _Trees:
    """What the syntax tree says of texts at one cursor; `refused` counts those that it did not take.

    Where what stands before the cursor had to be mended to be read, the tree has no say: how it reads that
    is a guess of its own. Nor has it where the whole fits, and the tree has `misread` what stands before the
    cursor's line, nothing of which had to be mended.
    """

    def __init__(self, request: CompletionRequest, oracle: Oracle, state: CursorState) -> None:
        self._request = request
        self._oracle = oracle
        self._state = state
        self._known: dict[str, bool] = {}
        self.refused = 0

    def take(self, text: str) -> bool:
        """Whether the tree takes a text; after some refusals none is asked about any more."""
        known = self._known.get(text)
        if known is None:
            fit = self._oracle.fit(text)
            known = (
                self._state.mended
                or (fit.complete and not fit.excused and self._misread)
                or (self.refused < _MOST_REFUSALS and _tree_takes(self._request, text, fit))
            )
            self._known[text] = known
            self.refused += not known
        return known

    @cached_property
    def _misread(self) -> bool:
        """Whether the tree sees an error between the state's anchor and the cursor's line."""
        read = Span(self._state.anchor, self._state.line)
        problems = self._request.landmarks.current.problems
        return any(read.start <= problem.span.start and problem.span.end <= read.end for problem in problems)


def _tree_takes(request: CompletionRequest, text: str, fit: Fit) -> bool:
    """Whether the document with the text inserted has no more syntax errors than without.

    Where one is excused, or the document had not come to its end before either, their number says little,
    since what is wrong is read differently after each edit: then there must be none inside the text.
    """
    offset, landmarks = request.offset, request.landmarks
    joined = request.text[:offset] + text + request.text[offset:]
    tree = landmarks.edited(Edit(Span(offset, offset), text), joined)
    # The document as it stands is asked about last: where a bracket is open, all that follows is read anew.
    if not tree.error_count or tree.error_count <= (errors := landmarks.current.error_count):
        return True
    end = offset + len(text)
    return (fit.excused or (fit.unfinished and errors > 0)) and not any(
        offset < problem.span.start and problem.span.end < end for problem in tree.problems
    )


def _why_nothing(cancelled: bool, oracle: Oracle, trees: _Trees, statistics: Statistics) -> str:
    if cancelled:
        return "cancelled"
    if trees.refused:
        return "filtered: the syntax tree refuses what the grammar allows"
    if statistics.satisfied or oracle.fit("").complete:
        return NOTHING_TO_ADD
    if not statistics.relaxation:
        return "nothing typed here can make the text after the cursor fit"
    return "the model found nothing that fits before the text after the cursor"
