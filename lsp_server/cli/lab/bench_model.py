"""`holegram bench model`: how long a model takes for a prompt and for a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.lab.options import times
from lsp_server.cli.options import Json, Model, Seed, print_json

if TYPE_CHECKING:
    from lsp_server.lab.bench import Figure


def model(
    model: Model = None,
    prompt: Annotated[
        int, typer.Option("--prompt", metavar="N", min=1, help="How many tokens a prompt has.")
    ] = 300,
    rounds: Annotated[int, typer.Option("--rounds", metavar="N", min=1, help="How many prompts.")] = 30,
    threads: Annotated[
        int | None,
        typer.Option(
            "--threads",
            metavar="N",
            min=1,
            help="How many threads to use; by default as many as the server.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Time a model alone: a prompt, a cancelled prompt, single tokens, and a draft of several."""
    from lsp_server.cli.screen import console, table
    from lsp_server.lab.bench import measure_passes
    from lsp_server.models import load_model

    report = measure_passes(load_model(model, threads), length=prompt, rounds=rounds, seed=seed)
    if as_json:
        print_json(report)
        return
    rows = [
        _row(f"a prompt of {report.length:,} tokens", report.prompt),
        _row("one that is cancelled, from then on", report.cancelled),
        _row("a token", report.token),
        _row(f"a draft of {report.at_once} tokens", report.draft),
    ]
    console().print(table(("what", "p50 ms", "p95 ms", "p99 ms", "count"), rows))


def _row(what: str, taken: Figure) -> tuple[str, ...]:
    return (what, *times(taken, 2))
