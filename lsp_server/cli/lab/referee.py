"""`holegram eval referee`: whether what is suggested in broken files is as it was, and right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.lab.options import Folders, Languages, languages_of
from lsp_server.cli.options import Json, Seed, print_json
from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lsp_server.lab.referee import CaseKind
    from lsp_server.languages import Language
    from lsp_server.languages.sources import Source


def referee(
    ctx: typer.Context,
    data: Folders = None,
    language: Languages = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="Where mistakes are, as '2 below'; may be given several times.",
            show_default="all kinds",
        ),
    ] = None,
    cases: Annotated[int, typer.Option(metavar="N", min=1, help="How many cursors of each kind.")] = 20,
    wrong: Annotated[
        int, typer.Option(metavar="N", min=0, max=7, help="How many texts that do not fit at each cursor.")
    ] = 2,
    asked: Annotated[
        bool, typer.Option("--asked", help="As if a person had asked for each suggestion.")
    ] = False,
    seed: Seed = 0,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="M",
            help="A model to suggest something: a path or a name, or 'bundled'.",
            show_default="one that says what the author wrote",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Open files with mistakes, and judge what is suggested in the same files without them."""
    from lsp_server.agreement.judges import load_judge
    from lsp_server.cli.screen import progress
    from lsp_server.lab.quality.filling import accepted
    from lsp_server.lab.referee import KINDS, HearingOptions, fields, hear, table
    from lsp_server.models import load_model

    languages = languages_of(ctx, language)
    named = {str(one): one for one in KINDS}
    kinds = KINDS if kind is None else [_known(named, name) for name in kind]
    saying = None if model is None else load_model(None if model == "bundled" else model, threads=1)
    asking = HearingOptions(cases, wrong, seed, asked, saying)
    rows = []
    for spoken, sources in _sources(languages, data or ()):
        judge = load_judge(spoken)
        valid = accepted(sources, judge)
        for one in kinds:
            with progress(f"{spoken.id}, {one}", cases) as step:
                rows.append(hear(spoken, valid, judge, one, asking, step))
    if as_json:
        print_json([fields(row) for row in rows])
        return
    print(table(rows, timed=True), end="")


def _sources(
    languages: Sequence[Language], folders: Sequence[Path]
) -> Iterator[tuple[Language, Sequence[Source]]]:
    """Each language with its files in some folders, or with its examples; without those that have none."""
    from lsp_server.languages.sources import Source, examples_of, read_corpus

    found = False
    for language in languages:
        if folders:
            sources: Sequence[Source] = [
                Source(f"{folder.name}/{source.name}", source.text)
                for folder in folders
                for source in read_corpus(folder, language, empty=True).sources
            ]
        else:
            sources = examples_of(language)
        if sources:
            found = True
            yield language, sources
    if not found:
        raise UsageError("no file of any language to judge suggestions in", remedy="name a folder by --data")


def _known(kinds: Mapping[str, CaseKind], name: str) -> CaseKind:
    if name not in kinds:
        raise UsageError(f"unknown kind '{name}'", remedy=f"known are: {', '.join(kinds)}")
    return kinds[name]
