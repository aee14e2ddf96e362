"""`holegram eval`: measures the promise on the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import language_named, options_of
from lsp_server.cli.lab import quality
from lsp_server.cli.lab.ends import ends
from lsp_server.cli.lab.enter import enter
from lsp_server.cli.lab.names import names
from lsp_server.cli.lab.options import Kinds, MaxTokens, Sample, files_of
from lsp_server.cli.lab.referee import referee
from lsp_server.cli.options import Data, Json, Lang, Model, Seed, print_json

app = typer.Typer(help="Measure suggestions and diagnostics on your own files.")


@app.callback()
def evaluate() -> None:
    """Measure suggestions and diagnostics on your own files."""


@app.command()
def validity(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    kind: Kinds = None,
    cuts: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many cuts of each kind to make in intact files.")
    ] = 600,
    broken: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="How many cuts to make in files that have an error elsewhere."),
    ] = 1000,
    candidates: Annotated[
        int, typer.Option(metavar="K", min=1, help="How many suggestions to ask for at each cut.")
    ] = 1,
    max_tokens: MaxTokens = 48,
    sample: Sample = None,
    seed: Seed = 0,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Cut text out of files, insert suggestions, and ask another parser whether the files are valid.

    Exits with 1 if a suggestion broke a file.
    """
    language = language_named(ctx, lang)

    from lsp_server.agreement.judges import load_judge
    from lsp_server.cli.lab.measures import print_validity
    from lsp_server.cli.screen import progress
    from lsp_server.lab.material.cuts import KINDS
    from lsp_server.lab.promise.validity import Asking, measure_broken, measure_validity
    from lsp_server.models import load_model

    judge = load_judge(language, options_of(ctx).judges)
    sources = files_of(language, data, sample, seed)
    asking = Asking(load_model(model), seed, candidates, max_tokens)
    kinds = kind or list(KINDS)
    reports = []
    for name in kinds:
        with progress(f"{language.id}, {name}", cuts) as step:
            reports.append(
                measure_validity(language, sources, judge, asking, kind=name, cuts=cuts, progress=step)
            )
    if broken:
        with progress(f"{language.id}, broken", broken) as step:
            reports.extend(
                measure_broken(language, sources, judge, asking, kinds=kinds, cuts=broken, progress=step)
            )
    if as_json:
        print_json([report.as_json() for report in reports])
    else:
        print_validity(reports)
    if any(report.violations for report in reports):
        raise typer.Exit(1)


@app.command()
def diagnostics(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    invalid: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder with files that have errors.", show_default=False),
    ] = None,
    leave_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file that lists files to leave out, one on each line, named as in the report.",
            show_default=False,
        ),
    ] = None,
    sample: Sample = None,
    seed: Seed = 0,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each false alarm and each miss.")] = False,
    as_json: Json = False,
) -> None:
    """Compare diagnostics with those of another parser, in valid and in invalid files."""
    language = language_named(ctx, lang)

    from lsp_server.agreement.judges import load_judge, load_places
    from lsp_server.cli.lab.measures import print_diagnostics
    from lsp_server.cli.screen import progress
    from lsp_server.lab.promise.alarms import measure_diagnostics
    from lsp_server.text import read_text

    judge = load_judge(language, options_of(ctx).judges)
    valid = files_of(language, data, sample, seed)
    wrong = () if invalid is None else files_of(language, invalid, sample, seed)
    left_out = frozenset() if leave_out is None else frozenset(read_text(leave_out).splitlines())
    with progress(language.id, len(valid) + len(wrong)) as step:
        report = measure_diagnostics(
            language,
            valid,
            wrong,
            judge,
            places=load_places(language, options_of(ctx).judges),
            left_out=left_out,
            progress=step,
        )
    if as_json:
        print_json(report.as_json())
    else:
        print_diagnostics(report, verbose)


app.command("fill")(quality.fill)
app.command("typing")(quality.typing)
app.command("ladder")(quality.ladder)
app.command("bits")(quality.bits)
app.command("ends")(ends)
app.command("enter")(enter)
app.command("lists")(quality.lists)
app.command("write")(quality.write)
app.command("names")(names)
app.command("referee")(referee)
