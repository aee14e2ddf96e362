"""`holegram train`: makes a model, or the filter of what it suggests, from folders of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import language_named
from lsp_server.cli.lab.options import files_of
from lsp_server.cli.options import Model, Seed
from lsp_server.training.config import NetworkShape, Recipe

if TYPE_CHECKING:
    from lsp_server.lab.quality.recording import CurvePoint
    from lsp_server.training.config import TrainingConfig, TrainingProgress, TrainingResult

app = typer.Typer(help="Make models from your own files.")

_SHAPE = NetworkShape()
_RECIPE = Recipe()
_MAX_TOKENS = 48
"""Most tokens of a suggestion, as in an editor."""


@app.callback()
def train() -> None:
    """Make models from your own files."""


@app.command()
def base(
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="The folder for checkpoints and the finished model.", show_default=False
        ),
    ],
    data: Annotated[
        list[str],
        typer.Option(
            metavar="DIR...",
            help="Folders to learn from, or TAG=DIR to name their language.",
            show_default=False,
        ),
    ],
    more_data: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    held_out: Annotated[
        list[str] | None,
        typer.Option(
            "--held-out",
            metavar="DIR",
            help="A folder to measure on; by default every fiftieth file. May be given several times.",
            show_default=False,
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="M", min=0.01, help="How long to train, in minutes.", show_default=False),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="How many steps to train; the result can be reproduced.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="How many threads to use; by default one for each core.",
            show_default=False,
        ),
    ] = None,
    vocabulary: Annotated[
        int, typer.Option("--vocabulary", metavar="N", min=300, help="Tokens.")
    ] = _SHAPE.vocabulary,
    width: Annotated[
        int, typer.Option("--width", metavar="N", min=1, help="Width of the network, a multiple of 64.")
    ] = _SHAPE.width,
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=1, help="How many layers the network has.")
    ] = _SHAPE.depth,
    inner: Annotated[
        int, typer.Option("--inner", metavar="N", min=1, help="Width inside each layer.")
    ] = _SHAPE.inner,
    resume: Annotated[bool, typer.Option("--resume", help="Continue from the checkpoint in --out.")] = False,
    start: Annotated[
        Path | None,
        typer.Option(
            "--start",
            metavar="DIR",
            help="A finished model of the same shape to go on from, instead of from nothing.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[
        float, typer.Option("--rate", metavar="R", min=0, help="The highest learning rate.")
    ] = _RECIPE.rate,
    compiled: Annotated[
        bool, typer.Option("--compile", help="Compile the network first: faster, needs a C++ compiler.")
    ] = False,
) -> None:
    """Train a small model that fills in the middle, for use with --model."""
    from lsp_server.training.config import TrainingConfig
    from lsp_server.training.corpus import parse_source

    config = TrainingConfig(
        sources=tuple(parse_source(argument) for argument in (*data, *(more_data or ()))),
        output=out,
        held_out=tuple(parse_source(argument) for argument in held_out or ()),
        minutes=minutes,
        steps=steps,
        seed=seed,
        threads=threads,
        resume=resume,
        start=start,
        compiled=compiled,
        shape=NetworkShape.sized(vocabulary, width, depth, inner),
        recipe=Recipe(rate=rate),
    )
    _print(_run(config))


@app.command("filter")
def train_filter(
    ctx: typer.Context,
    data: Annotated[
        list[str],
        typer.Option(
            metavar="LANG=DIR",
            help="A folder of projects, each a folder of files of a language. Repeatable.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the weights go.", show_default=False)],
    files: Annotated[int, typer.Option(metavar="N", min=1, help="Files to type in, of each folder.")] = 24,
    lines: Annotated[int, typer.Option(metavar="N", min=1, help="Most lines to type in each file.")] = 15,
    seed: Annotated[int, typer.Option(metavar="N", help="Of what is drawn at random.")] = 0,
    model: Model = None,
) -> None:
    """Learn from simulated typing which suggestions are worth showing, and write the weights of the signs."""
    from lsp_server.cli.screen import console, progress, records, table
    from lsp_server.errors import UsageError
    from lsp_server.features.confidence import NAMES, Weights, bundled
    from lsp_server.features.eagerness import LEAST_CHANCE, Eagerness
    from lsp_server.lab.material.neighbours import neighbours, project_names
    from lsp_server.lab.quality.recording import curve, observed, record
    from lsp_server.lab.quality.saving import stretches
    from lsp_server.models import load_model
    from lsp_server.training.filter import FilterSample, as_json, fit, fit_others

    loaded, recordings = load_model(model, threads=1), []
    for argument in data:
        name, _, folder = argument.partition("=")
        if not Path(folder).is_dir() or not folder:
            raise UsageError(f"no folder '{folder}' in --data {argument}", remedy="write LANG=DIR")
        language = language_named(ctx, name)
        sources = files_of(language, Path(folder), seed=seed)
        beside = neighbours(language, sources)
        around = project_names(language, sources)
        texts = stretches(sources, files=files, lines=lines, seed=seed, beside=beside, around=around)
        with progress(f"{name}, typing", len(texts)) as step:
            for count, text in enumerate(texts, start=1):
                recordings.append(record(language, text, loaded, _MAX_TOKENS))
                step(count)
    seen = observed(recordings, bundled(), LEAST_CHANCE[Eagerness.BALANCED])
    samples = [FilterSample(one.signs.numbers(), one.right, one.project) for one in seen]
    if len({sample.project for sample in samples}) < 2 or len({sample.right for sample in samples}) < 2:
        raise UsageError("too little to learn from", remedy="give --data folders of two projects or more")
    made = {"suggestions": len(samples), "languages": [one.partition("=")[0] for one in data], "seed": seed}
    out.write_text(as_json(fit(samples), NAMES, made), "utf-8")
    rows = [
        ("weights", str(out)),
        ("suggestions", f"{len(samples):,}"),
        ("right", f"{sum(sample.right for sample in samples) / len(samples):.3f}"),
    ]
    console().print(table(("what", "value"), rows))
    others = {
        project: Weights(fitted.bias, dict(zip(NAMES, fitted.weights, strict=True)))
        for project, fitted in fit_others(samples).items()
    }
    points = curve([one for one in recordings if one.project in others], others, _CHANCES)
    console().print(records(map(_curve_row, points)))


_CHANCES = (0.0, 0.2, 0.35, 0.45, 0.5, 0.55, 0.6, 0.7)


def _curve_row(point: CurvePoint) -> dict[str, str]:
    row = point.row
    return {
        "shown": f"chance {point.least}" if point.least else "everything",
        "first word right": f"{row.begun:.1f} %",
        "all right": f"{row.right:.1f} %",
        "saved": f"{100 * row.typed.saved:.1f} %",
        "something stands": f"{row.standing:.1f} %",
        "wrong stands": f"{row.misleading:.1f} %",
        "net": f"{row.net:.1f}",
        "blinks": f"{row.blinks:.1f}",
    }


def _run(config: TrainingConfig) -> TrainingResult:
    from lsp_server.cli.screen import learning
    from lsp_server.training.base import train as run

    with learning("reading files") as (bar, task):

        def report(state: TrainingProgress) -> None:
            text = f"step {state.step}, loss {state.loss:.3f}, {state.tokens_per_second:,.0f} tokens/s"
            bar.update(task, completed=state.fraction, description=text)
            if state.held_out:
                scores = ", ".join(
                    f"{tag} {score.plain:.3f} (fill {score.fill:.3f})"
                    for tag, score in state.held_out.items()
                )
                bar.print(f"{text}; held-out bits per byte: {scores}")

        return run(config, report)


def _print(result: TrainingResult) -> None:
    from lsp_server.cli.screen import console, table

    out = console()
    rows = [
        ("model", str(result.output)),
        ("parameters", f"{result.parameters:,}"),
        ("steps", f"{result.steps:,}"),
        ("tokens", f"{result.tokens:,}"),
        ("minutes", f"{result.elapsed / 60:.1f}"),
        ("loss", f"{result.loss:.3f}"),
        *((f"files, {tag}", f"{count:,}") for tag, count in result.files.items()),
        *((f"bits per byte, {tag}", f"{score.plain:.3f}") for tag, score in result.held_out.items()),
        *((f"bits per byte of holes, {tag}", f"{score.fill:.3f}") for tag, score in result.held_out.items()),
    ]
    out.print(table(("what", "value"), rows))
