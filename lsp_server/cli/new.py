"""`holegram new`: a Lark grammar becomes a bundle, and what is to be known of the grammar is told."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lsp_server.authoring.bundle import BundleDraft
    from lsp_server.authoring.repair import Repair
    from lsp_server.languages import Language


def new(
    grammar: Annotated[Path, typer.Argument(metavar="GRAMMAR", help="A Lark grammar.", show_default=False)],
    id_: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="ID", help="The language's id; by default from the file.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The language's name as people write it.", show_default=False),
    ] = None,
    extension: Annotated[
        str | None,
        typer.Option(
            metavar=".EXT",
            help="The extension of its files; by default that of the examples, else the id.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="A folder with example files of the language; they are checked and copied.",
            show_default=False,
        ),
    ] = None,
    docs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Markdown files to copy.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder to make the bundle in; by default the folder of your own bundles.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="RULE", help="The start rule, if it is not `start`.", show_default=False),
    ] = None,
    vscode: Annotated[
        bool, typer.Option("--vscode", help="Package a VS Code extension for the language as well.")
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="If the grammar is not LALR(1), rewrite it in the bundle. Your file stays as it is."
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of an existing bundle.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON.")] = False,
) -> None:
    """Make a bundle from a Lark grammar: a language with all that an editor offers.

    Says what is to be known of the grammar. Exits with 1, and makes nothing, if the grammar cannot be used.
    """
    from lsp_server.authoring.bundle import Wishes, draft, write
    from lsp_server.cli.grammar_findings import print_findings
    from lsp_server.inspection import FindingKind
    from lsp_server.languages import user_directory

    repair = _repair(grammar, start) if fix else None
    wishes = Wishes(id_, name, extension, start, examples, docs)
    made = draft(grammar, wishes, None if repair is None else repair.text)
    place = (out or user_directory()) / made.language.id
    language = None if made.refused else write(made, place, force=force)
    package = _package(language) if language is not None and vscode else None
    if as_json:
        print(json.dumps(_data(made, language, package, repair), indent=2, ensure_ascii=False))
    else:
        if repair is not None:
            _tell_repair(repair, grammar)
        print_findings(made.findings)
        if language is None and repair is None and any(f.kind is FindingKind.CONFLICT for f in made.findings):
            print("--fix tries to rewrite it without changing the language")
        if language is not None:
            _tell_made(made, language)
            _tell_next(language, package, own=out is None)
    if language is None:
        raise typer.Exit(1)


def _package(language: Language) -> Path:
    """Package an extension into the bundle.

    Raises:
        UsageError: it cannot be written.

    """
    from lsp_server.authoring.extension import extension_files, packaged
    from lsp_server.errors import UsageError

    path = language.directory / f"{language.id}.vsix"
    try:
        path.write_bytes(packaged(language, extension_files(language)))
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", path=path, remedy="check who owns it"
        ) from None
    return path


def _repair(path: Path, start: str | None) -> Repair:
    """Rewrite a grammar so that it is LALR(1), as far as that can be done."""
    from lsp_server.authoring.repair import repair
    from lsp_server.inspection.described import grammar_of, start_of
    from lsp_server.text import read_text

    text = read_text(path)
    return repair(text, path, start or start_of(grammar_of(text)))


def _tell_repair(repair: Repair, path: Path) -> None:
    from lsp_server.cli.repaired import print_repair
    from lsp_server.text import read_text

    print_repair(repair, path, read_text(path))


def _data(
    made: BundleDraft, language: Language | None, package: Path | None, repair: Repair | None
) -> dict[str, object]:
    return {
        "id": made.language.id,
        "start": made.language.start,
        "directory": None if language is None else str(language.directory),
        "package": None if package is None else str(package),
        "repair": None if repair is None else {**dataclasses.asdict(repair), "solved": repair.solved},
        "findings": [finding.as_data() for finding in made.findings],
    }


def _tell_made(made: BundleDraft, language: Language) -> None:
    """What the bundle is of, and where it is."""
    count = sum(name.startswith("examples/") for name in made.files)
    print(
        f"\n{language.name} ({language.id}): start rule `{language.start}`, {made.rules} rules, "
        f"{made.terminals} terminals, {count} examples\n{language.directory}\n"
    )


def _tell_next(language: Language, package: Path | None, *, own: bool) -> None:
    """What to do so that an editor knows it."""
    from lsp_server.editors.snippets import EDITORS

    for row in _vscode(language, package, own=own):
        print(row)
    bundles = () if own else ("--bundles", str(language.directory.resolve()))
    for editor in EDITORS:
        print(f"\nIn {editor.name.capitalize()}, copy into {editor.file}:\n")
        print(editor.lines((language,), ("holegram", *bundles, "serve")), end="")
    print(f"\n{language.directory / 'README.md'} says what each file is, and what to do next.")


def _vscode(language: Language, package: Path | None, *, own: bool) -> list[str]:
    """What to do in VS Code; a bundle among a person's own needs no setting."""
    rows = ["In VS Code:", "  install the extension Holegram"]
    if not own:
        folder = json.dumps(str(language.directory.resolve()), ensure_ascii=False)
        rows.append(f'  in your own settings: "holegram.bundles": [{folder}]')
    if package is not None:
        rows.append(f"  code --install-extension {package}")
    return [*rows, f"  open a file *{language.extensions[0]}"]
