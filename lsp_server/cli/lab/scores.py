"""Prints how good suggestions were, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath

from lsp_server.cli.screen import console, table, visible
from lsp_server.lab.quality.filling import FillReport, FillRow
from lsp_server.lab.quality.gains import GainRow
from lsp_server.lab.quality.ladder import Rung
from lsp_server.lab.quality.lists import ListedWord, ListRow
from lsp_server.lab.quality.names import NamesRow, Told
from lsp_server.lab.quality.saving import SavingReport, SavingRow
from lsp_server.lab.quality.writing import WrittenRow

_FILL = (
    "cuts",
    "by",
    "number",
    "answered",
    "valid",
    "line right",
    "hole right",
    "word right",
    "matched",
    "similar",
    "too long",
    "too short",
    "saved",
    "p50 ms",
    "p95 ms",
)
_TYPING = (
    "files",
    "by",
    "number",
    "characters",
    "keys",
    "saved",
    "saved in code",
    "shown",
    "accepted",
    "requests",
    "overtaken",
    "time wasted",
    "p50 ms",
    "p95 ms",
)
_STANDING = (
    "files",
    "by",
    "shown",
    "right",
    "first word right",
    "wrong for 100 characters",
    "keys with something standing",
    "with a wrong text, none accepted",
    "blinks for 1,000 keys",
    "net",
)
_LISTS = ("editor", "rest of line", "words", "held", "in first five", "first", "empty", "p50 ms", "p95 ms")
_NAMES = (
    "names",
    "cursors",
    "answered",
    "judged",
    "references",
    "exist",
    "line right",
    "name right",
    "p50 ms",
    "p95 ms",
)
_LADDER = (
    "model",
    "constraint",
    "cuts",
    "answered",
    "valid",
    "line right",
    "matched characters",
    "saved",
    "p50 ms",
    "p95 ms",
    "tokens",
    "tokens/s",
    "time",
    "at median",
)

_SHOWN = 8
"""Of a list that lacks a word so many entries are printed."""


def print_fill(report: FillReport) -> None:
    """Print a row for each kind of cut and filler."""
    out = console()
    out.print(f"{report.language}: {report.files} files, seed {report.seed}", style="bold")
    if not report.judged:
        out.print("no judge is installed: files and suggestions are not checked")
    out.print(table(_FILL, [tuple(_fill(row)) for row in report.rows]))


def _fill(row: FillRow) -> Iterator[str]:
    yield from (row.kind, row.by, f"{row.cuts}", percent(row.answered, row.cuts))
    yield percent(row.valid, row.judged)
    for count in (row.line, row.hole, row.word):
        yield percent(count, row.cuts)
    yield f"{100 * row.matched_share:.1f} %"
    yield f"{row.similarity:.3f}"
    for count in (row.beyond, row.short):
        yield percent(count, row.cuts)
    yield f"{100 * row.saved:.1f} %"
    yield from (f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")


_GAINS = ("passages of", "read", "cuts", "used", "helped", "hurt", "gain", "cost without")


def print_gains(rows: Sequence[GainRow]) -> None:
    """Print what passages of each source did; gains and costs in nats for each character."""
    cells = (
        (
            row.source,
            row.use,
            f"{row.cuts}",
            *(percent(count, row.cuts) for count in (row.used, row.helped, row.hurt)),
            f"{row.per_character:+.4f}",
            f"{row.base:.4f}",
        )
        for row in rows
    )
    console().print(table(_GAINS, cells))


_WRITTEN = ("model", "with", "pairs", "answered", "parses", "names exist", "exact", "similar")


def print_written(rows: Sequence[WrittenRow]) -> None:
    """Print what was written from words, a row for each model and rung."""
    cells = (
        (
            row.model,
            row.rung,
            f"{row.pairs}",
            *(f"{100 * part:.0f} %" for part in (row.answered, row.parses, row.resolves, row.exact)),
            f"{row.similarity:.3f}",
        )
        for row in rows
    )
    console().print(table(_WRITTEN, cells))


def print_curve(report: FillReport) -> None:
    """Print what is left if only the surer suggestions of the model are shown."""
    rows = [
        (
            "all" if bound.confidence is None else f"{bound.confidence:g}",
            f"{bound.shown}",
            f"{100 * bound.coverage:.1f} %",
            f"{100 * bound.precision:.1f} %",
            f"{100 * bound.word:.1f} %",
            f"{100 * bound.matched:.1f} %",
        )
        for bound in report.curve
    ]
    out = console()
    out.print()
    out.print(table(("confidence", "shown", "coverage", "hole right", "word right", "matched"), rows))


def print_saving(report: SavingReport) -> None:
    """Print a row for each kind of file and suggester."""
    habits = report.habits
    out = console()
    out.print(
        f"{report.language}: {habits.keys_per_second:g} keys a second, suggestions taken by {habits.accept}, "
        f"seed {report.seed}",
        style="bold",
    )
    out.print(table(_TYPING, [tuple(_saving(row)) for row in report.rows]))
    out.print()
    out.print(table(_STANDING, [tuple(_standing(row)) for row in report.rows]))


def _saving(row: SavingRow) -> Iterator[str]:
    typed = row.typed
    yield from (row.kind, row.by, f"{row.files}", f"{typed.characters}", f"{typed.keys}")
    yield from (f"{100 * typed.saved:.1f} %", f"{100 * typed.saved_in_code:.1f} %")
    yield from (f"{typed.shown}", percent(typed.accepted, typed.shown))
    yield from (f"{typed.requests}", percent(typed.overtaken, typed.requests))
    yield f"{100 * typed.wasted_ms / typed.model_ms:.1f} %" if typed.model_ms else "-"
    yield from (f"{row.latency_ms(50):.1f}", f"{row.latency_ms(95):.1f}")


def _standing(row: SavingRow) -> Iterator[str]:
    yield from (row.kind, row.by, f"{row.typed.shown}")
    for share in (row.right, row.begun):
        yield f"{share:.1f} %" if row.typed.shown else "-"
    yield f"{row.wrong:.1f}"
    yield from (f"{row.standing:.1f} %", f"{row.misleading:.1f} %")
    yield from (f"{row.blinks:.1f}", f"{row.net:.1f}")


def print_ladder(language: str, files: int, seed: int, rungs: Sequence[Rung]) -> None:
    """Print a row for each model and constraint."""
    out = console()
    out.print(f"{language}: {files} files, seed {seed}", style="bold")
    if not any(rung.row.judged for rung in rungs):
        out.print("no judge is installed: files and suggestions are not checked")
    out.print(table(_LADDER, [tuple(_rung(rung)) for rung in rungs]))


def _rung(rung: Rung) -> Iterator[str]:
    row = rung.row
    yield from (PurePath(rung.model).name, rung.constraint, f"{row.cuts}", percent(row.answered, row.cuts))
    yield from (percent(row.valid, row.judged), percent(row.line, row.cuts))
    yield from (f"{row.matched:.2f}", f"{100 * row.saved:.1f} %")
    yield from (f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.tokens}", f"{row.tokens_per_second:.0f}")
    yield from (f"{rung.time:.2f}", f"{rung.time_at_median:.2f}")


def percent(part: int, whole: int) -> str:
    """A share in percent; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def print_lists(language: str, rows: Sequence[ListRow], missed: Sequence[ListedWord]) -> None:
    """Print a row for each kind of editor and rest of line, and each word that was `missed`."""
    out = console()
    out.print(language, style="bold")
    out.print(table(_LISTS, [tuple(_list(row)) for row in rows]))
    for one in missed:
        word = one.word
        line = word.text[word.text.rfind("\n", 0, word.start) + 1 : word.offset]
        listed = " ".join(one.entries[:_SHOWN])
        out.print(f"{word.source}: {visible(line)}|{visible(word.word[word.typed :])}  [{visible(listed)}]")


