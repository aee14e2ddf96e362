"""`holegram eval ends`: where suggestions end at the end of a file, on the user's own files."""

from __future__ import annotations

from typing import Annotated

import typer

from lsp_server.cli.context import language_named, options_of
from lsp_server.cli.lab.options import MaxTokens, files_of
from lsp_server.cli.options import Data, Json, Lang, Model, Seed, print_json


def ends(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    cursors: Annotated[int, typer.Option("--cursors", metavar="N", min=1, help="Ends of files.")] = 200,
    max_tokens: MaxTokens = 48,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Print each suggestion that leaves more open than a block.")
    ] = False,
    seed: Seed = 0,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Cut files off within a line, and ask another parser what suggestions leave open there."""
    language = language_named(ctx, lang)

    from lsp_server.agreement.judges import load_judge
    from lsp_server.cli.screen import console, progress, table, visible
    from lsp_server.lab.material.neighbours import neighbours
    from lsp_server.lab.promise.ends import measure_ends
    from lsp_server.models import load_model

    sources = files_of(language, data)
    with progress(f"{language.id}, ends", cursors) as step:
        report = measure_ends(
            language,
            sources,
            load_judge(language, options_of(ctx).judges),
            load_model(model, threads=1),
            cursors=cursors,
            seed=seed,
            max_tokens=max_tokens,
            beside=neighbours(language),
            progress=step,
        )
    if as_json:
        print_json(report)
        return
    out = console()
    counts = (("cursors", report.cursors), ("answered", report.answered), *report.ends.items())
    out.print(table((report.language, "number"), [(name, f"{count}") for name, count in counts]))
    for one in report.left_open if verbose else ():
        out.print(f"{visible(one.name)}: {one.end}: {visible(one.line)}|{visible(one.text)}")
