"""`holegram write`: code from words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import Cursor, read_cursor
from lsp_server.cli.options import Examples, Json, Model, print_json
from lsp_server.errors import HolegramError, UsageError

_LONGEST = 100_000


def write(
    ctx: typer.Context,
    instruction: Annotated[
        str, typer.Argument(metavar="INSTRUCTION", help="What to write, in words.", show_default=False)
    ],
    language: Annotated[
        str | None, typer.Option(metavar="ID", help="The language.", show_default=False)
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="FILE:LINE:COL", help="Where it is to stand, counted from 1.", show_default=False
        ),
    ] = None,
    candidates: Annotated[int, typer.Option(metavar="K", min=1, max=20, help="How many texts.")] = 1,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", min=1, max=4096, help="The most tokens in a text.")
    ] = 256,
    project: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The project's folder, whose names exist.", show_default=False),
    ] = None,
    examples: Examples = None,
    model: Model = None,
    as_json: Json = False,
    timeout: Annotated[
        int | None,
        typer.Option(metavar="MS", min=1, help="How long it may take, in milliseconds.", show_default=False),
    ] = None,
) -> None:
    """Write code that does what you say in words; it always parses, and is complete.

    A chat model follows the instruction. Without one, the example that is most about it is adapted. Exits
    with 1 if nothing was found that the language can say.
    """
    if not instruction.strip():
        raise UsageError("the instruction is empty", remedy="say what to write")
    if len(instruction) > _LONGEST:
        raise UsageError(f"the instruction is longer than {_LONGEST:,} characters", remedy="say less")
    registry = registry_of(ctx)
    if at is not None:
        cursor = read_cursor(at, language, registry)
    elif language is not None:
        cursor = Cursor("", "", 0, registry.by_id(language))
    else:
        raise UsageError("neither a language nor a place is named", remedy="use --language or --at")

    from lsp_server.cli.screen import writing
    from lsp_server.features.project import Project
    from lsp_server.features.writing import WriteRequest
    from lsp_server.features.writing import write as write_it
    from lsp_server.models import load_model
    from lsp_server.retrieval import Question, look_up
    from lsp_server.text import Span

    known, path = Project(cursor.language, project, examples or ()), Path(cursor.place or "new").resolve()
    question = Question(cursor.language, instruction=instruction)
    request = WriteRequest(
        instruction,
        cursor.language,
        cursor.text,
        Span(cursor.offset, cursor.offset),
        candidates=candidates,
        max_tokens=max_tokens,
        names=known.names_for(path, cursor.text, cursor.offset),
        looked_up=look_up(question, known.store, str(path)),
        limit_ms=timeout or math.inf,
    )
    with writing() as told:
        written = write_it(request, load_model(model), wrote=told)
    if as_json:
        print_json({"items": written.items, "reason": written.reason})
    for number, item in enumerate(() if as_json else written.items):
        print(("\n" if number else "") + item.text)
    if not written.items:
        if as_json:
            raise typer.Exit(1)
        raise HolegramError(written.reason or "", remedy="say it in other words, or add examples")
