"""Prints how good suggestions were, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath

from lsp_server.cli.screen import console, records, table, visible
from lsp_server.lab.quality.filling import FillReport, FillRow
from lsp_server.lab.quality.gains import GainRow
from lsp_server.lab.quality.ladder import Rung
from lsp_server.lab.quality.lists import ListedWord, ListRow
from lsp_server.lab.quality.names import NamesRow, Told
from lsp_server.lab.quality.saving import SavingReport, SavingRow
from lsp_server.lab.quality.writing import WrittenRow

_LISTS = ("editor", "rest of line", "words", "held", "in first five", "first", "empty", "p50 ms", "p95 ms")
_SHOWN = 8
"""Of a list that lacks a word so many entries are printed."""


def print_fill(report: FillReport) -> None:
    """Print a row for each kind of cut and filler."""
    out = console()
    out.print(f"{report.language}: {report.files} files, seed {report.seed}", style="bold")
    if not report.judged:
        out.print("no judge is installed: files and suggestions are not checked")
    out.print(records(map(_fill, report.rows)))


def _fill(row: FillRow) -> dict[str, str]:
    return {
        "cuts": row.kind,
        "by": row.by,
        "number": f"{row.cuts}",
        "answered": percent(row.answered, row.cuts),
        "valid": percent(row.valid, row.judged),
        "line right": percent(row.line, row.cuts),
        "hole right": percent(row.hole, row.cuts),
        "word right": percent(row.word, row.cuts),
        "matched": f"{100 * row.matched_share:.1f} %",
        "similar": f"{row.similarity:.3f}",
        "too long": percent(row.beyond, row.cuts),
        "too short": percent(row.short, row.cuts),
        "saved": f"{100 * row.saved:.1f} %",
        "p50 ms": f"{row.p50_ms:.1f}",
        "p95 ms": f"{row.p95_ms:.1f}",
    }


def print_gains(rows: Sequence[GainRow]) -> None:
    """Print what passages of each source did; gains and costs in nats for each character."""
    cells = (
        {
            "passages of": row.source,
            "read": row.use,
            "cuts": f"{row.cuts}",
            "used": percent(row.used, row.cuts),
            "helped": percent(row.helped, row.cuts),
            "hurt": percent(row.hurt, row.cuts),
            "gain": f"{row.per_character:+.4f}",
            "cost without": f"{row.base:.4f}",
        }
        for row in rows
    )
    console().print(records(cells))


def print_written(rows: Sequence[WrittenRow]) -> None:
    """Print what was written from words, a row for each model and rung."""
    cells = (
        {
            "model": row.model,
            "with": row.rung,
            "pairs": f"{row.pairs}",
            "answered": f"{100 * row.answered:.0f} %",
            "parses": f"{100 * row.parses:.0f} %",
            "names exist": f"{100 * row.resolves:.0f} %",
            "exact": f"{100 * row.exact:.0f} %",
            "similar": f"{row.similarity:.3f}",
        }
        for row in rows
    )
    console().print(records(cells))


def print_curve(report: FillReport) -> None:
    """Print what is left if only the surer suggestions of the model are shown."""
    rows = (
        {
            "confidence": "all" if bound.confidence is None else f"{bound.confidence:g}",
            "shown": f"{bound.shown}",
            "coverage": f"{100 * bound.coverage:.1f} %",
            "hole right": f"{100 * bound.precision:.1f} %",
            "word right": f"{100 * bound.word:.1f} %",
            "matched": f"{100 * bound.matched:.1f} %",
        }
        for bound in report.curve
    )
    out = console()
    out.print()
    out.print(records(rows))


def print_saving(report: SavingReport) -> None:
    """Print a row for each kind of file and suggester."""
    habits = report.habits
    out = console()
    out.print(
        f"{report.language}: {habits.keys_per_second:g} keys a second, suggestions taken by {habits.accept}, "
        f"seed {report.seed}{', the editor closes brackets and quotes' if habits.closing else ''}",
        style="bold",
    )
    out.print(records(map(_saving, report.rows)))
    out.print()
    out.print(records(map(_standing, report.rows)))


def _saving(row: SavingRow) -> dict[str, str]:
    typed = row.typed
    wasted = f"{100 * typed.wasted_ms / typed.model_ms:.1f} %" if typed.model_ms else "-"
    return {
        "files": row.kind,
        "by": row.by,
        "number": f"{row.files}",
        "characters": f"{typed.characters}",
        "keys": f"{typed.keys}",
        "saved": f"{100 * typed.saved:.1f} %",
        "saved in code": f"{100 * typed.saved_in_code:.1f} %",
        "shown": f"{typed.shown}",
        "accepted": percent(typed.accepted, typed.shown),
        "requests": f"{typed.requests}",
        "overtaken": percent(typed.overtaken, typed.requests),
        "time wasted": wasted,
        "p50 ms": f"{row.latency_ms(50):.1f}",
        "p95 ms": f"{row.latency_ms(95):.1f}",
    }


def _standing(row: SavingRow) -> dict[str, str]:
    shown = row.typed.shown
    return {
        "files": row.kind,
        "by": row.by,
        "shown": f"{shown}",
        "right": f"{row.right:.1f} %" if shown else "-",
        "first word right": f"{row.begun:.1f} %" if shown else "-",
        "wrong for 100 characters": f"{row.wrong:.1f}",
        "keys with something standing": f"{row.standing:.1f} %",
        "with a wrong text, none accepted": f"{row.misleading:.1f} %",
        "blinks for 1,000 keys": f"{row.blinks:.1f}",
        "net": f"{row.net:.1f}",
    }


def print_ladder(language: str, files: int, seed: int, rungs: Sequence[Rung]) -> None:
    """Print a row for each model and level."""
    out = console()
    out.print(f"{language}: {files} files, seed {seed}", style="bold")
    if not any(rung.row.judged for rung in rungs):
        out.print("no judge is installed: files and suggestions are not checked")
    out.print(records(map(_rung, rungs)))


def _rung(rung: Rung) -> dict[str, str]:
    row = rung.row
    return {
        "model": PurePath(rung.model).name,
        "level": rung.level,
        "cuts": f"{row.cuts}",
        "answered": percent(row.answered, row.cuts),
        "valid": percent(row.valid, row.judged),
        "line right": percent(row.line, row.cuts),
        "matched characters": f"{row.matched:.2f}",
        "saved": f"{100 * row.saved:.1f} %",
        "p50 ms": f"{row.p50_ms:.1f}",
        "p95 ms": f"{row.p95_ms:.1f}",
        "tokens": f"{row.tokens}",
        "tokens/s": f"{row.tokens_per_second:.0f}",
        "time": f"{rung.time:.2f}",
        "at median": f"{rung.time_at_median:.2f}",
    }


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
    out.print(records(map(_names, rows)))
    for _, group in groupby(told, lambda one: one.cursor):
        answers = list(group)
        if len({one.answer.text for one in answers[:-1]}) > 1:
            cursor = answers[0].cursor
            line = cursor.cut.text[cursor.cut.text.rfind("\n", 0, cursor.cut.start) + 1 : cursor.cut.start]
            out.print(f"{cursor.name}: {visible(line)}|", style="bold")
            for one in answers:
                out.print(f"  {one.by}: {visible(one.answer.text)}  {' '.join(one.unknown)}", markup=False)


def _names(row: NamesRow) -> dict[str, str]:
    return {
        "names": row.by,
        "cursors": f"{row.cursors}",
        "answered": f"{row.answered}",
        "judged": f"{row.judged}",
        "references": f"{row.references}",
        "exist": percent(row.resolved, row.references),
        "line right": f"{row.line}",
        "name right": f"{row.word}",
        "p50 ms": f"{row.p50_ms:.1f}",
        "p95 ms": f"{row.p95_ms:.1f}",
    }
