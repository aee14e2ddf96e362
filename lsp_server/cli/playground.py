"""`holegram playground`: a page on which a grammar becomes a language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import options_of
from lsp_server.cli.options import Model


def playground(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65_535, help="The port; by default a free one.")
    ] = 0,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write the page to a folder instead: it runs in a browser, without a server."
        ),
    ] = None,
    pyodide: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="With --export: where Pyodide is, the Python that the page runs in."
        ),
    ] = Path("pyodide"),
    model: Model = None,
) -> None:
    """Try a grammar in your browser: paste it, type, and see what fits and what the model does."""
    if export is not None:
        from lsp_server.errors import UsageError
        from lsp_server.playground.exporting import write_site

        if port or open_ or model is not None:
            raise UsageError("an export takes no --port, --open or --model", remedy="leave them out")

        size = write_site(export, pyodide)
        typer.echo(f"{export}: {size / 1e6:.1f} MB; show it with any web server")
        return
    from lsp_server.playground.site import play
    from lsp_server.server import Settings, leave

    bundles = tuple(path.resolve() for path in options_of(ctx).bundles)
    settings = Settings.model_validate(
        {"model": model, "bundles": bundles, "parsers": options_of(ctx).parsers}
    )
    leave(play(settings, port, browse=open_))