def _list(row: ListRow) -> Iterator[str]:
    yield from (str(row.editor), str(row.rest), f"{row.words}")
    for share in (row.held, row.among_first, row.first, row.empty):
        yield f"{100 * share:.1f} %"
    yield from (f"{row.p50:.0f}", f"{row.p95:.0f}")


def print_names(language: str, rows: Sequence[NamesRow], told: Sequence[Told]) -> None:
    """Print a row for each way to treat names, and what was `told` where that is not the same."""
    out = console()
    out.print(language, style="bold")
    out.print(table(_NAMES, [tuple(_names(row)) for row in rows]))
    for _, group in groupby(told, lambda one: one.cursor):
        answers = list(group)
        if len({one.text for one in answers[:-1]}) > 1:
            cursor = answers[0].cursor
            line = cursor.cut.text[cursor.cut.text.rfind("\n", 0, cursor.cut.start) + 1 : cursor.cut.start]
            out.print(f"{cursor.name}: {visible(line)}|", style="bold")
            for one in answers:
                out.print(f"  {one.by}: {visible(one.text)}  {' '.join(one.unknown)}", markup=False)


def _names(row: NamesRow) -> Iterator[str]:
    yield from (row.by, f"{row.cursors}", f"{row.answered}", f"{row.judged}", f"{row.references}")
    yield percent(row.resolved, row.references)
    yield from (f"{row.line}", f"{row.word}", f"{row.p50_ms:.1f}", f"{row.p95_ms:.1f}")
