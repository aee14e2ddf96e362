"""What an evaluation of suggestions counts, and the report that becomes of it; it asks and judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from lsp_server.features.completion import NOTHING_TO_ADD, Completion
from lsp_server.lab.figures import nearest_rank
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.material.mistakes import PlantedMistake
from lsp_server.text import LineIndex

IN_COMMENT = "in a comment"


def reason_kind(reason: str) -> str:
    """A reason why nothing is suggested, without the place that it may name."""
    return reason.partition(", at ")[0]


_Key = TypeVar("_Key", str, int)


class Judgement(StrEnum):
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
    """A suggestion that broke a file, with all that shows it again.

    From the file `name`, remove `[cut_start, cut_end)`, and where `broken` is not None put its text in place
    of its span too, both counted in the file as it was; then replace `[start, end)` of the result by `text`.
    `line` is the cursor's, from 1, in the file as it was.
    """

    name: str
    kind: str
    situation: str
    cut_start: int
    cut_end: int
    multiline: bool
    broken: PlantedMistake | None
    line: int
    start: int
    end: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A cut that got no suggestion; `line` and `column` (1-based) are the cursor's in the file as it was."""

    name: str
    kind: str
    situation: str
    cut_start: int
    cut_end: int
    broken: PlantedMistake | None
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cuts had something to be answered, and how many of them got a suggestion."""

    cuts: int
    answered: int

    @property
    def share(self) -> float:
        """The share answered."""
        return self.answered / self.cuts if self.cuts else 1.0


@dataclass(frozen=True, slots=True)
class ValidityReport:
    """The result for one kind of cut in one language.

    Of `cuts`, those `in_comments` and those on which the model had `nothing_to_add` where nothing lacked
    are left out of `total`, and the former out of everything else too; `intrusions` counts suggestions made
    in comments nevertheless. Left out too are the `whole` ones, from which nothing but blanks was removed, so
    that the text lacks nothing there; what is suggested is judged all the same. `outcomes` counts suggestions
    by `Judgement`, `reasons` the unanswered cuts by `reason_kind`, `relaxations` all for which a mask was
    made by the number of lexemes after the cursor that its hole grammar looked at. `statistics` are those of
    the completions, summed. `latencies_ms` are the times that each answer took, parsing the tree left out, in
    order of size.
    """

    language: str
    part: str
    kind: str
    seed: int
    files: int
    cuts: int
    in_comments: int
    intrusions: int
    nothing_to_add: int
    whole: int
    total: Tally
    by_situation: Mapping[str, Tally]
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    relaxations: Mapping[int, int]
    statistics: Mapping[str, int]
    violations: tuple[Violation, ...]
    unanswered: tuple[Unanswered, ...]
    latencies_ms: tuple[float, ...] = field(repr=False)

    @property
    def unmasked(self) -> int:
        """For how many no mask was made."""
        return len(self.latencies_ms) - sum(self.relaxations.values())

    def latency_ms(self, percent: int) -> float:
        """A percentile of the latencies by nearest rank; 0 of none."""
        return nearest_rank(self.latencies_ms, percent)

    def as_json(self) -> dict[str, Any]:
        """Everything but the single latencies, with p50, p95 and the maximum in their place."""
        found = asdict(self)
        del found["latencies_ms"]
        found["total"]["share"] = self.total.share
        found["unmasked"] = self.unmasked
        found["latency_ms"] = {
            name: self.latency_ms(percent) for name, percent in (("p50", 50), ("p95", 95), ("max", 100))
        }
        return found


@dataclass(frozen=True, slots=True)
class AskedCut:
    """One cut that was asked to be filled, and in how many milliseconds; `judged` are its suggestions.

    The cut is counted in the file as it was, whatever is `broken` there.
    """

    name: str
    kind: str
    situation: str
    cut: Cut
    broken: PlantedMistake | None
    completion: Completion
    latency: float
    judged: tuple[tuple[Judgement, str], ...]


def counted(
    asked: Sequence[AskedCut], *, language: str, part: str, kind: str, seed: int, files: int
) -> ValidityReport:
    """The report of some cuts."""
    told = [one for one in asked if one.situation != IN_COMMENT]
    meant = [one for one in told if one.completion.reason != NOTHING_TO_ADD]
    lacking = [one for one in meant if one.cut.removed.strip()]
    unanswered = tuple(_unanswered(one) for one in lacking if not one.completion.items)
    answered = Counter(one.situation for one in lacking if one.completion.items)
    outcomes = Counter(outcome for one in asked for outcome, _ in one.judged)
    masked = (one.completion.statistics for one in told if one.completion.statistics.get("masked"))
    statistics = _added(one.completion.statistics for one in told)
    statistics.pop("relaxation", None)
    return ValidityReport(
        language=language,
        part=part,
        kind=kind,
        seed=seed,
        files=files,
        cuts=len(asked),
        in_comments=len(asked) - len(told),
        intrusions=sum(len(one.completion.items) for one in asked if one.situation == IN_COMMENT),
        nothing_to_add=len(told) - len(meant),
        whole=len(meant) - len(lacking),
        total=Tally(len(lacking), answered.total()),
        by_situation={
            where: Tally(count, answered[where])
            for where, count in Counter(one.situation for one in lacking).most_common()
        },
        outcomes={str(outcome): outcomes[outcome] for outcome in Judgement},
        reasons=dict(Counter(reason_kind(one.reason) for one in unanswered).most_common()),
        relaxations=dict(sorted(Counter(found["relaxation"] for found in masked).items(), reverse=True)),
        statistics=statistics,
        violations=tuple(found for one in asked for found in _violations(one)),
        unanswered=unanswered,
        latencies_ms=tuple(sorted(one.latency for one in told)),
    )


def _unanswered(asked: AskedCut) -> Unanswered:
    cut, reason = asked.cut, asked.completion.reason or "no reason given"
    line, column = LineIndex(cut.original).position(cut.start)
    place = (asked.name, asked.kind, asked.situation, cut.start, cut.end)
    return Unanswered(*place, asked.broken, line + 1, column + 1, reason)


def _violations(asked: AskedCut) -> Iterator[Violation]:
    cut, line = asked.cut, asked.cut.original.count("\n", 0, asked.cut.start) + 1
    place = (asked.name, asked.kind, asked.situation, cut.start, cut.end, cut.multiline)
    for item, (outcome, message) in zip(asked.completion.items, asked.judged, strict=True):
        if outcome is Judgement.VIOLATION:
            yield Violation(*place, asked.broken, line, item.start, item.end, item.text, message)


def summed(reports: Iterable[ValidityReport], kind: str) -> ValidityReport:
    """One report of several that are of the same language, files and seed."""
    several = list(reports)
    tallies: dict[str, Tally] = {}
    for report in several:
        for where, tally in report.by_situation.items():
            before = tallies.get(where, Tally(0, 0))
            tallies[where] = Tally(before.cuts + tally.cuts, before.answered + tally.answered)
    first = several[0]
    return ValidityReport(
        language=first.language,
        part=first.part,
        kind=kind,
        seed=first.seed,
        files=first.files,
        cuts=sum(report.cuts for report in several),
        in_comments=sum(report.in_comments for report in several),
        intrusions=sum(report.intrusions for report in several),
        nothing_to_add=sum(report.nothing_to_add for report in several),
        whole=sum(report.whole for report in several),
        total=Tally(sum(t.cuts for t in tallies.values()), sum(t.answered for t in tallies.values())),
        by_situation=tallies,
        outcomes=_added(report.outcomes for report in several),
        reasons=_added(report.reasons for report in several),
        relaxations=_added(report.relaxations for report in several),
        statistics=_added(report.statistics for report in several),
        violations=tuple(found for report in several for found in report.violations),
        unanswered=tuple(found for report in several for found in report.unanswered),
        latencies_ms=tuple(sorted(ms for report in several for ms in report.latencies_ms)),
    )


def _added(counts: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    found: dict[_Key, int] = {}
    for mapping in counts:
        for key, count in mapping.items():
            found[key] = found.get(key, 0) + count
    return found
