"""`holegram bench`: how long the constraint takes on this machine, the server, and the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.lab import bench_adapters, bench_model, bench_server, bench_team
from lsp_server.cli.lab.options import Languages, Quick, languages_of, machine, times
from lsp_server.cli.options import Json, Seed, print_json

if TYPE_CHECKING:
    from lsp_server.lab.bench import KeystrokeReport, Kind, TokenReport

app = typer.Typer(help="Measure how long the constraint, the server and the model take on this machine.")

_QUICK = (100, 1_000)
_FILES = 3
_FEWER = 10
_MOST = 60


@app.callback()
def bench() -> None:
    """Measure how long the constraint, the server and the model take on this machine."""


app.command("server")(bench_server.server)
app.command("model")(bench_model.model)
app.command("team")(bench_team.team)
app.command("adapters")(bench_adapters.adapters)
app.command("remote")(bench_adapters.remote)


@app.command()
def constraint(
    ctx: typer.Context,
    language: Languages = None,
    vocabulary: Annotated[
        Path | None,
        typer.Option(
            "--vocabulary",
            metavar="PATH",
            help="A tokenizer.json: also measure with its large vocabulary.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    quick: Quick = False,
    as_json: Json = False,
) -> None:
    """Type in files of up to 50,000 lines, and time each keystroke and each token."""
    languages = languages_of(ctx, language)

    from lsp_server.cli.screen import progress
    from lsp_server.lab.bench import KINDS, SIZES, measure_keystrokes, measure_tokens
    from lsp_server.models import load_vocabulary

    bundled = load_vocabulary()
    vocabularies = [bundled, *([load_vocabulary(vocabulary)] if vocabulary is not None else [])]
    sizes, examples, places = (_QUICK, 1, _FEWER) if quick else (SIZES, _FILES, _MOST)
    keystrokes: list[KeystrokeReport] = []
    tokens: list[TokenReport] = []
    for known in languages:
        with progress(known.id, len(sizes)) as step:
            keystrokes.extend(
                measure_keystrokes(known, bundled, sizes=sizes, seed=seed, examples=examples, progress=step)
            )
        tokens.extend(
            measure_tokens(known, of, kind, places=places, seed=seed) for of in vocabularies for kind in KINDS
        )
    left_out = [] if vocabulary else ["tokens of a large vocabulary: give one with --vocabulary"]
    if as_json:
        told = {"machine": machine(), "seed": seed, "keystrokes": keystrokes, "tokens": tokens}
        print_json({**told, "left_out": left_out})
        return

    from lsp_server.cli.screen import console, table

    out = console()
    out.print(table(_COLUMNS, [*_keystroke_rows(keystrokes), *_token_rows(tokens)]))
    for reason in left_out:
        out.print(f"left out: {reason}")


_COLUMNS = ("language", "what", "ratio", "to", "p50 ms", "p95 ms", "p99 ms", "count", "of which")


def _keystroke_rows(reports: list[KeystrokeReport]) -> Iterator[tuple[str, ...]]:
    first: dict[str, KeystrokeReport] = {}
    for report in reports:
        shortest = first.setdefault(report.language, report)
        to = f"p95 at {shortest.lines:,} lines"
        opened, parsed = (
            f"{took.p50 - base.p50:+.1f} ms at p50" if report is not shortest else ""
            for took, base in ((report.opened, shortest.opened), (report.parsed, shortest.parsed))
        )
        early = ", ".join(filter(None, (opened, f"{report.early} before the tree")))
        compared = (
            ("the same where no mask is needed", report.unmasked, shortest.unmasked, ""),
            ("of these, the first at a place", report.moved, shortest.moved, ""),
            ("of these, state as before", report.same, shortest.same, ""),
            ("token and mask after opening", report.opened, shortest.opened, early),
            ("token, mask and tree after opening", report.parsed, shortest.parsed, parsed),
        )
        failed = f"refused {report.whole_failed} times" if report.whole_failed else ""
        naive, here = f"{report.whole_ratio:.2f}", "p50 of a keystroke here"
        for name, took, ratio, of, more in (
            ("keystroke to token and mask", report.typed, f"{report.ratio:.2f}", to, _shares(report)),
            *((name, took, _over(took.p95, base.p95), to, more) for name, took, base, more in compared),
            ("naive: whole prefix to the engine", report.whole, naive, here, failed),
        ):
            yield report.language, f"{name}, {report.lines:,} lines", ratio, of, *times(took, 2), more


_MODELS: Mapping[Kind, str] = {
    "right": "the model is right",
    "hasty": "it is right, but wanted to end",
    "noise": "the model says anything",
}


def _token_rows(reports: list[TokenReport]) -> Iterator[tuple[str, ...]]:
    first: dict[tuple[str, str], TokenReport] = {}
    for report in reports:
        smallest = first.setdefault((report.language, report.model), report)
        told = _MODELS[report.model]
        yield (
            report.language,
            f"token of {report.tokens:,}, {told}",
            _over(report.step.p50, smallest.step.p50),
            f"p50 of {smallest.tokens:,} tokens",
            *times(report.step, 2),
            f"mask {report.mask:.3f} ms, oracle {report.oracle:.3f} ms; {report.masked} masks; "
            f"{report.ending.count} texts ended in "
            f"{report.ending.p50:.1f} ms at p50; "
            f"{report.bans} bans, {report.rollbacks} rollbacks",
        )


def _shares(report: KeystrokeReport) -> str:
    whole = sum(report.parts.values()) or 1.0
    return ", ".join(f"{name} {100 * part / whole:.0f} %" for name, part in report.parts.items())


def _over(part: float, whole: float) -> str:
    return f"{part / whole:.2f}" if whole else "-"
