"""Prints what an evaluation found, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lsp_server.cli.screen import console, records, share, table, visible
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
    out.print(records(map(_promise, rows)))
    out.print()
    out.print(records(map(_decode, rows)))
    for part, of_part in groupby(reports, lambda report: report.part):
        together = summed(of_part, part)
        if together.reasons:
            out.print(f"no suggestion, {part}", style="bold")
        for reason, count in together.reasons.items():
            examples = [found for found in together.unanswered if reason_kind(found.reason) == reason]
            out.print(f"{count:6}  {reason}: {', '.join(map(_place, examples[:_EXAMPLES]))}")
        for violation in together.violations:
            out.print(_violation(violation), style="red")


def _with_sums(reports: Sequence[ValidityReport]) -> Iterator[ValidityReport]:
    for part, group in groupby(reports, lambda report: report.part):
        rows = list(group)
        yield from rows
        if len(rows) > 1:
            yield summed(rows, f"all {part}")


def _promise(report: ValidityReport) -> dict[str, str]:
    intrusions = f" ({report.intrusions} answered)" if report.intrusions else ""
    return {
        "cuts": report.kind,
        "number": f"{report.cuts}",
        "in comments": f"{report.in_comments}{intrusions}",
        "nothing to add": f"{report.nothing_to_add}",
        "nothing removed": f"{report.whole}",
        "answered": share(report.total.answered, report.total.cuts),
        **{outcome: f"{report.outcomes[outcome]}" for outcome in Judgement},
    }


_COUNTED = {
    "tokens": "tokens",
    "bans": "bans",
    "rollbacks": "rollbacks",
    "cut back": "cut",
    "mask refused": "unmasked",
    "tree refusals": "disagreements",
}
"""Statistics of completions, by the columns that they are told in."""


def _decode(report: ValidityReport) -> dict[str, str]:
    return {
        "cuts": report.kind,
        "no mask": f"{report.unmasked}",
        **{f"k={k}": f"{report.relaxations.get(k, 0)}" for k in _RELAXATIONS},
        **{column: f"{report.statistics.get(name, 0)}" for column, name in _COUNTED.items()},
        "p50 ms": f"{report.latency_ms(50):.0f}",
        "p95 ms": f"{report.latency_ms(95):.0f}",
    }


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
