"""`holegram bench adapters` and `bench remote`: what models of a user's own cost."""

from __future__ import annotations

from typing import Annotated

import typer

from lsp_server.cli.options import Json, Seed, print_json
from lsp_server.errors import UsageError


def adapters(seed: Seed = 0, as_json: Json = False) -> None:
    """Time the bundled model under 1, 4 and 16 adapters: memory, switches, tokens."""
    from lsp_server.cli.screen import console, records
    from lsp_server.lab.bench.adapters import measure_adapters
    from lsp_server.models import load_model
    from lsp_server.models.cached import CachedModel

    model = load_model(threads=1)
    assert isinstance(model, CachedModel)
    reports = measure_adapters(model, seed=seed)
    if as_json:
        print_json(reports)
        return
    rows = (
        {
            "adapters": str(report.adapters),
            "MB each": f"{report.megabytes:.2f}",
            "switch p50 ms": f"{report.switch.p50:.3f}",
            "switch p95 ms": f"{report.switch.p95:.3f}",
            "token p50 ms (CPU)": f"{report.token.p50:.2f}",
            "to merged weights": f"{report.slowdown:.2f}",
        }
        for report in reports
    )
    console().print(records(rows))


def remote(
    address: Annotated[
        str,
        typer.Option(
            "--model", metavar="vllm:URL#NAME", help="The server and its model.", show_default=False
        ),
    ],
    users: Annotated[
        str, typer.Option("--users", metavar="N,N...", help="How many people type at once.")
    ] = "1,10,100",
    seconds: Annotated[float, typer.Option("--seconds", metavar="S", min=1, help="For how long.")] = 10.0,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Have people type who use a remote model: requests, cancellations, tokens asked and wasted."""
    from lsp_server.cli.screen import console, records
    from lsp_server.lab.bench.remote import measure_users
    from lsp_server.models.remote.address import parse_address

    try:
        counts = [int(part) for part in users.split(",")]
    except ValueError:
        counts = []
    if not counts or min(counts) < 1 or max(counts) > 1_000:
        raise UsageError(f"'{users}' is no list of numbers", remedy="write --users 1,10,100")
    reports = [measure_users(parse_address(address), count, seconds, seed) for count in counts]
    if as_json:
        print_json(reports)
        return
    rows = (
        {
            "users": str(one.users),
            "requests": str(one.requests),
            "cancelled": str(one.cancelled),
            "failed": str(one.failed),
            "tokens asked": str(one.asked),
            "written": str(one.written),
            "wasted": str(one.wasted),
            "first token p50 ms": f"{one.first.p50:.0f}",
            "p95 ms": f"{one.first.p95:.0f}",
            "CPU ms a request": f"{one.cpu_ms:.2f}",
        }
        for one in reports
    )
    console().print(records(rows))
