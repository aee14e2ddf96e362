"""`holegram grammar`: what the constraint says, and whether the syntax tree and the judge say the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import judge_of, language_named, registry_of
from lsp_server.cli.cursor import read_cursor
from lsp_server.cli.options import Json, LanguageId, Place, Seed
from lsp_server.errors import GrammarError

if TYPE_CHECKING:
    from lsp_server.inspection import Finding
    from lsp_server.languages import Language
    from lsp_server.languages.sources import Source

app = typer.Typer(no_args_is_help=False, help="Print, check and build grammars.")


@app.callback()
def grammar() -> None:
    """Print, check and build grammars."""


@app.command()
def hole(ctx: typer.Context, place: Place, language: LanguageId = None) -> None:
    """Print the grammar of exactly the strings that fit at a cursor, in Lark's notation."""
    cursor = read_cursor(place, language, registry_of(ctx))

    from lsp_server.features.completion import hole_at
    from lsp_server.syntax import Landmarks, parse

    landmarks = Landmarks(parse(cursor.language, cursor.text))
    print(hole_at(cursor.language, landmarks, cursor.text, cursor.offset))


@app.command()
def check(
    ctx: typer.Context,
    bundle: Annotated[
        str,
        typer.Argument(
            metavar="BUNDLE_OR_DIR_OR_GRAMMAR",
            help="The id of a language, the folder of a bundle, or a Lark grammar.",
            show_default=False,
        ),
    ],
    corpus: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder with files to check as well.", show_default=False),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Use at most this many of its files.", show_default=False),
    ] = None,
    samples: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many example texts to make from the grammar.")
    ] = 1000,
    mutants: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many texts with a small error to make.")
    ] = 4000,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Report problems in a grammar, and look for texts on which another parser disagrees with it.

    These are the syntax tree and an independent parser. Exits with 1 if there are texts that the bundle does
    not list as known, and with 2 if the grammar cannot be used.
    """
    language, found = _grammar(ctx, bundle)

    from lsp_server.agreement.agreement import measure_agreement
    from lsp_server.agreement.opinions import Panel
    from lsp_server.cli.disagreements import print_agreement
    from lsp_server.cli.grammar_findings import print_findings
    from lsp_server.languages.sources import read_corpus
    from lsp_server.syntax import maker

    sources: Sequence[Source] = ()
    if corpus is not None and language is not None:
        sources = read_corpus(corpus, language, sample=sample, seed=seed).sources
    data: dict[str, object] = {"findings": [finding.as_data() for finding in found]}
    if not as_json:
        print_findings(found)
    if language is None:
        if as_json:
            print(json.dumps(data, indent=2, ensure_ascii=False))
        raise GrammarError(
            "the grammar cannot be used", path=found[0].path, remedy="correct the errors in the list above"
        )
    panel = Panel(language, judge_of(ctx, language))
    with _progress(language.id) as step:
        report = measure_agreement(panel, sources, samples=samples, mutants=mutants, seed=seed, progress=step)
    if as_json:
        print(json.dumps({**data, **dataclasses.asdict(report)}, indent=2))
    else:
        if language.parser.module is None:
            none = f"{language.id}: it names no tree-sitter parser; trees are made by {maker(language)}"
            print(language.hint or none)
        print_agreement(report)
    if report.new:
        raise typer.Exit(1)


def _grammar(ctx: typer.Context, name: str) -> tuple[Language | None, tuple[Finding, ...]]:
    """A language, none if its grammar cannot be used, and what is found of that.

    Raises:
        HolegramError: there is no such language, or it cannot be read.

    """
    from lsp_server.inspection import is_refused
    from lsp_server.inspection.described import grammar_of, language_of_grammar
    from lsp_server.inspection.looking import inspect_alone, inspect_loaded, refusal
    from lsp_server.text import read_text

    path = Path(name)
    if path.exists() and not path.is_dir():
        text = read_text(path)
        try:
            language = language_of_grammar(path, text)
        except GrammarError as error:
            return None, refusal(error, grammar_of(text), path)
        if language is None:
            raise GrammarError("it has no rule", path=path, remedy="name a Lark grammar")
        bundled = bool(language.extensions or language.filenames)
        language, found = (
            (language, inspect_loaded(language, path)) if bundled else inspect_alone(language, path)
        )
    else:
        language = language_named(ctx, name)
        found = inspect_loaded(language)
    return None if is_refused(found) else language, found


@contextmanager
def _progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each thing that is done, on standard error if that is a terminal."""
    from rich.progress import Progress

    from lsp_server.cli.screen import console

    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks = {}

        def step(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(f"{title}, {what}", total=total)
            bar.update(tasks[what], completed=done)

        yield step
