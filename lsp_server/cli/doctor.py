"""`holegram doctor`: what is installed, whether it works, and what to do where it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import options_of
from lsp_server.cli.options import Json

if TYPE_CHECKING:
    from lsp_server.health import ModelState, Report

Row = tuple[str, str, str]


def doctor(
    ctx: typer.Context,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="M",
            help="Path or name of a model that is on this machine; by default the bundled one.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print what is installed and how fast the model is, with a line of advice for each problem.

    Exits with 0 if all works, 1 if something does not. Nothing is fetched.
    """
    from lsp_server.health import examine

    options = options_of(ctx)
    report = examine(options.bundles, model, options.parsers)
    if as_json:
        print(json.dumps({**asdict(report), "well": report.well}, indent=2, default=str))
    else:
        _print(report)
    raise typer.Exit(0 if report.well else 1)


def _print(report: Report) -> None:
    from lsp_server.cli.screen import console, table, visible

    out = console()
    rows = (tuple(map(visible, row)) for row in _rows(report))
    out.print(table(("what", "which", "where and how"), rows))
    out.print()
    for advice in report.advice:
        out.print("advice:" if advice.harmless else "problem:", visible(advice.text))
    if report.well:
        out.print("all is well")


def _rows(report: Report) -> Iterator[Row]:
    machine, device = report.machine, report.device
    yield "holegram", report.version, ""
    yield "python", machine.python, machine.executable
    yield "machine", machine.system, f"{machine.cores} core{'' if machine.cores == 1 else 's'}"
    if device is not None:
        yield "device", device.name, f"torch is built for {device.torch}"
    for package in report.packages:
        yield "package", package.name, package.version or "missing"
    yield "model", report.model.name, _model(report.model)
    for bundle in report.bundles:
        state = (
            f"{bundle.origin}, trees by {bundle.trees}" if bundle.works else f"{bundle.origin}, does not work"
        )
        yield "language", bundle.id, f"{bundle.directory} ({state})"
    for one in report.catalogues:
        yield "catalogue", one.language, f"{one.path} ({one.names:,} names of {one.source}, made {one.made})"
    for place in report.places:
        yield "folder", place.purpose, f"{place.path} ({place.state})"


def _model(model: ModelState) -> str:
    facts = [] if model.size is None else [f"{model.size / 1e6:.1f} MB"]
    if model.load_seconds is None:
        facts.append("does not load")
    elif model.token_ms is None:
        facts.append(f"answered in {1000 * model.load_seconds:.0f} ms")
    else:
        facts += [f"loaded in {model.load_seconds:.1f} s", f"{model.token_ms:.1f} ms a token"]
    return " ".join((*(() if model.path is None else (str(model.path),)), f"({', '.join(facts)})"))
