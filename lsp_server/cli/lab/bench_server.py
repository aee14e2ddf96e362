"""`holegram bench server`: how long a user of the server waits, on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.lab.options import Languages, Quick, bundles_of, languages_of, load, machine, times
from lsp_server.cli.options import Json, Model, Seed, print_json

if TYPE_CHECKING:
    from lsp_server.lab.bench import PassReport, ServerReport

_QUICK = (100, 1_000)
_FILES = 3
_FEWER = 12
_MOST = 240
_PROMPTS = 10
_COLUMNS = ("language", "what", "ratio", "p50 ms", "p95 ms", "p99 ms", "count", "of which")


def server(
    ctx: typer.Context,
    language: Languages = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A folder with files of the language.",
            show_default="its examples, repeated",
        ),
    ] = None,
    mistake: Annotated[
        str | None,
        typer.Option(
            "--mistake", metavar="LINE", help="A line with an error, to put far down into each file."
        ),
    ] = None,
    model: Model = None,
    seed: Seed = 0,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Type eight keys a second in files of up to 10,000 lines, and time what a running server answers."""
    bundles, languages = bundles_of(ctx), languages_of(ctx, language)

    from lsp_server.cli.screen import progress
    from lsp_server.lab.bench import SERVED, measure_passes, measure_server
    from lsp_server.languages.sources import read_corpus
    from lsp_server.models import load_model

    sizes, keys, examples, prompts = (_QUICK, _FEWER, 1, 3) if quick else (SERVED, _MOST, _FILES, _PROMPTS)
    reports: list[ServerReport] = []
    corpora = [() if data is None else read_corpus(data, known).sources for known in languages]
    for known, sources in zip(languages, corpora, strict=True):
        with progress(known.id, len(sizes)) as step:
            reports += measure_server(
                known,
                sizes=sizes,
                keys=keys,
                seed=seed,
                examples=examples,
                programs=[source.text for source in sources],
                mistake=mistake,
                model=model,
                bundles=bundles,
                progress=step,
            )
    passes = measure_passes(load_model(model), rounds=prompts)
    if as_json:
        told = {"machine": machine(), "seed": seed, "mistake": mistake}
        print_json({**told, "servers": reports, "passes": passes})
        return

    from lsp_server.cli.screen import console, table

    out = console()
    out.print(table(_COLUMNS, list(_rows(reports, passes))))
    for report in reports:
        out.print(_made_of(report, real=data is not None))
    out.print(f"load of the machine at the end: {load()}, on {os.cpu_count()} cores")


def _rows(reports: list[ServerReport], passes: PassReport) -> Iterator[tuple[str, ...]]:
    token = (
        f"a token of the model: {passes.token.p50:.2f} ms, a prompt: {passes.prompt.p50:.1f} ms,"
        f" once it is cancelled: {passes.cancelled.p50:.2f} ms (p50)"
    )
    first: dict[str, ServerReport] = {}
    for report in reports:
        shortest = first.setdefault(report.language, report)
        shown = report.shown.count
        share = f"{100 * report.remembered.count / shown:.0f} % of {shown}" if shown else ""
        ghosts = f"{report.keys} keys, {report.silent} silent, {report.late} late"
        for name, took, base, more in (
            ("key to ghost text", report.shown, shortest.shown, ghosts),
            ("the same, made by the model", report.made, shortest.made, ""),
            ("the same, from memory", report.remembered, shortest.remembered, share),
            ("diagnostics after an edit", report.diagnostics, shortest.diagnostics, ""),
            ("semantic tokens after an edit", report.tokens, shortest.tokens, "the difference"),
            ("document symbols after an edit", report.symbols, shortest.symbols, ""),
            ("completion list after an edit", report.listed, shortest.listed, ""),
            ("the same, where it has the suggestion", report.listed_alone, shortest.listed_alone, ""),
            ("model's work after a cancellation", report.cancelled, shortest.cancelled, token),
        ):
            if took.count:
                yield (
                    report.language,
                    f"{name}, {report.lines:,} lines",
                    f"{took.p95 / base.p95:.2f}" if base.p95 else "-",
                    *times(took),
                    more,
                )
        memory = "" if report.memory is None else f"{report.memory:.0f} MiB resident at the end"
        for name, once, more in (
            ("start to first diagnostics", report.first_diagnostics, ""),
            ("start to first suggestion", report.first_suggestion, memory),
        ):
            what = f"{name}, {report.lines:,} lines"
            yield report.language, what, "", f"{once:.0f}", "", "", "1", more


def _made_of(report: ServerReport, *, real: bool) -> str:
    """What the file of a row was made of, in a line."""
    if not real:
        return f"{report.language}, {report.lines:,} lines: examples, each up to {report.copies:,} times"
    times = "once" if report.copies == 1 else f"up to {report.copies:,} times: there are too few lines"
    left_out = f"; {report.left_out} do not fit beside the others" if report.left_out else ""
    return f"{report.language}, {report.lines:,} lines: {report.files} files, each {times}{left_out}"
