"""`holegram mcp`: tools for coding agents."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.options import Examples, Model
from lsp_server.errors import UsageError


def mcp(
    ctx: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder whose files the agent may name.")
    ] = Path("."),
    examples: Examples = None,
    model: Model = None,
) -> None:
    """Offer tools to a coding agent by the Model Context Protocol, on standard input and output.

    It can check texts, ask what may stand at a place, complete, and write what you say in words.
    """
    if not directory.is_dir():
        raise UsageError("no such directory", path=directory, remedy="name the folder of a project")

    from lsp_server.mcp.app import create_app
    from lsp_server.mcp.tools import Tools
    from lsp_server.models import load_model

    folders = tuple(examples or ())
    create_app(Tools(directory.resolve(), registry_of(ctx), partial(load_model, model), folders)).run("stdio")
