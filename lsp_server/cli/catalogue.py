"""`holegram catalogue`: names that stand in no text of a workspace, read from what has them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import language_named

app = typer.Typer(
    help="Make and show catalogues: names that no file of a workspace declares.", no_args_is_help=True
)

_MOST = 100


@app.command(name="import")
def import_(
    ctx: typer.Context,
    language: Annotated[str, typer.Argument(metavar="LANG", help="The language whose names these are.")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A file, such as a schema or a vocabulary, or the URL of a database without a password.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write it; by default .holegram/catalogue/, under the name of the source.",
            show_default=False,
        ),
    ] = None,
    partial: Annotated[
        bool,
        typer.Option("--partial", help="There are other names, so that none is unknown for not being here."),
    ] = False,
    ask_password: Annotated[
        bool,
        typer.Option("--ask-password", help="Ask for the password of a database. PGPASSWORD has it else."),
    ] = False,
    timeout: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, max=3600, help="How long a query of a database may take.")
    ] = 60,
) -> None:
    """Make a catalogue of a file or a database, by the rules of the language.

    A database is only read, and no password is written anywhere.
    """
    from lsp_server.importing import DatabaseAccess, import_catalogue, save
    from lsp_server.languages.catalogue import every

    def password() -> str:
        return str(typer.prompt("Password", hide_input=True))

    access = DatabaseAccess(timeout, password if ask_password else None)
    made = import_catalogue(language_named(ctx, language), source, access, partial=partial)
    path = save(made, source, out)
    counts = Counter(symbol.kind for symbol in made.symbols)
    names = sum(1 for _ in every(made.symbols))
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
    typer.echo(f"{path}: {names:,} names ({kinds}), from {made.source.kind}")


@app.command()
def show(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A catalogue.")],
    owner: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME...]", help="What leads to an owner, from the outside in.", show_default=False
        ),
    ] = None,
) -> None:
    """Print what a catalogue says: of itself, and of the members of an owner."""
    from lsp_server.features.telling import line_of
    from lsp_server.languages.catalogue import is_outdated, read_catalogue

    catalogue = read_catalogue(path)
    symbols = catalogue.symbols
    for name in owner or ():
        symbols = tuple(member for one in symbols if one.name == name for member in one.members)
    if not owner:
        newer = ", which is newer" if is_outdated(catalogue) else ""
        typer.echo(
            f"{catalogue.language}, made {catalogue.made or '?'} of {catalogue.source.name or '?'}{newer}"
        )
    for symbol in symbols[:_MOST]:
        marks = "".join(f" ({mark})" for mark in ("required", "deprecated", "once") if getattr(symbol, mark))
        typer.echo(f"{symbol.kind}  {line_of(symbol)}{marks}")
    if len(symbols) > _MOST:
        typer.echo(f"... and {len(symbols) - _MOST:,} others")
