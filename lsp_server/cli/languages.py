"""`holegram languages`: the languages that have a bundle."""

from __future__ import annotations

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.options import Json, print_json


def languages(
    ctx: typer.Context,
    as_json: Json = False,
) -> None:
    """List the known languages, and which files belong to each."""
    known = registry_of(ctx).languages
    if as_json:
        rows = [
            {
                "id": language.id,
                "name": language.name,
                "extensions": language.extensions,
                "filenames": language.filenames,
                "directory": str(language.directory),
            }
            for language in known
        ]
        print_json(rows)
        return

    from lsp_server.cli.screen import console, table

    console().print(
        table(
            ("id", "name", "files"),
            [
                (language.id, language.name, " ".join(language.extensions + language.filenames))
                for language in known
            ],
        )
    )
