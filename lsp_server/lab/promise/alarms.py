"""Measures diagnostics against a judge: false alarms in files it accepts, and misses in files it rejects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import Places
from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import parse

NEAR = 1
"""A diagnostic is at the judge's place if it begins at most so many lines away from it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A file that the judge accepts, and its first diagnostic; `line` is from 1."""

    name: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A file that the judge rejects whose first diagnostic is not at the judge's place, or that has none.

    `judged` are the lines of the judge's errors and `message` what it says; `lines` are those on which
    diagnostics begin, `noted` those that their notes point to, and `first` is the first one's message.
    """

    name: str
    judged: tuple[int, ...]
    message: str
    lines: tuple[int, ...] = ()
    noted: tuple[int, ...] = ()
    first: str | None = None


@dataclass(frozen=True, slots=True)
class DiagnosticsReport:
    """How diagnostics compare with what a judge says.

    Of the files that were to be `valid`, the judge accepts `accepted` (errors that are not syntax do not
    count); `alarms` are those of them with a diagnostic. Of those that were to be `invalid`, it rejects
    `rejected`: `carried` have a diagnostic; where the judge tells a place, which it does for `placed`,
    `first_near` have their first one there, `any_near` any one, and `noted_near` any one or a note of one,
    for which an editor shows a hint (an opening bracket that nothing closes is noted where it stands, and
    told where it should be closed).
    """

    language: str
    valid: int
    accepted: int
    alarms: tuple[Alarm, ...]
    invalid: int
    rejected: int
    carried: int
    placed: int
    first_near: int
    any_near: int
    noted_near: int
    misses: tuple[Miss, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything, with the shares that matter."""
        return asdict(self) | {
            "alarm_share": _share(len(self.alarms), self.accepted),
            "carried_share": _share(self.carried, self.rejected),
            "first_near_share": _share(self.first_near, self.placed),
            "any_near_share": _share(self.any_near, self.placed),
            "noted_near_share": _share(self.noted_near, self.placed),
        }


def measure_diagnostics(
    language: Language,
    valid: Sequence[Source],
    invalid: Sequence[Source],
    judge: Judge,
    *,
    places: Places = lambda text, verdict: verdict.lines,
    left_out: Collection[str] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> DiagnosticsReport:
    """Diagnose files, and compare with the judge.

    Args:
        language: of the files.
        valid: files that should have no diagnostic; those that the judge rejects are left out.
        invalid: files that should have one; those that the judge accepts, or whose errors are not syntax,
            are left out.
        judge: of the language.
        places: the lines of the judge's errors.
        left_out: names of files to leave out besides.
        progress: gets the number of files done.

    """
    accepted = 0
    alarms: list[Alarm] = []
    rejected: list[Miss] = []
    for done, source in enumerate((*valid, *invalid), start=1):
        verdict = judge(source.text)
        if source.name not in left_out and verdict.well_formed == (done <= len(valid)):
            lines = () if verdict.valid else places(source.text, verdict)
            found = _diagnosed(language, source, lines, verdict.message)
            if done > len(valid):
                rejected.append(found)
            else:
                accepted += 1
                if found.first is not None:
                    alarms.append(Alarm(source.name, found.lines[0], found.first))
        progress(done)
    first_near = [_near(one, one.lines[:1]) for one in rejected]
    return DiagnosticsReport(
        language=language.id,
        valid=len(valid),
        accepted=accepted,
        alarms=tuple(alarms),
        invalid=len(invalid),
        rejected=len(rejected),
        carried=sum(bool(one.lines) for one in rejected),
        placed=sum(bool(one.judged) for one in rejected),
        first_near=sum(first_near),
        any_near=sum(_near(one, one.lines) for one in rejected),
        noted_near=sum(_near(one, (*one.lines, *one.noted)) for one in rejected),
        misses=tuple(
            one
            for one, near in zip(rejected, first_near, strict=True)
            if not (near if one.judged else one.lines)
        ),
    )


def _diagnosed(language: Language, source: Source, judged: tuple[int, ...], message: str) -> Miss:
    """What the judge says of a file and its diagnostics, side by side."""
    tree = parse(language, source.text)
    found = diagnose(tree, load_grammar(language))
    line_of = tree.lines.line_of
    return Miss(
        source.name,
        judged,
        message,
        tuple(line_of(one.span.start) + 1 for one in found),
        tuple(line_of(note.span.start) + 1 for one in found for note in one.related),
        found[0].message if found else None,
    )


def _near(miss: Miss, lines: Sequence[int]) -> bool:
    return any(abs(line - judged) <= NEAR for line in lines for judged in miss.judged)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
