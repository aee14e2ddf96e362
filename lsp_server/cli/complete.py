"""`holegram complete`: what a suggestion at a cursor would be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import Cursor, read_cursor
from lsp_server.cli.options import Json, Model

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion

Place = Annotated[
    str,
    typer.Argument(
        metavar="FILE:LINE:COL",
        help="A cursor, counted from 1 in characters; - reads standard input, where <|> marks it.",
        show_default=False,
    ),
]
LanguageId = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="ID", help="The language; by default the file's name tells.", show_default=False
    ),
]


def complete(
    ctx: typer.Context,
    place: Place,
    language: LanguageId = None,
    candidates: Annotated[int, typer.Option(metavar="K", min=1, max=20, help="How many suggestions.")] = 1,
    max_tokens: Annotated[
        int, typer.Option(metavar="N", min=1, max=1024, help="Most tokens of a suggestion.")
    ] = 48,
    multiline: Annotated[
        bool, typer.Option("--multiline", help="Let a suggestion go on over several lines.")
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The project's folder: its files near the cursor's are known.",
            show_default=False,
        ),
    ] = None,
    model: Model = None,
    as_json: Json = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print also timings, statistics, and why nothing is suggested.")
    ] = False,
) -> None:
    """Suggest what to write at a cursor; whatever is suggested parses there."""
    cursor = read_cursor(place, language, registry_of(ctx))

    from lsp_server.features.completion import CompletionRequest
    from lsp_server.features.completion import complete as complete_at
    from lsp_server.models import load_model
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
    )
    completion = complete_at(request, load_model(model), lambda: False)
    if as_json:
        print(json.dumps(_as_json(completion, explain), indent=2))
    else:
        _print(cursor, completion, explain)


def _beside(cursor: Cursor, project: Path | None) -> tuple[str, ...]:
    """What may stand at the cursor again, as the server knows it; standard input is a file of this folder."""
    from lsp_server.evaluation.corpus import read_corpus
    from lsp_server.retrieval import around

    folder = Path.cwd() if project is None else project.resolve()
    sources = read_corpus(folder, cursor.language).sources if project else ()
    texts = [(folder / source.name, source.text) for source in sources]
    return around(cursor.language, Path(cursor.place).resolve(), texts)


def _as_json(completion: Completion, explain: bool) -> dict[str, Any]:
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
    if explain:
        answer |= {"reason": completion.reason, "statistics": dict(completion.statistics)}
    return answer


def _print(cursor: Cursor, completion: Completion, explain: bool) -> None:
    from lsp_server.cli.screen import console, excerpt, table
    from lsp_server.text import Span

    out = console()
    for number, item in enumerate(completion.items, start=1):
        if len(completion.items) > 1:
            out.print(f"{number}. log-probability per token {item.logprob:.2f}", style="dim")
        joined = cursor.text[: item.start] + item.text + cursor.text[item.end :]
        for row in excerpt(joined, Span(item.start, item.start + len(item.text)), "bold green", "~"):
            out.print(row)
    if not completion.items and not explain:
        console(stderr=True).print(f"holegram: no suggestion: {completion.reason} (see --explain)")
    if explain:
        counts = {"tokens": completion.tokens, **completion.statistics}
        rows = [
            *([("reason", completion.reason)] if completion.reason else []),
            *((f"{name} ms", f"{ms:.1f}") for name, ms in completion.timings_ms.items()),
            *((name, f"{value:g}") for name, value in counts.items()),
        ]
        out.print(table(("what", "value"), rows))
