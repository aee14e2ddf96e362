"""What people see: consoles, and pieces of source with a part marked. Knows nothing of what is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lsp_server.text import LineIndex, Span

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_TAB = "    "
_MARGIN = 20
_UNBOUNDED = 10_000

# A file must not be able to move the cursor or rename the window of the terminal that shows it.
_VISIBLE: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(128, 160), 65533),
    ord("\t"): _TAB,
}


def console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no guessed highlights, no wrapping."""
    out = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not out.is_terminal:
        out.width = _UNBOUNDED
    return out


def visible(text: str) -> str:
    """The text on one line, each control character as a symbol that stands for it."""
    return text.translate(_VISIBLE)


def excerpt(
    text: str, span: Span, style: str, mark: str, width: int = 100, context: int = 0
) -> Iterator[Text]:
    """The lines that a span touches, each with its number, and below it a row of marks under the span.

    Args:
        text: the whole text.
        span: what to mark; an empty one gets one mark.
        style: how the marked part looks where colours are.
        mark: one character; with none there are no rows of marks.
        width: characters of a long line that are shown, near the span.
        context: how many further lines are shown before and after.

    """
    lines = LineIndex(text)
    first, last = lines.line_of(span.start), lines.line_of(max(span.start, span.end))
    below = min(last + context, lines.line_count - (2 if text.endswith(("\n", "\r")) else 1))
    shown = range(max(0, first - context), max(last, below) + 1)
    gutter = len(str(shown.stop)) + 1
    for line in shown:
        start, end = lines.start_of(line), lines.end_of(line)
        marked_from = min(max(span.start, start), end) if line >= first else start
        marked_to = max(min(span.end, end), marked_from) if line >= first else start
        is_marked = first <= line <= last and not (line > first and marked_to == marked_from < end)
        if not is_marked and not context:
            continue
        shown_from = max(start, marked_from - width + _MARGIN) if end - start > width else start
        shown_to = min(end, shown_from + width)
        marked_to = min(marked_to, shown_to)
        before = ("..." if shown_from > start else "") + visible(text[shown_from:marked_from])
        inside = visible(text[marked_from:marked_to])
        after = visible(text[marked_to:shown_to]) + ("..." if shown_to < end else "")
        yield Text.assemble((f"{line + 1:{gutter}} | ", "dim"), before, (inside, style), after)
        if not is_marked or not mark:
            continue
        marks = mark * max(cell_len(inside), 1)
        yield Text.assemble((f"{'':{gutter}} | ", "dim"), " " * cell_len(before), (marks, style))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Rows under a heading, without a frame, so that other programs can read them too."""
    grid = Table(*columns, box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for row in rows:
        grid.add_row(*row)
    return grid


def records(rows: Iterable[Mapping[str, str]]) -> Table:
    """Rows that have the same columns, each cell under the name of its column; they are not none."""
    first, *others = rows
    return table(tuple(first), (tuple(row.values()) for row in (first, *others)))


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal; gives what to call with the number of steps done."""
    from rich.progress import Progress

    err = console(stderr=True)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def learning(title: str) -> Iterator[tuple[Progress, TaskID]]:
    """A bar that stays, of a task whose end is 1.0; on standard error, drawn only if that is a terminal."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    err = console(stderr=True)
    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        yield bar, bar.add_task(title, total=1.0)


@contextmanager
def working(title: str) -> Iterator[None]:
    """What is worked on, on standard error as long as that takes, if it is a terminal."""
    err = console(stderr=True)
    with err.status(Text(visible(title))) if err.is_terminal else nullcontext():
        yield


@contextmanager
def writing() -> Iterator[Callable[[str], None]]:
    """What is written so far on standard error, if that is a terminal; gives what to call with it."""
    from rich.live import Live

    err = console(stderr=True)
    if not err.is_terminal:
        yield lambda text: None
        return
    with Live(console=err, transient=True, refresh_per_second=8) as live:
        yield lambda text: live.update(Text("\n".join(map(visible, text.splitlines())), "dim"))


def share(part: int, whole: int) -> str:
    """A part of a whole, also in percent."""
    return f"{part} of {whole}" + (f" ({100 * part / whole:.2f} %)" if whole else "")
