"""Measures how good suggestions are: what fills gaps in real files, compared with what a person had written.

It must not know how a filler comes to its answer.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lsp_server.agreement.asking import Judge
from lsp_server.errors import UsageError
from lsp_server.features.completion import Suggestion
from lsp_server.lab.material.cuts import Cut, situation
from lsp_server.lab.material.neighbours import Knows, nothing_known
from lsp_server.lab.promise.assess import assess
from lsp_server.lab.promise.counting import IN_COMMENT, Judgement
from lsp_server.lab.promise.validity import ATTEMPTS, check_kind, draw
from lsp_server.lab.quality.fillers import Answer, Filler
from lsp_server.lab.quality.scores import Score, score
from lsp_server.languages import Language
from lsp_server.languages.sources import Source

THRESHOLDS = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
"""Confidences below which nothing might be shown (see `decoding.Candidate.sureness`)."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One cut as one filler filled it; `valid` is None where nothing was put in, or nobody judged."""

    name: str
    kind: str
    by: str
    cut: Cut
    answer: Answer
    score: Score
    valid: bool | None


@dataclass(frozen=True, slots=True)
class FillRow:
    """What one filler made of cuts; each has something removed, and none is in a comment.

    `answered` counts those for which anything was suggested, `valid` of the `judged` suggestions those that
    broke nothing (see `assess`). `line`, `hole`, `word`, `beyond` and `short` count scores (see `Score`).
    Means over all cuts, an unanswered one being 0: `matched_share` of the removed text, `matched`
    characters, and `similarity`. `saved` is the share of all removed characters that need not be typed if
    the right steps of each suggestion are taken over with one key each, and nothing is suggested after
    them. `tokens`, `seconds` and `tokens_per_second` are over all cuts; latencies are nearest-rank
    percentiles. `stops` counts suggestions by what ended them.
    """

    kind: str
    by: str
    cuts: int
    answered: int
    judged: int
    valid: int
    line: int
    hole: int
    word: int
    beyond: int
    short: int
    matched_share: float
    matched: float
    similarity: float
    saved: float
    p50_ms: float
    p95_ms: float
    stops: Mapping[str, int]
    tokens: int
    seconds: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is left if only suggestions of at least some confidence are shown; None: all are.

    `coverage` is their share of all cuts, `precision` the share of them whose hole is right, `word` that of
    those that begin with the right step; `matched` is the mean share of the removed text.
    """

    confidence: float | None
    shown: int
    coverage: float
    precision: float
    word: float
    matched: float


@dataclass(frozen=True, slots=True)
class FillReport:
    """All rows of a run: by kind and filler, each kind's fillers in the order given, then all kinds together.

    `curve` is that of the first filler.
    """

    language: str
    seed: int
    files: int
    judged: bool
    rows: tuple[FillRow, ...]
    curve: tuple[Threshold, ...]


def accepted(sources: Sequence[Source], judge: Judge | None) -> list[Source]:
    """The files that the judge accepts; all, where there is none."""
    return [source for source in sources if judge is None or judge(source.text).valid]


def fill_cuts(
    language: Language,
    sources: Sequence[Source],
    judge: Judge | None,
    fillers: Mapping[str, Filler],
    *,
    kinds: Sequence[str],
    cuts: int,
    seed: int = 0,
    knows: Knows = nothing_known,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Filled]:
    """Have each filler fill the same cuts, so many of each kind; `progress` gets the number of cuts done.

    A file is drawn first, then a place in it. Cuts in comments, and those that remove nothing but blanks, are
    drawn again. `knows` tells what is known there beside the file. The judge, if there is one, sees only what
    was put in. One more cut is filled before all others and forgotten: what is made once, such as the tables
    of a grammar, is no answer's time.

    Raises:
        UsageError: no such kind of cut, or no file has a place for it.

    """
    for kind in kinds:
        check_kind(kind)
    _, first = draw_code(language, sources, kinds[0], random.Random(seed))  # noqa: S311
    for filler in fillers.values():
        filler(language, first)
    done: list[Filled] = []
    for number, kind in enumerate(kinds):
        rng = random.Random(f"{seed}/fill/{kind}")  # noqa: S311
        for count in range(1, cuts + 1):
            source, drawn = draw_code(language, sources, kind, rng)
            cut = replace(drawn, known=knows(source.name, drawn.text, drawn.start))
            for by, filler in fillers.items():
                answer = filler(language, cut)
                valid = None if judge is None else _valid(language, cut, answer, judge)
                done.append(
                    Filled(source.name, kind, by, cut, answer, score(language, cut, answer.text), valid)
                )
            progress(number * cuts + count)
    return done


def fill_report(language: Language, files: int, seed: int, filled: Sequence[Filled]) -> FillReport:
    """The report of a run in which each filler filled the same cuts."""
    kinds, fillers = (
        list(dict.fromkeys(one.kind for one in filled)),
        list(dict.fromkeys(one.by for one in filled)),
    )
    rows = [
        row(kind, by, [one for one in filled if (one.kind, one.by) == (kind, by)])
        for kind in kinds
        for by in fillers
    ]
    if len(kinds) > 1:
        rows += [row("all", by, [one for one in filled if one.by == by]) for by in fillers]
    return FillReport(
        language=language.id,
        seed=seed,
        files=files,
        judged=any(one.valid is not None for one in filled),
        rows=tuple(rows),
        curve=curve([one for one in filled if one.by == fillers[0]]),
    )


def row(kind: str, by: str, filled: Sequence[Filled]) -> FillRow:
    """The sums and means of what one filler made of some cuts, which are not none."""
    scores, count = [one.score for one in filled], len(filled)
    times = sorted(one.answer.ms for one in filled)
    seconds, tokens = sum(times) / 1000, sum(one.answer.tokens for one in filled)
    verdicts = [one.valid for one in filled if one.valid is not None]
    return FillRow(
        kind=kind,
        by=by,
        cuts=count,
        answered=sum(bool(one.answer.text) for one in filled),
        judged=len(verdicts),
        valid=sum(verdicts),
        line=sum(found.line for found in scores),
        hole=sum(found.hole for found in scores),
        word=sum(found.word for found in scores),
        beyond=sum(found.beyond for found in scores),
        short=sum(found.short for found in scores),
        matched_share=sum(found.share for found in scores) / count,
        matched=sum(found.matched for found in scores) / count,
        similarity=sum(found.similarity for found in scores) / count,
        saved=sum(found.saved for found in scores) / sum(found.removed for found in scores),
        p50_ms=times[(count - 1) * 50 // 100],
        p95_ms=times[(count - 1) * 95 // 100],
        stops=dict(Counter(one.answer.stop for one in filled if one.answer.stop)),
        tokens=tokens,
        seconds=seconds,
        tokens_per_second=tokens / seconds if seconds else 0.0,
    )


def curve(filled: Sequence[Filled]) -> tuple[Threshold, ...]:
    """Precision against coverage over thresholds on the confidence, the strictest first."""
    return tuple(_threshold(filled, bound) for bound in (*THRESHOLDS, None))


def _threshold(filled: Sequence[Filled], bound: float | None) -> Threshold:
    shown = [
        one.score
        for one in filled
        if one.answer.text and (bound is None or math.exp(one.answer.sureness) >= bound)
    ]
    count = len(shown) or 1
    return Threshold(
        confidence=bound,
        shown=len(shown),
        coverage=len(shown) / (len(filled) or 1),
        precision=sum(found.hole for found in shown) / count,
        word=sum(found.word for found in shown) / count,
        matched=sum(found.share for found in shown) / count,
    )


def draw_code(
    language: Language, sources: Sequence[Source], kind: str, rng: random.Random
) -> tuple[Source, Cut]:
    """A file and a cut in it, which removes code.

    Raises:
        UsageError: no file has a place for such a cut.

    """
    for _ in range(ATTEMPTS):
        source, cut = draw(language, sources, kind, rng)
        if cut.removed.strip() and situation(language, cut) != IN_COMMENT:
            return source, cut
    raise UsageError(
        f"no {language.name} file has code to remove for '{kind}'", remedy="name a folder of longer files"
    )


def _valid(language: Language, cut: Cut, answer: Answer, judge: Judge) -> bool | None:
    if not answer.text:
        return None
    item = Suggestion(answer.text, cut.start, cut.start, answer.sureness, "")
    return assess(language, cut, item, judge)[0] is not Judgement.VIOLATION
