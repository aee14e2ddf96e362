"""`holegram new`: a Lark grammar becomes a bundle, and what is to be known of the grammar is told."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsp_server.authoring.bundle import BundleDraft
    from lsp_server.authoring.embedded import GrammarText
    from lsp_server.authoring.repair import Repair
    from lsp_server.languages import Language, LarkOptions


def new(
    grammar: Annotated[
        str,
        typer.Argument(
            metavar="GRAMMAR",
            help="A Lark grammar: a file; MODULE.py or MODULE.py:NAME where it is a text in Python code; "
            "PACKAGE:FILE of an installed package.",
            show_default=False,
        ),
    ],
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
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="The start rule, if it is not `start`; as PATTERN=RULE, that of files whose names fit. "
            "May be given several times.",
            show_default=False,
        ),
    ] = None,
    island: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'OPEN RULE CLOSE'",
            help="Only what stands between two signs is in the language, as in a template: '{{ RULE }}'. "
            "May be given several times.",
            show_default=False,
        ),
    ] = None,
    parser: Annotated[
        str | None,
        typer.Option(
            metavar="PARSER",
            help="The parser that it is written for: lalr or earley; by default what reads it.",
            show_default=False,
        ),
    ] = None,
    lexer: Annotated[
        str,
        typer.Option(metavar="LEXER", help="The lexer: basic, contextual or dynamic.", show_default=False),
    ] = "",
    import_path: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Where else imported grammars are.", show_default=False),
    ] = None,
    lark: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Another option that its program gives to Lark: g_regex_flags, keep_all_tokens, regex, "
            "maybe_placeholders or propagate_positions.",
            show_default=False,
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell each warning, not each kind.")] = False,
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

    Says what is to be known of the grammar. Exits with 1, and makes nothing, if the grammar cannot be used;
    with 1 too if none of the examples parses.
    """
    from lsp_server.authoring.bundle import Wishes, draft, write
    from lsp_server.authoring.embedded import grammar_named
    from lsp_server.authoring.starts import read_starts
    from lsp_server.cli.grammar_findings import print_findings
    from lsp_server.languages import user_directory

    source = grammar_named(grammar)
    starts = read_starts(start or (), island or ())
    repair = _repair(source, starts.rule) if fix else None
    options = _options(parser, lexer, import_path or (), lark or ())
    wishes = Wishes(id_ or _id_of(source), name, extension, starts, examples, docs, options)
    text = source.text if repair is None or not repair.solved else repair.text
    made = draft(source.path, wishes, text, has_to_be_lalr=parser == "lalr")
    place = (out or user_directory()) / made.language.id
    language = None if made.refused else write(made, place, force=force)
    package = _package(language) if language is not None and vscode else None
    if as_json:
        print(json.dumps(_data(made, language, package, repair), indent=2, ensure_ascii=False))
    else:
        if repair is not None:
            from lsp_server.cli.repaired import print_repair

            print_repair(repair, source.path, source.text)
        print_findings(made.findings, verbose=verbose)
        if language is not None:
            _tell_made(made, language)
            _tell_next(language, package, own=out is None)
    if language is None or made.unread:
        raise typer.Exit(1)


def _id_of(source: GrammarText) -> str | None:
    """The id that the name of a text in a module makes; None where the file's name tells more."""
    from lsp_server.authoring.bundle import identifier

    named = source.name.lower() not in ("", "grammar", "_grammar", "lark_grammar", "text")
    return identifier(Path(f"{source.name}.lark")) if named else None


def _options(
    parser: str | None, lexer: str, import_paths: Iterable[Path], others: Iterable[str]
) -> LarkOptions | None:
    """The options for Lark; None where nobody says any, so that what reads the grammar is found out.

    Raises:
        UsageError: there is no such option, or value of one.

    """
    from lsp_server.errors import UsageError
    from lsp_server.languages import LarkOptions
    from lsp_server.languages.manifest import lark_options

    said = {key: value for key, _, value in (one.partition("=") for one in others)}
    given = {"parser": parser or "lalr", "lexer": lexer, **said}
    try:
        options = lark_options(given)
    except ValueError as error:
        raise UsageError(str(error), remedy="see `holegram new --help`") from None
    folders = tuple(path.resolve() for path in import_paths)
    options = dataclasses.replace(options, import_paths=folders)
    return None if parser is None and options == LarkOptions() else options


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


def _repair(source: GrammarText, start: str | None) -> Repair:
    """Rewrite a grammar so that it is LALR(1), as far as that can be done."""
    from lsp_server.authoring.repair import repair
    from lsp_server.inspection.described import grammar_of, start_of

    return repair(source.text, source.path, start or start_of(grammar_of(source.text)))


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
    print(
        f"\n{language.name} ({language.id}): start rule `{language.start}`, {made.rules} rules, "
        f"{made.terminals} terminals\nthe bundle is in {language.directory}"
    )
    if made.examples:
        print(f"{made.parsed} of {made.examples} examples parse")
    print()


def _tell_next(language: Language, package: Path | None, *, own: bool) -> None:
    """What to do so that an editor knows it."""
    from lsp_server.editors.snippets import EDITORS

    for row in _vscode(language, package, own=own):
        print(row)
    bundles = () if own else ("--bundles", str(language.directory.resolve()))
    start = " ".join(("holegram", *bundles))
    names = ", ".join(editor.name for editor in EDITORS)
    print(f"In {names}: `{start} editor NAME` prints what to copy, and where")
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
