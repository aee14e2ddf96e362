"""`holegram eval enter`: whether Enter ends the lines that a person types, or takes an entry of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import language_named
from lsp_server.cli.lab.options import Sample, files_of
from lsp_server.cli.options import Data, Json, Lang, Seed, print_json

if TYPE_CHECKING:
    from lsp_server.lab.enter import Altered, EnterReport

_COLUMNS = (
    "ends",
    "lists open",
    "other text",
    "no line end",
    "late: other text",
    "no line end",
)


def enter(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    ends: Annotated[int, typer.Option("--ends", metavar="N", min=1, help="Ends of lines to type.")] = 500,
    sample: Sample = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Type ends of lines with Enter in an emulated editor, and count those that come out as something else.

    Enter takes the entry that has the focus, as in VS Code without the extension. Late is where the answer to
    the last key comes after Enter. Exits with 1 if a line has another text.
    """
    language = language_named(ctx, lang)

    from lsp_server.cli.screen import progress
    from lsp_server.lab.enter import measure_enter

    sources = files_of(language, data, sample, seed)
    with progress(f"{language.id}, enter", ends) as step:
        report = measure_enter(language, sources, ends=ends, seed=seed, progress=step)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)
    if any(report.count(late=late, same=False) for late in (False, True)):
        raise typer.Exit(1)


def _print(report: EnterReport) -> None:
    from lsp_server.cli.screen import console, table, visible

    out = console()
    counts = (report.count(late=late, same=same) for late in (False, True) for same in (False, True))
    out.print(f"{report.language}, seed {report.seed}", style="bold")
    out.print(table(_COLUMNS, [(f"{report.ends}", f"{report.lists}", *map(str, counts))]))
    for one in report.altered:
        out.print(f"{visible(one.name)}:{one.line}: {visible(_said(one))}")


def _said(one: Altered) -> str:
    late = ", late" if one.late else ""
    came = "did not end" if one.became == one.typed else f"became {one.became!r}"
    return f"{one.typed!r} {came}{late}"
