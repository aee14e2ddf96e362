"""`holegram check`: what is wrong in files, and what is worth a look in them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import STDIN, read_stdin
from lsp_server.cli.findings import Checked, check_files
from lsp_server.cli.options import LanguageId
from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from lsp_server.features.project_names import ProjectNames
    from lsp_server.languages import Registry


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
    names: Annotated[
        bool,
        typer.Option(
            "--names",
            help="Tell also of names that are declared nowhere, repeated, deprecated or not used, as an "
            "editor does. All files of their project are read for that.",
        ),
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder of the project; implies --names. By default the nearest around a file that has "
            ".git, .hg or .holegram, or else the folder that was named.",
            show_default=False,
        ),
    ] = None,
    catalogue: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="A catalogue of names, or a folder of catalogues, beside those of the project; may be given "
            "several times, and implies --names.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")] = False,
) -> None:
    """Print the syntax errors of files; of a folder, all files in a known language are checked.

    Of a file that is a grammar, all that is found of it is printed.

    Exits with 0 if there are none, 1 if there are, 2 if a file cannot be checked. Warnings, such as those of
    names, count with --strict only.
    """
    from lsp_server.cli.screen import working

    registry = registry_of(ctx)
    only = None if language is None else registry.by_id(language)
    code = count = 0
    if stdin and len(paths) != 1:
        raise UsageError("--stdin is the text of one file", remedy="name that file")
    given = read_stdin() if stdin else None
    wants_names = names or project is not None or catalogue
    found_names = _project_names(registry, project, catalogue or ()) if wants_names else None
    out, prints_text = sys.stdout, fix and (stdin or STDIN in paths)

    def watched() -> Iterator[Checked]:
        nonlocal code, count
        for result in check_files(
            paths, only, registry, given=given, fix=fix, names=found_names, working=working
        ):
            if prints_text and result.is_given:
                out.write(result.text)
            if result.failure is not None:
                print("holegram:", result.failure, file=sys.stderr)
            count += 1
            wrong = result.count("error") + (result.count("warning") if strict else 0)
            code = max(code, 2 if result.failure else 1 if wrong else 0)
            yield result

    with contextlib.redirect_stdout(sys.stderr) if prints_text else contextlib.nullcontext():
        _printer(format_)(watched())
    if count == 0:
        print("holegram: none of these files is in a known language", file=sys.stderr)
    for why, files in () if found_names is None else found_names.unknown.items():
        print(f"holegram: nothing is told of names in {files} of the files: {why}", file=sys.stderr)
    raise typer.Exit(code)


def _project_names(registry: Registry, project: Path | None, catalogues: Sequence[Path]) -> ProjectNames:
    from lsp_server.cli.screen import working
    from lsp_server.features.project_names import ProjectNames

    if project is not None and not project.is_dir():
        raise UsageError("no such directory", path=project, remedy="name the folder of a project")
    for path in catalogues:
        if not path.exists():
            raise UsageError("no such file", path=path, remedy="name a catalogue, or a folder of some")

    def log(line: str) -> None:
        print("holegram:", line, file=sys.stderr)

    return ProjectNames(registry, project, tuple(catalogues), log, working)


def _printer(format_: Format) -> Callable[[Iterable[Checked]], None]:
    from lsp_server.cli import reports

    return {
        Format.TEXT: reports.print_text,
        Format.JSON: reports.print_json,
        Format.SARIF: reports.print_sarif,
        Format.GITHUB: reports.print_github,
    }[format_]
