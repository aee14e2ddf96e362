"""`holegram eval names`: whether what suggestions refer to exists."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import language_named
from lsp_server.cli.lab.options import files_of
from lsp_server.cli.options import Data, Json, Lang, Model, Seed, print_json
from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from lsp_server.lab.quality.names import NameJudge
    from lsp_server.languages import Language
    from lsp_server.languages.sources import Source

_SPARE = 3
"""So many times as many references are drawn where some will do only."""


def names(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    cursors: Annotated[int, typer.Option(metavar="N", min=1, help="How many references to complete.")] = 200,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="A kind of names; may be given several times.",
            show_default="those that the bundle says are closed",
        ),
    ] = None,
    anywhere: Annotated[
        bool, typer.Option("--anywhere", help="Complete any word, to see what names cost elsewhere.")
    ] = False,
    declared: Annotated[
        bool, typer.Option("--declared", help="Only where all that the authors refer to is declared.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:FUNCTION",
            help="A judge of references: from the texts of a project by name, and one of these names, to "
            "spans, and whether what stands there exists.",
            show_default="the bundle's own query",
        ),
    ] = None,
    planted: Annotated[
        bool,
        typer.Option(
            "--planted",
            help="Misspell references instead, in so many files, and count those that are told of.",
        ),
    ] = False,
    catalogue: Annotated[
        list[Path] | None,
        typer.Option("--catalogue", metavar="FILE", help="With --planted: names that are known beside DATA."),
    ] = None,
    seed: Seed = 0,
    model: Model = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Print what was suggested where it differs.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take out the rest of a line in a reference, and count the references in suggestions that name
    something.

    Each folder of DATA is a project, whose files are all known.
    """
    language = language_named(ctx, lang)

    from lsp_server.cli.lab.scores import print_names
    from lsp_server.cli.screen import progress
    from lsp_server.lab.quality.fillers import product
    from lsp_server.lab.quality.names import by_queries, draw, measure, of_declared
    from lsp_server.models import load_model
    from lsp_server.names.strictness import Strictness

    sources = files_of(language, data)
    if planted:
        told_by = None if by is None else _imported(by)
        _planted(language, sources, (cursors, seed, declared), catalogue or (), told_by, verbose, as_json)
        return
    judge = by_queries(language) if by is None else _imported(by)
    count = _SPARE * cursors if declared else cursors
    drawn = draw(language, sources, cursors=count, seed=seed, kinds=kind or (), anywhere=anywhere)
    if declared:
        drawn = of_declared(drawn, judge)[:cursors]
    fill = product(load_model(model, threads=1), 48)
    with progress(f"{language.id}, names", len(drawn)) as step:
        rows, told = measure(language, drawn, fill, list(Strictness), judge, step)
    if as_json:
        print_json(rows)
        return
    print_names(language.id, rows, told if verbose else ())


def _planted(
    language: Language,
    sources: Sequence[Source],
    drawn: tuple[int, int, bool],
    catalogues: Sequence[Path],
    judge: NameJudge | None,
    verbose: bool,
    as_json: bool,
) -> None:
    from lsp_server.cli.screen import console, progress, table, visible
    from lsp_server.lab.quality.planted import measure_planted
    from lsp_server.languages.catalogue import read_catalogue
    from lsp_server.names.catalogued import catalogue_unit

    units = [catalogue_unit(read_catalogue(path)) for path in catalogues]
    files, seed, whole = drawn
    with progress(f"{language.id}, planted names", files) as step:
        rows, alarms, looked = measure_planted(
            language, sources, files, seed, step, units, whole=whole, judge=judge
        )
    if as_json:
        print_json({"kinds": rows, "files": looked, "alarms": alarms})
        return
    out = console()
    shown = [(row.kind, f"{row.planted:,}", f"{row.told:,}") for row in rows]
    out.print(table(("kind", "planted", "told of"), shown))
    right = "" if judge is None else f", {sum(alarm.right for alarm in alarms):,} of them rightly"
    out.print(f"{len(alarms):,} of {looked:,} files as they are were told of{right}")
    for alarm in alarms if verbose else ():
        out.print(visible(f"{alarm.name}: {'; '.join(alarm.messages)}"))


def _imported(name: str) -> NameJudge:
    module, _, function = name.partition(":")
    try:
        found: NameJudge = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"no judge '{name}': {error}", remedy="write MODULE:FUNCTION") from None
    return found
