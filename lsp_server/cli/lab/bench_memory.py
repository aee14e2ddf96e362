"""`holegram bench memory`: whether the memory of a server stays what it is while somebody types."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.lab.options import bundles_of
from lsp_server.cli.options import Json, Model, Seed

_FILES = 3


def memory(
    ctx: typer.Context,
    language: Annotated[str, typer.Option("--language", metavar="ID", help="The language of the files.")],
    minutes: Annotated[int, typer.Option("--minutes", metavar="N", min=1, help="How long to type.")] = 60,
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="How many lines the files have.")
    ] = 1_000,
    model: Model = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Type eight keys a second for an hour, and print how the server's memory grows."""
    known = registry_of(ctx).by_id(language)
    bundles = bundles_of(ctx)

    from lsp_server.cli.screen import progress
    from lsp_server.lab.bench import measure_memory, slope

    with progress(known.id, minutes) as step:
        resident = measure_memory(
            known,
            minutes,
            lines=lines,
            seed=seed,
            examples=_FILES,
            model=model,
            bundles=bundles,
            progress=step,
        )
    rise = slope(resident)
    if as_json:
        answer = {"language": known.id, "lines": lines, "seed": seed, "resident": resident, "slope": rise}
        print(json.dumps(answer, indent=2))
        return

    from lsp_server.cli.screen import console, table

    rows = [(str(minute), "-" if mib is None else f"{mib:.0f}") for minute, mib in enumerate(resident, 1)]
    out = console()
    out.print(table(("minute", "MiB resident"), rows))
    told = "not known" if rise is None else f"{rise:+.1f} MiB an hour, by least squares"
    out.print(f"{known.id}, after the first ten minutes: {told}")
