"""Measures the product's promise: accepting a suggestion never adds a syntax error.

Files that the judge accepts are cut, the gap is asked to be filled, each suggestion is put in, and the
judge reads the whole again. It must not know how suggestions are made.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lsp_server.constraint import load_grammar
from lsp_server.decoding.model import Model
from lsp_server.errors import UsageError
from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.cuts import KINDS, Cut, situation
from lsp_server.evaluation.finish import endings
from lsp_server.evaluation.judges import Judge
from lsp_server.features.completion import Completion, CompletionRequest, Item, complete
from lsp_server.languages import Language
from lsp_server.syntax import parse
from lsp_server.text import LineIndex

ATTEMPTS = 100
"""How many files in a row may have no place for a kind of cut before the measure gives up."""


class Outcome(StrEnum):
    """What the judge says of a file with a suggestion in it.

    `UNFINISHED` is a file that ends at the suggestion and is rejected, where the judge accepts it with
    one more text after it: the suggestion added nothing wrong, it only left something open.
    """

    VALID = "valid"
    NOT_SYNTAX = "not syntax"
    UNFINISHED = "unfinished"
    VIOLATION = "violation"


@dataclass(frozen=True, slots=True)
class Violation:
    """A suggestion that broke a file. Replacing `[start, end)` of the cut file by `text` shows it."""

    name: str
    kind: str
    situation: str
    cut_start: int
    cut_end: int
    line: int
    start: int
    end: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A cut that got no suggestion; `line` and `column` (1-based) are the cursor's."""

    name: str
    situation: str
    cut_start: int
    cut_end: int
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cuts were made and how many of them got a suggestion."""

    cuts: int
    answered: int

    @property
    def share(self) -> float:
        """The share answered."""
        return self.answered / self.cuts if self.cuts else 1.0


@dataclass(frozen=True, slots=True)
class ValidityReport:
    """The result for one kind of cut in one language.

    `outcomes` counts suggestions by `Outcome`. `latency_ms` holds p50, p95 and max of the time that one
    answer took, parsing the tree left out. `statistics` are those of the completions, summed.
    """

    language: str
    kind: str
    seed: int
    files: int
    total: Tally
    by_situation: Mapping[str, Tally]
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    latency_ms: Mapping[str, float]
    statistics: Mapping[str, float]
    violations: tuple[Violation, ...]
    unanswered: tuple[Unanswered, ...]


def measure_validity(
    language: Language,
    sources: Sequence[Source],
    model: Model,
    judge: Judge,
    *,
    kind: str = "rest-of-line",
    cuts: int = 500,
    seed: int = 0,
    candidates: int = 1,
    max_tokens: int = 48,
    progress: Callable[[int], None] | None = None,
) -> ValidityReport:
    """Cut files at random and judge what is suggested; `progress` gets the number of cuts done.

    A file is drawn first, then a place in it, so that each file counts the same. Files that the judge
    rejects are left out.

    Raises:
        UsageError: no such kind of cut, or no file that the judge accepts has a place for it.

    """
    if kind not in KINDS:
        raise UsageError(f"unknown kind of cut '{kind}'", remedy=f"known are: {', '.join(KINDS)}")
    valid = [source for source in sources if judge(source.text).valid]
    rng = random.Random(f"{seed}/{kind}")  # noqa: S311
    run = _Run(language, kind)
    for done in range(1, cuts + 1):
        source, cut = _draw(language, valid, kind, rng)
        request = CompletionRequest(
            text=cut.text,
            offset=cut.start,
            language=language,
            tree=parse(language, cut.text),
            max_tokens=max_tokens,
            candidates=candidates,
            multiline=cut.multiline,
        )
        begin = time.perf_counter()
        completion = complete(request, model, lambda: False)
        run.add(source, cut, completion, judge, (time.perf_counter() - begin) * 1000)
        if progress is not None:
            progress(done)
    return run.report(seed, len(valid))


def assess(language: Language, cut: Cut, item: Item, judge: Judge) -> tuple[Outcome, str]:
    """What the judge says of the cut file with a suggestion in it, and the judge's message."""
    text = cut.text[: item.start] + item.text + cut.text[item.end :]
    verdict = judge(text)
    if verdict.valid:
        return Outcome.VALID, ""
    if verdict.ignored:
        return Outcome.NOT_SYNTAX, verdict.message
    if cut.at_end and any(
        judge(text + ending).well_formed
        for ending in endings(load_grammar(language), text, cut.original, cut.start)
    ):
        return Outcome.UNFINISHED, verdict.message
    return Outcome.VIOLATION, verdict.message


def _draw(language: Language, sources: Sequence[Source], kind: str, rng: random.Random) -> tuple[Source, Cut]:
    for _ in range(ATTEMPTS if sources else 0):
        source = rng.choice(sources)
        cut = KINDS[kind](language, source.text, rng)
        if cut is not None:
            return source, cut
    raise UsageError(
        f"no {language.name} file has a place for '{kind}'", remedy="name a folder of files that are valid"
    )


class _Run:
    """What is counted while the cuts are made."""

    def __init__(self, language: Language, kind: str) -> None:
        self.language = language
        self.kind = kind
        self.cuts: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self.reasons: Counter[str] = Counter()
        self.statistics: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.violations: list[Violation] = []
        self.unanswered: list[Unanswered] = []

    def add(self, source: Source, cut: Cut, completion: Completion, judge: Judge, latency: float) -> None:
        where = situation(self.language, cut)
        line, column = LineIndex(cut.original).position(cut.start)
        self.cuts[where] += 1
        self.latencies.append(latency)
        self.statistics.update(completion.statistics)
        if completion.items:
            self.answered[where] += 1
        else:
            reason = completion.reason or "no reason given"
            self.reasons[reason] += 1
            self.unanswered.append(
                Unanswered(source.name, where, cut.start, cut.end, line + 1, column + 1, reason)
            )
        for item in completion.items:
            outcome, message = assess(self.language, cut, item, judge)
            self.outcomes[outcome] += 1
            if outcome is Outcome.VIOLATION:
                self.violations.append(
                    Violation(
                        source.name,
                        self.kind,
                        where,
                        cut.start,
                        cut.end,
                        line + 1,
                        item.start,
                        item.end,
                        item.text,
                        message,
                    )
                )

    def report(self, seed: int, files: int) -> ValidityReport:
        return ValidityReport(
            language=self.language.id,
            kind=self.kind,
            seed=seed,
            files=files,
            total=Tally(self.cuts.total(), self.answered.total()),
            by_situation={
                where: Tally(count, self.answered[where]) for where, count in self.cuts.most_common()
            },
            outcomes={str(outcome): self.outcomes[outcome] for outcome in Outcome},
            reasons=dict(self.reasons.most_common()),
            latency_ms=_percentiles(self.latencies),
            statistics=dict(self.statistics),
            violations=tuple(self.violations),
            unanswered=tuple(self.unanswered),
        )


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    """Nearest-rank p50 and p95, and the maximum; zeros of nothing."""
    if not values:
        return {"p50": 0.0, "p95": 0.0, "max": 0.0}
    ordered = sorted(values)
    return {
        "p50": ordered[(len(ordered) - 1) * 50 // 100],
        "p95": ordered[(len(ordered) - 1) * 95 // 100],
        "max": ordered[-1],
    }
