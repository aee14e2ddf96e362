"""Completion at a cursor: from a document and a model to texts that fit there.

The steps are those of the architecture's life of a keystroke: cursor state, hole grammar, decoding under
mask and oracle, and a last look with the syntax tree. What stops any of them is told as a reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from time import perf_counter

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Grammar,
    Oracle,
    ParseFailure,
    Prefix,
    Window,
    guessed_from,
    hole_grammar,
    load_grammar,
    mendings,
    mendings_within,
    windows,
)
from lsp_server.decoding import Candidate, Decoder, Hole, Model, Statistics, Task, heal_start
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, LineIndex, Span, apply_edits

IN_COMMENT = "the cursor is in a comment"
GUESSED = "too much is wrong there to tell what is meant"
"""With what the reason ends where that is so."""

NOTHING_TO_ADD = "the model has nothing to add"
NO_HOLE = "// no hole: "
"""With what `hole_at` begins where there is none; the reason follows."""

_ANCHORS = 3
_STRIDE = 128
"""A hole grammar is made at the line that holds each so-manieth character, and serves up to the next one."""

_LONGEST_LEAD = 1_000
"""To feed more characters than this to a hole grammar takes longer than to make one."""

_AFTER = 40
_MOST_REFUSALS = 24
_RESUMES = 4
_MENDINGS = 2
_RIVALS = 6


@dataclass(frozen=True)
class CompletionRequest:
    """What to complete, and how much.

    `landmarks` are those of `text`; `prefix` may carry what was learnt about earlier versions.
    `max_tokens` bounds each of up to `candidates` suggestions; one line unless `multiline`.
    """

    text: str = field(repr=False)
    offset: int
    language: Language
    landmarks: Landmarks = field(repr=False)
    prefix: Prefix | None = field(default=None, repr=False)
    max_tokens: int = 48
    candidates: int = 1
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A suggestion: replace the span from `start` to `end` by `text`.

    `logprob` is the mean log-probability of its tokens; `stop` is what ended it (see `decoding`).
    """

    text: str
    start: int
    end: int
    logprob: float
    stop: str


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
    found = (attempt.on(version) for version in _versions(request) if not cancelled())
    items = next((some for some in found if some), ())
    statistics = attempt.statistics
    return Completion(
        language_id=request.language.id,
        offset=request.offset,
        items=items,
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
        reason=None if items else attempt.reason,
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

    def on(self, request: CompletionRequest) -> tuple[Item, ...]:
        """The suggestions for a request. Where the first one has none, `reason` says why."""
        began = perf_counter()
        place = _place(request, heal_start(request.text, request.offset))
        self.prefix_ms += 1000 * (perf_counter() - began)
        if isinstance(place, str):
            self.reason = self.reason or place
            return ()
        oracle = _oracle(request, place)
        trees = _Trees(request, oracle, mended=place.state.mended)
        task = Task(
            prompt=self._model.prompt(
                request.text[: place.heal], request.text[request.offset :], request.language.id
            ),
            holes=_holes(request.text, place),
            heal=request.text[place.heal : request.offset],
            oracle=oracle,
            max_tokens=request.max_tokens,
            multiline=request.multiline,
            after=request.text[request.offset : request.offset + _AFTER],
            agrees=trees.take,
        )
        decoder = _decoder(self._model)
        candidates = decoder.decode(task, request.candidates, self._cancelled, self.statistics)
        self.refused += trees.refused
        if not candidates:
            why = _why_nothing(self._cancelled(), request, oracle, trees, self.statistics)
            self.reason = self.reason or why
        return tuple(_item(request, candidate) for candidate in candidates)


def _oracle(request: CompletionRequest, place: _Place) -> Oracle:
    """The oracle of a place; where something before it was mended, all fair mendings have their say."""
    grammar, text, resumes = place.grammar, request.text, _resumes(request)

    def judge(state: CursorState, after: Sequence[Window], rivals: Sequence[Oracle] = ()) -> Oracle:
        return Oracle(grammar, text, state, after, resumes, request.landmarks.last_error, rivals=rivals)

    rivals = [judge(rival, windows(grammar, text, rival, RELAXATIONS[0])) for rival in place.rivals[:_RIVALS]]
    return judge(place.state, place.windows, rivals)


def _versions(request: CompletionRequest) -> Iterator[CompletionRequest]:
    """The document, and versions of it in which mistakes after the cursor are mended, the fairest first.

    Where a mistake is one whatever is typed, what fits before the mended text adds none. Where it may be that
    something would fit before the text as it stands, that is looked for first.
    """
    suspect = request.language.parser.lenient or request.landmarks.last_error > request.offset
    place = _place(request, request.offset) if suspect else None
    if place is None or isinstance(place, str):
        yield request
        return
    mended = list(islice(_mended(request, place, mendings), _MENDINGS))
    yield from mended or (request,)
    if not mended:
        yield from islice(_mended(request, place, mendings_within), _MENDINGS)


def _mended(
    request: CompletionRequest,
    place: _Place,
    mend: Callable[[Grammar, str, CursorState], Iterator[Sequence[Edit]]],
) -> Iterator[CompletionRequest]:
    text, landmarks = request.text, request.landmarks
    for edits in mend(place.grammar, text, place.state):
        mended = apply_edits(text, edits)
        prefix = Prefix(place.grammar, mended)
        yield replace(request, text=mended, landmarks=landmarks.after(edits, mended), prefix=prefix)


def hole_at(language: Language, landmarks: Landmarks, text: str, offset: int) -> str:
    """The hole grammar at a cursor, as Lark text, or one comment line that says why there is none."""
    place = _place(CompletionRequest(text, offset, language, landmarks), offset)
    if isinstance(place, str):
        return f"{NO_HOLE}{place}\n"
    return hole_grammar(place.grammar, place.state, place.windows).text


_decoders: deque[Decoder] = deque(maxlen=4)


def _decoder(model: Model) -> Decoder:
    """The decoder of a model; the last few are kept, since each sorts its model's whole vocabulary."""
    for decoder in _decoders:
        if decoder.model is model:
            return decoder
    _decoders.append(Decoder(model))
    return _decoders[-1]


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known of a cursor at which something can be typed.

    The model spells again what stands from `heal` on. `base` is a state farther back, if there is one;
    `rivals` are what the state may be instead, where something was mended on the cursor's own line.
    """

    grammar: Grammar
    state: CursorState
    base: CursorState | None
    windows: tuple[Window, ...]
    heal: int
    rivals: tuple[CursorState, ...]


def _place(request: CompletionRequest, heal: int) -> _Place | str:
    """The place of the cursor, or the reason why nothing can be suggested there."""
    grammar, text = load_grammar(request.language), request.text
    prefix = request.prefix or Prefix(grammar, text)
    far = min(heal, text.rfind("\n", 0, request.offset - request.offset % _STRIDE) + 1)
    anchors = _anchors(request.landmarks, far)
    anchors += [anchor for anchor in _anchors(request.landmarks, heal) if anchor > far]
    state = prefix.at(request.offset, anchors, heal)
    if isinstance(state, ParseFailure):
        wanted = " or ".join(f"`{spelling}`" for spelling in state.expected[:4])
        return _error_before(text, state.offset, f"expected {wanted}" if wanted else "")
    if state.commented:
        return IN_COMMENT
    doubt = guessed_from(grammar, text, state)
    if doubt is not None:
        return _error_before(text, doubt, GUESSED)
    line = text.rfind("\n", 0, request.offset) + 1
    rivals = prefix.rivals(state, heal) if any(state.mended_from(line)) else ()
    return _Place(
        grammar,
        state,
        _base(state, prefix.at(request.offset, anchors, far)),
        windows(grammar, text, state, RELAXATIONS[0]),
        max(heal, state.offset),
        rivals,
    )


def _error_before(text: str, offset: int, more: str) -> str:
    """The reason that is an error before the cursor."""
    line, column = LineIndex(text).position(offset)
    reason = f"syntax error before the cursor, at {line + 1}:{column + 1}"
    return f"{reason}: {more}" if more else reason


def _base(state: CursorState, back: CursorState | ParseFailure) -> CursorState | None:
    """The state farther back, if that is of use, and what stands since then is read in the same way."""
    if isinstance(back, ParseFailure) or not 0 < state.offset - back.offset <= _LONGEST_LEAD:
        return None
    return back if back.here.same_as(state.here) else None


def _holes(text: str, place: _Place) -> Iterator[Hole]:
    """The hole as it is seen from the state farther back, then as it is seen from the cursor.

    The former serves at every cursor that is reached by typing on, so that nothing has to be compiled. What
    stands already may not fit it, since it looks at as much of the right context as fits farther back.
    """
    for state in (place.base, place.state):
        if state is not None:
            hole = hole_grammar(place.grammar, state, place.windows)
            yield Hole(hole.text, text[state.offset : place.heal], hole.relaxation)


def _anchors(landmarks: Landmarks, offset: int) -> list[int]:
    """Starts of top-level elements at or before an offset.

    The best is a few elements back: where the tree is broken near the cursor it may take the middle of an
    element for a beginning, and the parser, coming from farther away, does not.
    """
    found = [landmarks.element_start(offset)]
    while found[-1] > 0 and len(found) < _ANCHORS:
        found.append(landmarks.element_start(found[-1] - 1))
    return [anchor for anchor in reversed(found) if anchor > 0]


def _resumes(request: CompletionRequest) -> list[int]:
    """Where the next few elements begin; none if there is an error beyond the beginning of the first."""
    landmarks = request.landmarks
    found: list[int] = []
    start = landmarks.next_element(request.offset)
    while start is not None and len(found) < _RESUMES and (found or not landmarks.has_error_after(start)):
        found.append(start)
        start = landmarks.next_element(start + 1)
    return found


def _item(request: CompletionRequest, candidate: Candidate) -> Item:
    return Item(candidate.text, request.offset, request.offset, candidate.logprob, candidate.stop)


class _Trees:
    """What the syntax tree says of texts at one cursor; `refused` counts those that it did not take.

    Where what stands before the cursor had to be `mended` to be read, the tree has no say: how it reads
    that is a guess of its own.
    """

    def __init__(self, request: CompletionRequest, oracle: Oracle, *, mended: bool) -> None:
        self._request = request
        self._oracle = oracle
        self._mended = mended
        self._known: dict[str, bool] = {}
        self.refused = 0

    def take(self, text: str) -> bool:
        """Whether the tree takes a text; after some refusals none is asked about any more."""
        known = self._known.get(text)
        if known is None:
            known = self._mended or (
                self.refused < _MOST_REFUSALS
                and _tree_takes(self._request, text, excused=self._oracle.fit(text).excused)
            )
            self._known[text] = known
            self.refused += not known
        return known


def _tree_takes(request: CompletionRequest, text: str, *, excused: bool) -> bool:
    """Whether the document with the text inserted has no more syntax errors than without.

    Where there is one that is `excused`, their number says little, since what is wrong is read differently
    after each edit: then there must be none inside the text.
    """
    offset, landmarks = request.offset, request.landmarks
    joined = request.text[:offset] + text + request.text[offset:]
    tree = landmarks.edited(Edit(Span(offset, offset), text), joined)
    if not tree.error_count or tree.error_count <= landmarks.current.error_count:
        return True
    end = offset + len(text)
    return excused and not any(
        offset < problem.span.start and problem.span.end < end for problem in tree.problems
    )


def _why_nothing(
    cancelled: bool, request: CompletionRequest, oracle: Oracle, trees: _Trees, statistics: Statistics
) -> str:
    if cancelled:
        return "cancelled"
    if trees.refused:
        return "filtered: the syntax tree refuses what the grammar allows"
    if statistics.satisfied or (oracle.fit("").complete and not request.landmarks.current.error_count):
        return NOTHING_TO_ADD
    if not statistics.relaxation:
        return "nothing typed here can make the text after the cursor fit"
    return "the model found nothing that fits before the text after the cursor"
