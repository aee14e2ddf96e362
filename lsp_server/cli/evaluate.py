"""`holegram eval`: measures the promise on the user's own files."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import registry_of

if TYPE_CHECKING:
    from lsp_server.evaluation.agreement import AgreementReport
    from lsp_server.evaluation.validity import ValidityReport

app = typer.Typer(help="Measure the promise on your own files.")

Lang = Annotated[str, typer.Argument(metavar="LANG", help="The id of a language.", show_default=False)]
Data = Annotated[
    Path,
    typer.Option("--data", metavar="DIR", help="A folder with files of the language.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Of what is drawn at random.")]
Sample = Annotated[
    int | None,
    typer.Option("--sample", metavar="N", min=1, help="Use at most so many files.", show_default=False),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="M",
        help="Path or name of a model; by default the bundled one.",
        show_default=False,
    ),
]


@app.callback()
def evaluate() -> None:
    """Measure the promise on your own files."""


@app.command()
def validity(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="What is cut out; repeatable.", show_default="rest-of-line"
        ),
    ] = None,
    cuts: Annotated[int, typer.Option(metavar="N", min=1, help="Cuts of each kind.")] = 500,
    candidates: Annotated[int, typer.Option(metavar="K", min=1, help="Suggestions for each cut.")] = 1,
    max_tokens: Annotated[int, typer.Option(metavar="N", min=1, help="Most tokens of a suggestion.")] = 48,
    sample: Sample = None,
    seed: Seed = 0,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Cut valid files at random, put in what is suggested, and ask an independent parser.

    Exits with 1 if a suggestion broke a file.
    """
    language = registry_of(ctx).by_id(lang)

    from lsp_server.evaluation.corpus import read_corpus
    from lsp_server.evaluation.judges import load_judge
    from lsp_server.evaluation.validity import measure_validity
    from lsp_server.models import load_model

    judge = load_judge(language)
    corpus = read_corpus(data, language, sample=sample, seed=seed)
    engine = load_model(model)
    reports = []
    for name in kind or ["rest-of-line"]:
        with _progress(f"{language.id}, {name}", cuts) as step:
            reports.append(
                measure_validity(
                    language,
                    corpus.sources,
                    engine,
                    judge,
                    kind=name,
                    cuts=cuts,
                    seed=seed,
                    candidates=candidates,
                    max_tokens=max_tokens,
                    progress=step,
                )
            )
    if as_json:
        print(json.dumps([dataclasses.asdict(report) for report in reports], indent=2))
    else:
        _print_validity(reports)
    if any(report.violations for report in reports):
        raise typer.Exit(1)


@app.command()
def agreement(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    sample: Sample = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Parse files with the constraint grammar, the syntax tree and an independent parser, and compare."""
    language = registry_of(ctx).by_id(lang)

    from lsp_server.evaluation.agreement import measure_agreement
    from lsp_server.evaluation.corpus import read_corpus
    from lsp_server.evaluation.judges import load_judge

    corpus = read_corpus(data, language, sample=sample, seed=seed)
    judge = load_judge(language)
    with _progress(language.id, len(corpus.sources)) as step:
        report = measure_agreement(language, corpus.sources, judge, step)
    if as_json:
        shares = {"coverage": report.coverage, "agreement": report.agreement}
        print(json.dumps(dataclasses.asdict(report) | shares, indent=2))
    else:
        _print_agreement(report)


def _print_validity(reports: list[ValidityReport]) -> None:
    from lsp_server.cli.screen import console, table

    out = console()
    for report in reports:
        out.print(
            f"{report.language}: {report.kind}, seed {report.seed}, {report.files} valid files", style="bold"
        )
        rows = [
            ("cuts", f"{report.total.cuts}"),
            ("answered", _share(report.total.answered, report.total.cuts)),
            *((f"answered, {where}", _share(t.answered, t.cuts)) for where, t in report.by_situation.items()),
            *((f"suggestions: {outcome}", f"{count}") for outcome, count in report.outcomes.items()),
            *((f"not answered: {reason}", f"{count}") for reason, count in report.reasons.items()),
            *((f"latency ms, {name}", f"{ms:.1f}") for name, ms in report.latency_ms.items()),
            *((name, f"{value:g}") for name, value in report.statistics.items()),
        ]
        out.print(table(("what", "value"), rows))
        for found in report.violations:
            out.print(f"{found.name}:{found.line}: violation: {found.text!r}: {found.message}", style="red")


def _print_agreement(report: AgreementReport) -> None:
    from lsp_server.cli.screen import console, table

    out = console()
    rows = [
        ("files", f"{report.files}"),
        ("accepted by the judge", _share(report.judged_valid, report.files)),
        ("of these, accepted by the constraint grammar", _share(report.covered, report.judged_valid)),
        ("accepted by the constraint grammar, not by the judge", f"{report.overreach}"),
        ("accepted by the syntax tree", _share(report.tree_accepts, report.files)),
        ("constraint grammar and syntax tree agree", _share(report.agreed, report.files)),
    ]
    out.print(table((report.language, "value"), rows))
    for found in report.disagreements:
        place = found.name if found.line is None else f"{found.name}:{found.line}"
        accepted = " and ".join(found.accepted_by) or "none"
        out.print(f"{place}: accepted by {accepted} only: {found.message}")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.2f} %)" if whole else "")


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal; gives what to call with the number of steps done."""
    from rich.progress import Progress

    from lsp_server.cli.screen import console

    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
