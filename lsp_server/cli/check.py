"""`holegram check`: the syntax errors of files."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Annotated

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import STDIN, read_stdin
from lsp_server.cli.findings import Checked, check_files
from lsp_server.cli.options import LanguageId
from lsp_server.errors import UsageError


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, folders, or - for standard input.", show_default=False
        ),
    ],
    language: LanguageId = None,
    format_: Annotated[
        Format, typer.Option("--format", metavar="text|json|sarif|github", help="The output format.")
    ] = Format.TEXT,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="First fix the errors in the files that can be fixed without removing anything."
        ),
    ] = False,
    stdin: Annotated[
        bool,
        typer.Option(
            "--stdin",
            help="Read the text of the file that is named from standard input; with --fix, print it.",
        ),
    ] = False,
) -> None:
    """Print the syntax errors of files; of a folder, all files in a known language are checked.

    Of a file that is a grammar, all that is found of it is printed.

    Exits with 0 if there are none, 1 if there are, 2 if a file cannot be checked.
    """
    from lsp_server.cli.screen import working

    registry = registry_of(ctx)
    only = None if language is None else registry.by_id(language)
    code = count = 0
    if stdin and len(paths) != 1:
        raise UsageError("--stdin is the text of one file", remedy="name that file")
    given = read_stdin() if stdin else None
    out, prints_text = sys.stdout, fix and (stdin or STDIN in paths)

    def watched() -> Iterator[Checked]:
        nonlocal code, count
        for result in check_files(paths, only, registry, given=given, fix=fix, working=working):
            if prints_text and result.is_given:
                out.write(result.text)
            if result.failure is not None:
                print("holegram:", result.failure, file=sys.stderr)
            count += 1
            code = max(code, 2 if result.failure else 1 if result.errors else 0)
            yield result

    with contextlib.redirect_stdout(sys.stderr) if prints_text else contextlib.nullcontext():
        _printer(format_)(watched())
    if count == 0:
        print("holegram: none of these files is in a known language", file=sys.stderr)
    raise typer.Exit(code)


def _printer(format_: Format) -> Callable[[Iterable[Checked]], None]:
    from lsp_server.cli import reports

    return {
        Format.TEXT: reports.print_text,
        Format.JSON: reports.print_json,
        Format.SARIF: reports.print_sarif,
        Format.GITHUB: reports.print_github,
    }[format_]
