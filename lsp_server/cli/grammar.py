"""`holegram grammar`: what the constraint says."""

from __future__ import annotations

import typer

from lsp_server.cli.complete import LanguageId, Place
from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import read_cursor

app = typer.Typer(no_args_is_help=False, help="Look at grammars.")


@app.callback()
def grammar() -> None:
    """Look at grammars."""


@app.command()
def hole(ctx: typer.Context, place: Place, language: LanguageId = None) -> None:
    """Print the grammar of exactly the strings that fit at a cursor, in Lark's notation."""
    cursor = read_cursor(place, language, registry_of(ctx))

    from lsp_server.features.completion import hole_at
    from lsp_server.syntax import Landmarks, parse

    landmarks = Landmarks(parse(cursor.language, cursor.text))
    print(hole_at(cursor.language, landmarks, cursor.text, cursor.offset))
