"""`holegram complete`: what a suggestion at a cursor would be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import Cursor, read_cursor
from lsp_server.cli.options import Adapter, Examples, Json, LanguageId, Model, Place, print_json
from lsp_server.features.eagerness import Eagerness, least_of

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion, CompletionRequest
    from lsp_server.features.explaining import Explanation
    from lsp_server.retrieval import LookedUp

_ASKED, _BY_ITSELF = "when you ask", "while you type"
_CONTEXT = 3
"""Lines that are shown before and after a suggestion."""

_WIDEST = 1_000
"""Characters of a line that are shown."""


def complete(
    ctx: typer.Context,
    place: Place,
    language: LanguageId = None,
    candidates: Annotated[int, typer.Option(metavar="K", min=1, max=20, help="How many suggestions.")] = 1,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", min=1, max=1024, help="The most tokens in a suggestion.")
    ] = 48,
    multiline: Annotated[
        bool, typer.Option("--multiline", help="Allow a suggestion of several lines.")
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The project's folder. The model may copy from files near the cursor's.",
            show_default=False,
        ),
    ] = None,
    examples: Examples = None,
    model: Model = None,
    adapter: Adapter = None,
    as_json: Json = False,
    timeout: Annotated[
        int | None,
        typer.Option(
            metavar="MS",
            min=1,
            help="How long it may take, in milliseconds; then the best text found so far is printed.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Also say what fits there, and what was dropped and why: for a suggestion that you ask for, "
            "as here, and for one that an editor shows while you type.",
        ),
    ] = False,
    counters: Annotated[
        bool, typer.Option("--counters", help="Also print timings and counters; implies --explain.")
    ] = False,
    eagerness: Annotated[
        Eagerness,
        typer.Option(
            metavar="LEVEL", help="For --explain: how readily suggestions are shown while you type."
        ),
    ] = Eagerness.BALANCED,
) -> None:
    """Suggest what to write at a cursor; every suggestion parses there.

    It is what you get when you ask in an editor. While you type, an editor hides texts of which the model is
    not sure.
    """
    cursor = read_cursor(place, language, registry_of(ctx))

    from lsp_server.features.completion import CompletionRequest
    from lsp_server.features.completion import complete as complete_at
    from lsp_server.features.project import Project
    from lsp_server.models import load_model
    from lsp_server.models.adapters import NO_ADAPTER, chosen, in_use
    from lsp_server.models.loading import adapted
    from lsp_server.syntax import Landmarks, parse

    request = CompletionRequest(
        text=cursor.text,
        offset=cursor.offset,
        language=cursor.language,
        landmarks=Landmarks(parse(cursor.language, cursor.text)),
        max_tokens=max_tokens,
        candidates=candidates,
        multiline=multiline,
        beside=_beside(cursor, project),
        limit_ms=timeout or math.inf,
        names=Project(cursor.language, project).names_for(
            Path(cursor.place).resolve(), cursor.text, cursor.offset
        ),
        looked_up=looked_up(cursor, project, examples or ()),
    )
    name = adapter or chosen(in_use(), cursor.language.id, Path(cursor.place).resolve())
    loaded = adapted(load_model(model), None if name == NO_ADAPTER else name)
    completion = complete_at(request, loaded, lambda: False)
    told: dict[str, Explanation] = {}
    if explain or counters:
        from lsp_server.features.explaining import explain as explain_it

        by_itself = complete_at(_by_itself(request, eagerness), loaded, lambda: False)
        for name, made in ((_ASKED, completion), (_BY_ITSELF, by_itself)):
            told[name] = explain_it(made, request.prefix_or_new, request.landmarks)
    if as_json:
        print_json(_as_json(completion, told))
    else:
        _print(cursor, completion, told)
        if counters:
            _print_counters(told)


def looked_up(cursor: Cursor, project: Path | None, examples: Sequence[Path] = ()) -> LookedUp:
    """What is found for a cursor, as a server does that has read its project.

    Raises:
        UsageError: a folder is none.

    """
    from lsp_server.features.project import Project
    from lsp_server.retrieval import Question, look_up

    question = Question(cursor.language, cursor.text, cursor.offset)
    store = Project(cursor.language, project, examples).store
    return look_up(question, store, str(Path(cursor.place).resolve()))


def _by_itself(request: CompletionRequest, eagerness: Eagerness) -> CompletionRequest:
    """The request as an editor makes it while one types."""
    from lsp_server.features.extent import opens_block

    opens = opens_block(request.language, request.prefix_or_new, request.landmarks, request.offset)
    return replace(request, candidates=1, multiline=opens, min_logprob=least_of(eagerness), automatic=True)


def _beside(cursor: Cursor, project: Path | None) -> tuple[str, ...]:
    """What may stand at the cursor again, as the server knows it; standard input is a file of this folder."""
    from lsp_server.languages.sources import read_corpus
    from lsp_server.retrieval import around

    folder = Path.cwd() if project is None else project.resolve()
    sources = read_corpus(folder, cursor.language).sources if project else ()
    texts = [(folder / source.name, source.text) for source in sources]
    return around(cursor.language, Path(cursor.place).resolve(), texts, cursor.text)


def _as_json(completion: Completion, told: Mapping[str, Explanation]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "language": completion.language_id,
        "offset": completion.offset,
        "items": [
            {
                "text": item.text,
                "start": item.start,
                "end": item.end,
                "logprob": item.logprob,
                "stop": item.stop,
            }
            for item in completion.items
        ],
        "timings_ms": dict(completion.timings_ms),
        "tokens": completion.tokens,
    }
    if told:
        asked, by_itself = told[_ASKED], told[_BY_ITSELF]
        answer |= {
            "reason": asked.reason,
            "statistics": dict(asked.statistics),
            "expected": list(asked.expected.names),
            "expected_at": asked.expected.error,
            "by_itself": {
                "offered": by_itself.offered,
                "reason": by_itself.reason,
                "timings_ms": dict(by_itself.timings_ms),
                "tokens": by_itself.tokens,
                "statistics": dict(by_itself.statistics),
            },
        }
    return answer


def _print(cursor: Cursor, completion: Completion, told: Mapping[str, Explanation]) -> None:
    from lsp_server.cli.screen import console, excerpt
    from lsp_server.text import LineIndex, Span

    out = console()
    line, column = LineIndex(cursor.text).position(cursor.offset)
    out.print(f"{cursor.place}:{line + 1}:{column + 1}", style="bold")
    mark = "" if out.is_terminal and not out.no_color else "~"
    for number, item in enumerate(completion.items, start=1):
        if len(completion.items) > 1:
            out.print(f"\nsuggestion {number} of {len(completion.items)}")
        joined = cursor.text[: item.start] + item.text + cursor.text[item.end :]
        span = Span(item.start, item.start + len(item.text))
        for row in excerpt(joined, span, "bold green", mark, width=_WIDEST, context=_CONTEXT):
            out.print(row)
    if not completion.items and not told:
        console(stderr=True).print(f"holegram: no suggestion: {completion.reason} (--explain says more)")
    if told:
        out.print()
        _print_account(cursor, told)


def _print_account(cursor: Cursor, told: Mapping[str, Explanation]) -> None:
    """What became of each request, what fits at the cursor, and what was dropped."""
    from lsp_server.cli.screen import console
    from lsp_server.features import account
    from lsp_server.text import LineIndex

    out, expected = console(), told[_ASKED].expected
    for name, one in told.items():
        out.print(f"{name}: {account.outcome(one)}")
        for line in (*account.strays(one), *account.dropped(one)):
            out.print(f"  dropped {line}")
    groups = account.fitting(expected.names)
    if groups:
        row, column = LineIndex(cursor.text).position(expected.error or 0)
        out.print(
            "what fits here:" if expected.error is None else f"what was expected at {row + 1}:{column + 1}:"
        )
        for title, names in groups:
            out.print(f"  {title}: {', '.join(names)}")


def _print_counters(told: Mapping[str, Explanation]) -> None:
    """What each request took, side by side, under plain labels."""
    from lsp_server.cli.screen import console, table
    from lsp_server.features import account

    rows = {name: account.figures(one.timings_ms, one.tokens, one.statistics) for name, one in told.items()}
    labels = dict.fromkeys(label for row in rows.values() for label in row)
    out = console()
    out.print()
    out.print(table(("", *rows), ((what, *(row.get(what, "0") for row in rows.values())) for what in labels)))
