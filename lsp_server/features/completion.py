"""Completion at a cursor: from a document and a model to texts that fit there, or why there are none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from time import perf_counter

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import Prefix, hole_grammar, load_grammar
from lsp_server.decoding import Model
from lsp_server.features.adapting import CLOSE, SURE
from lsp_server.features.attempt import Attempt, CompletionRequest, Suggestion
from lsp_server.features.autoclosed import autoclosed, over, without
from lsp_server.features.block_ends import without_block_ends
from lsp_server.features.confidence import bundled, signs_of
from lsp_server.features.guarding import guard_over
from lsp_server.features.lacking import lacking, with_lack
from lsp_server.features.limit import Limit
from lsp_server.features.placing import NoPlace, place_of
from lsp_server.features.reasons import (
    CANCELLED,
    NO_EXAMPLE,
    NOTHING_TO_ADD,
    ONLY_ASKED,
    TOO_LONG,
    UNSURE,
    Filter,
    filtered,
    timed_out,
)
from lsp_server.features.wishing import as_instruction, follows, least_below, wishes
from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.syntax import Landmarks

__all__ = [
    "NOTHING_TO_ADD",
    "NO_HOLE",
    "Completion",
    "CompletionRequest",
    "Suggestion",
    "complete",
    "hole_at",
    "hole_of",
]

_WORD = re.compile(r"\w")

NO_HOLE = "// no hole: "
"""With what `hole_at` begins where there is none; the reason follows."""

OTHERWISE = math.log(0.005)
"""So likely are the words of another suggestion beside the first one. Of 29 less likely ones at 240 cursors
in four languages no first word was right. Of 183 up to 0.1 four were, and who asks for others wants some.
"""


@dataclass(frozen=True, slots=True)
class Completion:
    """The suggestions for one cursor, best first, with what they cost; a `reason` where there are none.

    `timings_ms` has the keys prefix, hole, compile, model, mask, oracle and total. `statistics` counts:
    relaxation (suffix lexemes the hole grammar looks at), disagreements (texts that the syntax tree refused),
    and those of `decoding.Statistics`. `dropped` counts the texts that each filter kept away, by the filter's
    sentence. `strays` are words that named nothing, each with names that exist. Where it has `timed_out`, not
    all was tried.
    """

    language_id: str
    offset: int
    items: tuple[Suggestion, ...]
    timings_ms: Mapping[str, float]
    tokens: int
    reason: str | None
    statistics: Mapping[str, int]
    timed_out: bool = False
    dropped: Mapping[str, int] = field(default_factory=dict)
    strays: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def complete(request: CompletionRequest, model: Model, cancelled: Callable[[], bool]) -> Completion:
    """Suggest texts for a cursor, each of which keeps the document's syntax intact.

    `cancelled` is polled throughout; once it answers True, no items are returned. When the request's time is
    up, those are that were found.

    Raises:
        GrammarError: the bundle's grammar cannot be used.
    """
    began = perf_counter()
    limit = Limit(request.limit_ms, cancelled)
    attempt = Attempt(model, limit)
    request = replace(request, prefix=request.prefix_or_new)
    items = wishes(request, SURE if follows(model) else CLOSE)[: request.candidates]
    least = least_below(request, model)
    if not items:
        asked = as_instruction(request, model)
        items = tuple(_weighed(request, item) for item in attempt.items(asked))
        for further in (_over_closers, _above_what_lacks) if request.in_editor else ():
            if not any(item.confident for item in items):
                items = (*further(asked, attempt), *items)[: request.candidates]
        if request.in_editor:
            items = tuple(filter(None, (without_block_ends(request, item) for item in items)))
        items = items or wishes(request, CLOSE)[:1]
    meant = [item for item in items if item.confident or not request.automatic]
    likely = [item for item in meant[1:] if item.sureness >= OTHERWISE or not _WORD.search(item.text)]
    sure = [item for item in (*meant[:1], *likely) if item.sureness >= least]
    gone = request.typed_away if request.automatic else ()
    shown = tuple(item for item in sure if item.text.strip() not in gone)
    reason = None
    if not items:
        reason = _why_none(attempt.reason, limit, began)
    elif not meant:
        reason = filtered([Filter.UNMEANT])
    elif not sure and least > request.min_logprob:
        reason = NO_EXAMPLE
    elif not sure:
        reason = UNSURE if request.min_logprob < math.inf else ONLY_ASKED
    elif not shown:
        reason = filtered([Filter.GONE])
    statistics = attempt.statistics
    attempt.dropped[Filter.REPEATS] += statistics.astray
    attempt.dropped[Filter.UNMEANT] += len(items) - len(meant)
    attempt.dropped[Filter.UNSURE] += len(meant) - len(sure)
    attempt.dropped[Filter.GONE] += len(sure) - len(shown)
    return Completion(
        language_id=request.language.id,
        offset=request.offset,
        items=shown,
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
        reason=reason,
        statistics={
            "disagreements": attempt.dropped[Filter.TREE],
            **{name: count for name, count in asdict(statistics).items() if isinstance(count, int)},
        },
        timed_out=limit.timed_out,
        dropped=+attempt.dropped,
        strays=attempt.strays,
    )


def _over_closers(request: CompletionRequest, attempt: Attempt) -> tuple[Suggestion, ...]:
    """The suggestions that put closers again behind the cursor, where the model meant no text before them."""
    closers = autoclosed(request.language, request.text, request.offset)
    if not closers or attempt.is_whole:
        return ()
    opened = without(request, closers)
    made = (over(_weighed(opened, item), closers) for item in attempt.items(opened))
    return tuple(item for item in made if item is not None)


def _above_what_lacks(request: CompletionRequest, attempt: Attempt) -> tuple[Suggestion, ...]:
    """The suggestions for a line below which something lacks, where the model meant none that brings it."""
    with suppress(StoppedError):
        if not attempt.is_whole and (lack := lacking(request, attempt.stopped)):
            return tuple(_weighed(request, item) for item in attempt.items(with_lack(request, lack)))
    return ()


def _weighed(request: CompletionRequest, item: Suggestion) -> Suggestion:
    """A suggestion with the chance that its first word is right."""
    return replace(item, sureness=bundled().chance(signs_of(request, item)))


def _why_none(tried: str | None, limit: Limit, began: float) -> str:
    """Why no text was found: what stopped the search, else what was `tried` and came to nothing.

    Where nothing was even tried the text could not be read in the time that there is for that.
    """
    if limit.cancelled():
        return CANCELLED
    return timed_out(1000 * (perf_counter() - began)) if limit.timed_out else tried or TOO_LONG


def hole_at(language: Language, landmarks: Landmarks, text: str, offset: int) -> str:
    """The hole grammar at a cursor, as Lark text, or one comment line that says why there is none."""
    hole = hole_of(landmarks, Prefix(load_grammar(language), text), offset)
    return f"{NO_HOLE}{hole.reason}\n" if isinstance(hole, NoPlace) else hole


def hole_of(
    landmarks: Landmarks, prefix: Prefix, offset: int, names: Existing | None = None
) -> str | NoPlace:
    """The hole grammar at a cursor, as Lark text, or why there is none.

    Where its first lexeme has to be one of the `names` that exist, the grammar says which may stand there.
    """
    place = place_of(prefix, landmarks, offset, offset)
    if isinstance(place, NoPlace):
        return place
    grammar, first = prefix.grammar, dict[str, str]()
    if names is not None:
        first = guard_over(names, grammar, prefix.text, place.state, landmarks.edited).first()
    return hole_grammar(grammar, place.state, place.windows, first=first).text
