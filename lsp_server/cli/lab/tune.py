"""`holegram tune`: has a model learn from a user's own files, and says whether that has helped.

It knows the lab, because what it says is measured as the lab measures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import judge_of, language_named
from lsp_server.cli.options import Lang, Seed
from lsp_server.languages.sources import Source

if TYPE_CHECKING:
    from lsp_server.decoding import Model
    from lsp_server.lab.quality.tuned import TunedReport
    from lsp_server.languages import Language
    from lsp_server.models.adapters import Card
    from lsp_server.models.cached import CachedModel
    from lsp_server.training.config import TrainingConfig, TrainingProgress
    from lsp_server.training.material import Material
    from lsp_server.training.synthesis import Synthesis
    from lsp_server.training.tuning import Tuned

_KINDS = ("rest-of-line", "inside-line", "several-lines")
_EVERY = 20
"""Steps between two lines of progress where no bar can be drawn."""


def tune(
    ctx: typer.Context,
    language: Annotated[
        str,
        typer.Option(
            "--language", metavar="ID", help="The language, or the folder of its bundle.", show_default=False
        ),
    ],
    data: Annotated[
        list[Path],
        typer.Option("--data", metavar="DIR...", help="Folders with your files.", show_default=False),
    ],
    more_data: Annotated[list[Path] | None, typer.Argument(hidden=True)] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="MODEL",
            help="Path or name of the model that learns; by default the bundled one.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="What to call the adapter; by default after the language and the folder.",
            show_default=False,
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="M", min=0.01, help="How long to learn, in minutes.", show_default=False),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="How many steps; by default as many as the files are worth.",
            show_default=False,
        ),
    ] = None,
    cuts: Annotated[
        int, typer.Option("--cuts", metavar="N", min=1, help="How many cuts of each kind to measure at.")
    ] = 60,
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="How many threads; by default one for each core.", show_default=False
        ),
    ] = None,
    synthetic: Annotated[
        int,
        typer.Option(
            "--synthetic", metavar="N", min=0, help="Also learn from N programs made from the grammar."
        ),
    ] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Install it even if it is not better.")] = False,
    seed: Seed = 0,
) -> None:
    """Have the model learn from your own files: makes an adapter, and installs it if suggestions are better.

    A fifth of the files is not learnt from: the table at the end tells how suggestions in these are before
    and after. Secrets are left out, and nothing leaves this machine.
    """
    from lsp_server.cli.screen import console, progress
    from lsp_server.errors import UsageError
    from lsp_server.models.adapters import check_name, install
    from lsp_server.models.loading import load_model
    from lsp_server.training.config import TrainingConfig
    from lsp_server.training.material import read_material
    from lsp_server.training.tuning import run_directory

    if minutes is not None and steps is not None:
        raise UsageError("--minutes and --steps exclude each other", remedy="give one of them")
    known = language_named(ctx, language)
    folders = [*data, *(more_data or ())]
    called = check_name(name or _name_of(known.id, folders[0]))
    err = console(stderr=True)
    with progress("reading files", 0) as step:
        material = read_material(known, folders, step)
    if synthetic:
        material = _with_programs(ctx, known, material, synthetic, seed)
    _tell_material(material)
    loaded = tunable(load_model(base, threads, local=True))
    run = run_directory() / called
    config = TrainingConfig((), run, minutes=minutes, steps=steps, seed=seed, threads=threads, resume=resume)
    tuned, after = learn(known, loaded, base, material, config)
    err.print("measuring: suggestions in the files that were held out, before and after")
    from lsp_server.lab.material.neighbours import neighbours, texts_alone
    from lsp_server.lab.quality.tuned import compare

    with progress("measuring", cuts * len(_KINDS)) as step:
        report = compare(
            known,
            material.held_out,
            (loaded, after),
            judge_of(ctx, known),
            kinds=_KINDS,
            cuts=cuts,
            seed=seed,
            knows=texts_alone(neighbours(known, (*material.training, *material.held_out))),
            progress=step,
        )
    _tell(report, tuned)
    card = _card(loaded, known.id, material, tuned, report)
    out = console()
    if report.better or force:
        place = install(called, card, tuned.settings, tuned.weights)
        out.print(f"installed {place}")
        out.print(f"use it: holegram adapters use {called}")
    else:
        out.print("not better, so not installed (--force installs it; more files, or more steps, may help)")
        raise typer.Exit(1)


def tunable(loaded: Model) -> CachedModel:
    """The model, as one that can learn.

    Raises:
        UsageError: it has no weights on this machine.

    """
    from lsp_server.errors import UsageError
    from lsp_server.models.cached import CachedModel

    if isinstance(loaded, CachedModel):
        return loaded
    raise UsageError(
        f"the model {loaded.name} cannot be tuned", remedy="name one with weights on this machine"
    )


def learn(
    language: Language, loaded: CachedModel, base: str | None, material: Material, config: TrainingConfig
) -> tuple[Tuned, CachedModel]:
    """What a model learns of some files, and the model that has learnt it.

    How long it learns goes by the files where the configuration does not say it. The adapter is left in the
    folder of the run.
    """
    from lsp_server.models.adapters import install
    from lsp_server.training.tuning import recipe_of, steps_for

    if config.minutes is None and config.steps is None:
        config = replace(config, steps=steps_for(material, loaded))
    tuned = _run(loaded, base, language.id, material, replace(config, recipe=recipe_of(loaded)))
    name, place = config.output.name, config.output
    install(name, _card(loaded, language.id, material, tuned), tuned.settings, tuned.weights, place)
    return tuned, loaded.with_adapter(name, place)


def _run(
    loaded: CachedModel, base: str | None, language: str, material: Material, config: TrainingConfig
) -> Tuned:
    from lsp_server.cli.screen import learning
    from lsp_server.training.tuning import tune as run

    with learning("learning") as (bar, task):

        def report(state: TrainingProgress) -> None:
            left = state.elapsed * (1 / state.fraction - 1) if state.fraction else 0.0
            text = (
                f"step {state.step}, loss {state.loss:.3f}, {state.tokens_per_second:,.0f} tokens/s, "
                f"{left:,.0f} s left"
            )
            bar.update(task, completed=state.fraction, description=text)
            if not bar.console.is_terminal and state.step % _EVERY == 0:
                bar.console.print(text)

        return run(loaded, base, language, material, config, report)


def synth(
    ctx: typer.Context,
    lang: Lang,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where the programs go.", show_default=False)
    ],
    count: Annotated[
        int, typer.Option("--count", metavar="N", min=1, help="How many programs to make.")
    ] = 100,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="M",
            help="A model that writes some of the lines ('bundled' is one).",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
) -> None:
    """Make programs of a language from its grammar and examples, for a model to learn from.

    Each is read by the grammar, and by the bundle's judge if it has one. Beside them stands what they cover.
    """
    from lsp_server.cli.screen import console
    from lsp_server.errors import UsageError
    from lsp_server.languages.sources import examples_of
    from lsp_server.training.synthesis import coverage_plot, coverage_table

    known = language_named(ctx, lang)
    if out.exists() and any(out.iterdir()):
        raise UsageError("is not empty", path=out, remedy="name a new folder")
    made = _programs(ctx, known, examples_of(known), count, seed, model)
    out.mkdir(parents=True, exist_ok=True)
    suffix = known.extensions[0]
    for number, text in enumerate(made.texts, start=1):
        (out / f"program-{number:04}{suffix}").write_text(text, encoding="utf-8")
    (out / "COVERAGE.md").write_text(coverage_table(made), encoding="utf-8")
    (out / "coverage.svg").write_text(coverage_plot(made), encoding="utf-8")
    shown = console()
    shown.print(f"{len(made.texts)} programs in {out}")
    for why, number in sorted(made.left_out.items()):
        shown.print(f"left out: {number} {why}")
    shown.print(
        f"{made.covered} of {len(made.examples)} shapes of the examples are covered "
        "(COVERAGE.md, coverage.svg)"
    )


def _programs(
    ctx: typer.Context,
    language: Language,
    examples: Sequence[Source],
    count: int,
    seed: int,
    model: str | None = None,
) -> Synthesis:
    """Make programs of examples."""
    from lsp_server.cli.screen import progress
    from lsp_server.training.synthesis import synthesize

    judge = judge_of(ctx, language)

    def valid(text: str) -> bool:
        from lsp_server.constraint import check, load_grammar

        return check(load_grammar(language), text) is None and (judge is None or judge(text).valid)

    with progress("making programs", count) as step:
        fill = None if model is None else _filler(language, None if model == "bundled" else model)
        return synthesize(language, examples, count, valid, seed, fill, step)


def _filler(language: Language, model: str | None) -> Callable[[str, int], str]:
    from lsp_server.lab.material.cuts import Cut
    from lsp_server.lab.quality.fillers import product
    from lsp_server.models import load_model

    fill = product(load_model(model, threads=1), 24)
    return lambda text, at: fill(language, Cut(text, at, at)).text


def _with_programs(
    ctx: typer.Context, language: Language, material: Material, count: int, seed: int
) -> Material:
    """The material with programs made of what is learnt from, and of nothing that is held out."""
    made = _programs(ctx, language, material.training, count, seed)
    programs = (Source(f"synthetic/{number}", text) for number, text in enumerate(made.texts))
    return replace(material, training=(*material.training, *programs))


def _card(
    loaded: CachedModel, language: str, material: Material, tuned: Tuned, report: TunedReport | None = None
) -> Card:
    import hashlib

    from lsp_server.models.adapters import Card

    return Card(
        base=loaded.name,
        base_sha256=loaded.fingerprint(),
        language=language,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        weights=hashlib.sha256(tuned.weights).hexdigest(),
        data={
            "files learnt from": len(material.training),
            "files held out": len(material.held_out),
            "files left out": sum(material.left_out.values()),
            "secrets left out": material.secrets,
            "steps": tuned.steps,
            "tokens": tuned.tokens,
        },
        figures={} if report is None else report.figures(),
    )


def _tell_material(material: Material) -> None:
    from lsp_server.cli.screen import console

    err = console(stderr=True)
    err.print(f"{len(material.training)} files to learn from, {len(material.held_out)} to measure on")
    for why, count in sorted(material.left_out.items()):
        err.print(f"left out: {count} {why}")
    if material.secrets:
        err.print(f"left out: {material.secrets} secrets; something else stands in their place")
    if material.headers:
        err.print(f"left out: {material.headers} licences at the top of files")


def _tell(report: TunedReport, tuned: Tuned) -> None:
    from lsp_server.cli.screen import console, table

    rows = [
        (
            row.what,
            f"{row.before:.2f}",
            f"{row.after:.2f}",
            f"{row.after - row.before:+.2f}",
            f"{row.low:+.2f} to {row.high:+.2f}",
        )
        for row in report.rows
    ]
    out = console()
    out.print(
        f"{tuned.steps} steps, {tuned.tokens:,} tokens, {tuned.elapsed / 60:.1f} minutes; measured at "
        f"{report.cuts} places of {report.files} files that were not learnt from"
    )
    out.print(table(("measure", "before", "after", "difference", "with 95 % certainty"), rows))


def _name_of(language: str, folder: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", f"{language}-{folder.resolve().name}".lower())
    return plain[:60].strip("-")
