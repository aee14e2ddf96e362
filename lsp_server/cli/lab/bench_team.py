"""`holegram bench team`: what many editors see of one server, on this machine."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from typing import Annotated

import typer

from lsp_server.cli.lab.options import Folders, Languages, bundles_of, languages_of, load, machine, times
from lsp_server.cli.options import Json, Model, Seed, print_json

_FILES = 200
_COLUMNS = ("what", "p50 ms", "p95 ms", "p99 ms", "count")


def team(
    ctx: typer.Context,
    editors: Annotated[int, typer.Option("--editors", metavar="N", min=1, help="How many editors.")] = 50,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", min=1, help="So many processes of the server.")
    ] = 1,
    minutes: Annotated[
        float, typer.Option("--minutes", metavar="N", min=0.01, help="How long they type.")
    ] = 2.0,
    language: Languages = None,
    data: Folders = None,
    model: Model = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Let many editors type six keys a second on one server, and time its ghost text."""
    bundles, languages = bundles_of(ctx), languages_of(ctx, language)

    from lsp_server.cli.screen import progress
    from lsp_server.errors import UsageError
    from lsp_server.lab.bench import TeamText, measure_team
    from lsp_server.languages.sources import read_corpus

    samples = [] if data else [TeamText(one, text) for one in languages for text in one.examples.values()]
    for folder in data or ():
        for one in languages:
            try:
                sources = read_corpus(folder, one, sample=_FILES, seed=seed, largest=40_000).sources
            except UsageError:
                if not folder.is_dir():
                    raise
                continue  # of another language
            samples += [TeamText(one, source.text) for source in sources]
    with progress("seconds", int(60 * minutes)) as step:
        report = asyncio.run(
            measure_team(
                samples,
                editors=editors,
                processes=processes,
                seconds=60 * minutes,
                seed=seed,
                model=model,
                bundles=bundles,
                progress=step,
            )
        )
    if as_json:
        print_json({"machine": machine(), "seed": seed, **dataclasses.asdict(report)})
        return

    from lsp_server.cli.screen import console, table

    out = console()
    rows = [
        (what, *times(took, 0))
        for what, took in (
            ("key to answer, in a look", report.looking),
            ("the same, before the next key", report.typing),
        )
    ]
    out.print(table(_COLUMNS, rows))
    out.print(
        f"{report.keys} keys, {report.asked} requests: {report.shown} with a text, {report.silent} without, "
        f"{report.overtaken} overtaken by the next key"
    )
    out.print(
        f"p95 of the editor that waits least {report.best:.0f} ms, of the one that waits longest "
        f"{report.worst:.0f} ms; not overtaken {100 * report.fewest:.0f} to {100 * report.most:.0f} %"
    )
    counted = ", ".join(f"{count} {source}" for source, count in sorted(report.sources.items()))
    out.print(f"as the server counts its answers: {counted}")
    memory = ", ".join("-" if mib is None else f"{mib:.0f}" for mib in report.memory)
    worked = "unknown" if report.worked is None else f"{report.worked:.0f} s"
    out.print(f"MiB resident after each minute: {memory}; worked {worked} in {report.seconds:.0f} s")
    if report.slope is not None:
        out.print(f"after the first ten minutes {report.slope:+.1f} MiB an hour, by least squares")
    out.print(f"{len(report.errors)} errors{''.join(f'; {error}' for error in sorted({*report.errors}))}")
    out.print(f"load of the machine at the end: {load()}, on {os.cpu_count()} cores")
