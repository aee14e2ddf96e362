"""`holegram serve`: the language server."""

from __future__ import annotations

import gc
import re
from typing import Annotated

import typer

from lsp_server.cli.context import options_of
from lsp_server.errors import UsageError


def serve(
    ctx: typer.Context,
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Talk over standard input and output (the default).")
    ] = False,
    tcp: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen on a TCP port.", show_default=False)
    ] = None,
    ws: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen on a WebSocket port.", show_default=False)
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="M", help="Path or name of a model; by default the bundled one.", show_default=False
        ),
    ] = None,
) -> None:
    """Start the language server, for one editor."""
    if stdio + (tcp is not None) + (ws is not None) > 1:
        raise UsageError("only one of these can be used", remedy="choose --stdio, --tcp or --ws")
    address = None if tcp is None and ws is None else _address(tcp or ws or "")

    gc.disable()  # what is made at the start stays; the server says when garbage is looked for
    from lsp_server.server import Settings, leave, serve_stdio, serve_tcp, serve_ws

    bundles = tuple(path.resolve() for path in options_of(ctx).bundles)
    settings = Settings.model_validate(
        {"model": model, "bundles": bundles, "parsers": options_of(ctx).parsers}
    )
    if address is None:
        code = serve_stdio(settings)
    else:
        code = (serve_tcp if tcp is not None else serve_ws)(*address, settings)
    leave(code)


def _address(argument: str) -> tuple[str, int]:
    found = re.fullmatch(r"\[?([^\[\]]+)\]?:([0-9]{1,5})", argument)
    if found is None or int(found[2]) > 65_535:
        raise UsageError(f"'{argument}' is not an address", remedy="write HOST:PORT")
    return found[1], int(found[2])
