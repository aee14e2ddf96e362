"""Prints what an evaluation found, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lsp_server.cli.screen import console, share, table, visible
from lsp_server.lab.promise.alarms import DiagnosticsReport
from lsp_server.lab.promise.counting import (
    Judgement,
    Unanswered,
    ValidityReport,
    Violation,
    reason_kind,
    summed,
)

_EXAMPLES = 3
_RELAXATIONS = (8, 4, 2, 1, 0)


def print_validity(reports: Sequence[ValidityReport]) -> None:
    """Print what was cut and what came of it, what it took, what was not answered, and every violation."""
    out = console()
    rows = list(_with_sums(reports))
    first = rows[0]
    out.print(f"{first.language}: {first.files} valid files, seed {first.seed}", style="bold")
    out.print(table(("cuts", *_PROMISE), [(row.kind, *_promise(row)) for row in rows]))
    out.print()
    out.print(table(("cuts", *_DECODE), [(row.kind, *_decode(row)) for row in rows]))
    for part, of_part in groupby(reports, lambda report: report.part):
        together = summed(of_part, part)
        if together.reasons:
            out.print(f"no suggestion, {part}", style="bold")
        for reason, count in together.reasons.items():
            examples = [found for found in together.unanswered if reason_kind(found.reason) == reason]
            out.print(f"{count:6}  {reason}: {', '.join(map(_place, examples[:_EXAMPLES]))}")
        for violation in together.violations:
            out.print(_violation(violation), style="red")


_PROMISE = ("number", "in comments", "nothing to add", "nothing removed", "answered", *Judgement)
_DECODE = (
    "no mask",
    *(f"k={k}" for k in _RELAXATIONS),
    "tokens",
    "bans",
    "rollbacks",
    "cut back",
    "mask refused",
    "tree refusals",
    "p50 ms",
    "p95 ms",
)


def _with_sums(reports: Sequence[ValidityReport]) -> Iterator[ValidityReport]:
    for part, group in groupby(reports, lambda report: report.part):
        rows = list(group)
        yield from rows
        if len(rows) > 1:
            yield summed(rows, f"all {part}")


def _promise(report: ValidityReport) -> Iterator[str]:
    intrusions = f" ({report.intrusions} answered)" if report.intrusions else ""
    yield f"{report.cuts}"
    yield f"{report.in_comments}{intrusions}"
    yield f"{report.nothing_to_add}"
    yield f"{report.whole}"
    yield share(report.total.answered, report.total.cuts)
    for outcome in Judgement:
        yield f"{report.outcomes[outcome]}"


def _decode(report: ValidityReport) -> Iterator[str]:
    yield f"{report.unmasked}"
    for k in _RELAXATIONS:
        yield f"{report.relaxations.get(k, 0)}"
    for name in ("tokens", "bans", "rollbacks", "cut", "unmasked", "disagreements"):
        yield f"{report.statistics.get(name, 0)}"
    for percent in (50, 95):
        yield f"{report.latency_ms(percent):.0f}"


def _place(found: Unanswered) -> str:
    return f"{found.name}:{found.line}:{found.column}"


def _violation(found: Violation) -> str:
    how = f", {found.broken.how} [{found.broken.start}:{found.broken.end}]" if found.broken else ""
    cut = f"{found.kind} [{found.cut_start}:{found.cut_end}]"
    return f"{found.name}:{found.line}: violation, {cut}{how}: {found.text!r}: {found.message}"


def print_diagnostics(report: DiagnosticsReport, verbose: bool) -> None:
    """Print the shares; where `verbose`, also each file whose diagnostics are not as the judge says."""
    out = console()
    rows = [
        ("valid files", f"{report.valid}"),
        ("accepted by the judge", f"{report.accepted}"),
        ("of these, with a diagnostic", share(len(report.alarms), report.accepted)),
    ]
    if report.invalid:
        rows += [
            ("invalid files", f"{report.invalid}"),
            ("rejected by the judge", f"{report.rejected}"),
            ("of these, with a diagnostic", share(report.carried, report.rejected)),
            ("the judge tells a line", f"{report.placed}"),
            ("the first diagnostic is there, or a line away", share(report.first_near, report.placed)),
            ("any diagnostic is there, or a line away", share(report.any_near, report.placed)),
            (
                "any diagnostic, or hint of one, is there, or a line away",
                share(report.noted_near, report.placed),
            ),
        ]
    out.print(table((report.language, "value"), rows))
    if not verbose:
        return
    for alarm in report.alarms:
        out.print(f"{visible(alarm.name)}:{alarm.line}: false alarm: {visible(alarm.message)}")
    for miss in report.misses:
        noted = f", notes on {_numbers(miss.noted)}" if miss.noted else ""
        ours = f"diagnostics on {_numbers(miss.lines)}{noted}: {visible(miss.first or '')}"
        judged = f"judged on {_numbers(miss.judged)}: {visible(miss.message)}"
        out.print(f"{visible(miss.name)}: {judged}; {ours if miss.lines else 'no diagnostic'}")


def _numbers(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines)) or "no line"
