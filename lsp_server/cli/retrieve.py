"""`holegram retrieve`: what is looked up for a cursor, why, and what is used of it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.complete import looked_up
from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import read_cursor
from lsp_server.cli.options import Examples, Json, LanguageId, Model, Place, print_json

_SHOWN = 6
"""Lines of a passage that are shown."""


def retrieve(
    ctx: typer.Context,
    place: Place,
    language: LanguageId = None,
    project: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The project's folder.", show_default=False),
    ] = None,
    examples: Examples = None,
    model: Model = None,
    as_json: Json = False,
) -> None:
    """Show the passages of docs, examples and files that help to write at a cursor, and why.

    The model copies from their code. Whether it also reads them first depends on what the model has room for.
    """
    cursor = read_cursor(place, language, registry_of(ctx))
    found = looked_up(cursor, project, examples or ())

    from lsp_server.models import load_model

    pays = bool(found.prompted(load_model(model).room))
    if as_json:
        passages = [{**asdict(one.passage), "score": one.score, "words": one.words} for one in found.found]
        print_json({"wish": found.question.wish, "prompted": pays, "passages": passages})
        return

    from lsp_server.cli.screen import console, visible

    out = console()
    if found.question.wish:
        out.print(f"asked for: {visible(found.question.wish)}")
    for number, one in enumerate(found.found, start=1):
        where = f"{visible(one.passage.name)}:{one.passage.line}"
        out.print(f"{number}. {where} ({one.passage.origin}), for: {', '.join(one.words)}", style="bold")
        lines = "\n".join(filter(None, (one.passage.said, one.passage.code))).splitlines()
        for line in lines[:_SHOWN]:
            out.print(f"    {visible(line)}")
        if len(lines) > _SHOWN:
            out.print(f"    and {len(lines) - _SHOWN} lines more")
    if not found.found:
        out.print("nothing is like what stands at the cursor")
    else:
        out.print(
            "the model reads them first"
            if pays
            else "the model copies from them, and does not read them first"
        )
