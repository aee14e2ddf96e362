"""`holegram editor`: what to copy into an editor's configuration."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lsp_server.cli.context import options_of, registry_of


def editor(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="neovim, emacs or helix.", show_default=False)],
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only for this language; may be given several times. By default for all.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print what an editor's configuration needs to start the server, with your `--bundles`."""
    from lsp_server.editors.snippets import editor_named

    wanted, registry = editor_named(name), registry_of(ctx)
    languages = tuple(map(registry.by_id, dict.fromkeys(language or ()))) or registry.languages
    options = options_of(ctx)
    own = [word for path in options.bundles for word in ("--bundles", str(path.resolve()))]
    own += [word for module in options.parsers for word in ("--parser", module)]
    print(f"for {wanted.file}, with holegram on the PATH:", file=sys.stderr)
    print(wanted.lines(languages, ("holegram", *own, "serve")), end="")
