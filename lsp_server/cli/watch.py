"""`holegram watch`: what is wrong with a bundle, told again whenever one of its files has changed."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.context import options_of
from lsp_server.errors import UsageError

_PAUSE = 0.5
"""Seconds after which the files are looked at again."""


def watch(
    ctx: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a bundle.", show_default=False)
    ],
    once: Annotated[
        bool, typer.Option("--once", help="Check once, and exit with 1 if there is an error.")
    ] = False,
) -> None:
    """Check a bundle whenever one of its files changes, until Ctrl-C.

    A server that runs takes up the changes by itself, if the bundle is among those it knows.
    """
    if not directory.is_dir():
        raise UsageError("not a folder", path=directory, remedy="name the folder of a bundle")

    from lsp_server.languages import stamp_of

    stamp = None
    while True:
        if stamp != (found := stamp_of(directory)):
            stamp = found
            wrong = _check(directory, options_of(ctx).parsers)
            if once:
                raise typer.Exit(1 if wrong else 0)
        time.sleep(_PAUSE)


def _check(directory: Path, parsers: Collection[str]) -> bool:
    """Print what is found of a bundle, and if nothing of it is wrong, that; whether anything is."""
    from lsp_server.cli.grammar_findings import print_findings
    from lsp_server.features.verifying import bundle_findings
    from lsp_server.inspection import is_refused

    found = bundle_findings(directory, parsers)
    print_findings(found)
    wrong = is_refused(found)
    if not wrong:
        print(f"{directory}: nothing is wrong", flush=True)
    return wrong
