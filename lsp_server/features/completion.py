"""Completion at a cursor: from a document and a model to texts that fit there.

The steps are those of the architecture's life of a keystroke: cursor state, hole grammar, decoding under
mask and oracle, and a last look with the syntax tree. What stops any of them is told as a reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from time import perf_counter

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Grammar,
    HoleGrammar,
    Oracle,
    ParseFailure,
    Prefix,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.decoding import Candidate, Decoder, Model, Statistics, Task, heal_start
from lsp_server.languages import Language
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, LineIndex, Span

NOTHING_TO_ADD = "the model has nothing to add"

_ANCHORS = 3
_TREE_TRIES = 4
_RESUMES = 4


@dataclass(frozen=True)
class CompletionRequest:
    """What to complete, and how much.

    `tree` is the syntax tree of `text`; `prefix` may carry what was learnt about earlier versions.
    `max_tokens` bounds each of up to `candidates` suggestions; one line unless `multiline`.
    """

    text: str = field(repr=False)
    offset: int
    language: Language
    tree: SyntaxTree = field(repr=False)
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
    grammar = load_grammar(request.language)
    statistics = Statistics()
    heal = heal_start(request.text, request.offset)
    found = _cursor_state(request, grammar, heal)
    prefix_ms = 1000 * (perf_counter() - began)
    items: tuple[Item, ...] = ()
    disagreements = relaxation = 0
    hole_ms = 0.0
    if isinstance(found, CursorState):
        started = perf_counter()
        heal = max(heal, found.offset)
        readings = windows(grammar, request.text, found, RELAXATIONS[0])
        hole = hole_grammar(grammar, found, readings)
        hole_ms = 1000 * (perf_counter() - started)
        relaxation = hole.relaxation
        oracle = Oracle(grammar, request.text, found, readings, _resumes(request))
        task = Task(
            prompt=model.prompt(request.text[:heal], request.text[request.offset :], request.language.id),
            hole=hole.text,
            lead=request.text[found.offset : heal],
            heal=request.text[heal : request.offset],
            oracle=oracle,
            max_tokens=request.max_tokens,
            multiline=request.multiline,
            lenient=request.tree.has_error_after(request.offset),
        )
        candidates = _decoder(model).decode(task, request.candidates, cancelled, statistics)
        items, disagreements = _agreed(request, oracle, candidates)
        reason = None if items else _why_nothing(cancelled(), disagreements, hole, statistics)
    else:
        reason = found
    return Completion(
        language_id=request.language.id,
        offset=request.offset,
        items=items,
        timings_ms={
            "prefix": prefix_ms,
            "hole": hole_ms,
            "compile": statistics.compile_ms,
            "model": statistics.model_ms,
            "mask": statistics.mask_ms,
            "oracle": statistics.oracle_ms,
            "total": 1000 * (perf_counter() - began),
        },
        tokens=statistics.tokens,
        reason=reason,
        statistics={
            "relaxation": relaxation,
            "disagreements": disagreements,
            **{name: count for name, count in asdict(statistics).items() if isinstance(count, int)},
        },
    )


def hole_at(language: Language, tree: SyntaxTree, text: str, offset: int) -> str:
    """The hole grammar at a cursor, as Lark text, or one comment line that says why there is none."""
    grammar = load_grammar(language)
    found = _cursor_state(CompletionRequest(text, offset, language, tree), grammar, offset)
    if isinstance(found, str):
        return f"// no hole: {found}\n"
    return hole_grammar(grammar, found, windows(grammar, text, found, RELAXATIONS[0])).text


_decoders: deque[Decoder] = deque(maxlen=4)


def _decoder(model: Model) -> Decoder:
    """The decoder of a model; the last few are kept, since each sorts its model's whole vocabulary."""
    for decoder in _decoders:
        if decoder.model is model:
            return decoder
    _decoders.append(Decoder(model))
    return _decoders[-1]


def _cursor_state(request: CompletionRequest, grammar: Grammar, limit: int) -> CursorState | str:
    """The state at the cursor, or the reason why nothing can be suggested there."""
    prefix = request.prefix or Prefix(grammar, request.text)
    state = prefix.at(request.offset, _anchors(request), limit)
    if isinstance(state, ParseFailure):
        line, column = LineIndex(request.text).position(state.offset)
        wanted = " or ".join(f"`{spelling}`" for spelling in state.expected[:4])
        place = f"syntax error before the cursor, at {line + 1}:{column + 1}"
        return f"{place}: expected {wanted}" if wanted else place
    return "the cursor is in a comment" if state.commented else state


def _anchors(request: CompletionRequest) -> list[int]:
    """Starts of top-level elements at or before the cursor.

    The best is a few elements back: where the tree is broken near the cursor it may take the middle of an
    element for a beginning, and the parser, coming from farther away, does not.
    """
    found = [request.tree.element_start(request.offset)]
    while found[-1] > 0 and len(found) < _ANCHORS:
        found.append(request.tree.element_start(found[-1] - 1))
    return [anchor for anchor in reversed(found) if anchor > 0]


def _resumes(request: CompletionRequest) -> list[int]:
    """Where the next few elements begin; none if there is an error beyond the beginning of the first."""
    found: list[int] = []
    start = request.tree.next_element(request.offset)
    while start is not None and len(found) < _RESUMES and (found or not request.tree.has_error_after(start)):
        found.append(start)
        start = request.tree.next_element(start + 1)
    return found


def _agreed(
    request: CompletionRequest, oracle: Oracle, candidates: tuple[Candidate, ...]
) -> tuple[tuple[Item, ...], int]:
    """The candidates that the syntax tree takes too, each cut back until it does; and how many it refused."""
    items: dict[str, Item] = {}
    refused = 0
    for candidate in candidates:
        shorter = [candidate.text[:end] for end in reversed(oracle.boundaries(candidate.text))]
        tries = [
            candidate.text,
            *(text for text in shorter if text != candidate.text and oracle.fit(text).good),
        ]
        for text in tries[:_TREE_TRIES]:
            if text.strip() and _tree_takes(request, text):
                stop = candidate.stop if text == candidate.text else "cut"
                item = Item(text, request.offset, request.offset, candidate.logprob, stop)
                items.setdefault(text, item)
                break
            refused += 1
    return tuple(items.values()), refused


def _tree_takes(request: CompletionRequest, text: str) -> bool:
    """Whether the document with the text inserted has no more syntax errors than without."""
    offset = request.offset
    joined = request.text[:offset] + text + request.text[offset:]
    tree = request.tree.edited([Edit(Span(offset, offset), text)], joined)
    return tree.error_count <= request.tree.error_count


def _why_nothing(cancelled: bool, disagreements: int, hole: HoleGrammar, statistics: Statistics) -> str:
    if cancelled:
        return "cancelled"
    if disagreements:
        return "filtered: the syntax tree refuses what the grammar allows"
    if statistics.satisfied:
        return NOTHING_TO_ADD
    if not hole.relaxation:
        return "nothing typed here can make the text after the cursor fit"
    return "the model found nothing that fits before the text after the cursor"
