"""Prints where the parsers of a language disagree, for people."""

from __future__ import annotations

from rich.text import Text

from lsp_server.agreement.agreement import AgreementReport, DisagreementGroup
from lsp_server.agreement.opinions import DisagreementKind
from lsp_server.cli.screen import console, share, table, visible


def print_agreement(report: AgreementReport) -> None:
    """Print what was tried, a block for each new disagreement, and a line for each known one."""
    out = console()
    known: dict[str, list[DisagreementGroup]] = {}
    for group in report.groups:
        if group.known is not None:
            known.setdefault(group.known, []).append(group)
    rows = [
        ("programs made from the grammar", f"{report.samples}"),
        ("productions they use", share(report.used, report.productions)),
        *((f"programs given up before {terminal}", f"{n}") for terminal, n in report.dropped.items()),
        ("mutants", f"{report.mutants}"),
        *_file_rows(report),
        *((f"texts: {kind.meaning}", f"{report.kinds[kind.value]}") for kind in DisagreementKind),
        ("disagreements, known", f"{len(known)}"),
        ("disagreements, new", f"{len(report.new)}"),
    ]
    if not report.judged:
        rows.append(("judge", "none installed"))
    out.print(table((f"{report.language}, seed {report.seed}", "value"), rows))
    for group in report.new:
        out.print()
        for line in _block(group):
            out.print(line)
    if known:
        out.print()
    for title, groups in known.items():
        times = sum(group.count for group in groups)
        out.print(Text.assemble(("known: ", "dim"), f"{title} ({times}): {groups[0].reason}"))


def _file_rows(report: AgreementReport) -> list[tuple[str, str]]:
    files = report.files
    if not files.files:
        return []
    judged = [
        ("accepted by the judge", share(files.judged_valid, files.files)),
        ("of these, accepted by the constraint grammar", share(files.covered, files.judged_valid)),
        ("accepted by the constraint grammar, not by the judge", f"{files.overreach}"),
    ]
    return [
        ("files", f"{files.files}"),
        *(judged if report.judged else []),
        ("accepted by the syntax tree", share(files.tree_accepts, files.files)),
        ("constraint grammar and syntax tree agree", share(files.agreed, files.files)),
    ]


def _block(group: DisagreementGroup) -> list[Text]:
    times = "once" if group.count == 1 else f"{group.count} times"
    style = "bold red" if group.kind is DisagreementKind.BROKEN else "bold"
    return [
        Text.assemble((group.kind.value, style), f": {group.kind.meaning}, {times}"),
        *(Text(f"    | {visible(line)}") for line in group.text.split("\n")),
        *(Text(f"  {visible(line)}") for line in group.said),
        Text(f"  as lexemes: {visible(group.shape)}"),
        Text(f"  found in: {visible(', '.join(group.found_in))}"),
    ]
