"""`holegram complete`: what a suggestion at a cursor would be."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsp_server.cli.context import registry_of
from lsp_server.cli.cursor import Cursor, read_cursor
from lsp_server.cli.options import Json, Model
from lsp_server.features.recall import LEAST_CONFIDENCE

if TYPE_CHECKING:
    from lsp_server.features.completion import Completion, CompletionRequest
    from lsp_server.features.explaining import Explanation

_ASKED, _BY_ITSELF = "asked for", "by itself"

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
    timeout: Annotated[
        int | None,
        typer.Option(
            metavar="MS",
            min=1,
            help="Milliseconds that it may take; what was found by then is printed.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Print also what may stand there, timings, statistics, and why nothing is suggested: when "
            "asked for, as here, and by itself, as in an editor while one types.",
        ),
    ] = False,
    confidence: Annotated[
        float,
        typer.Option(
            metavar="P", min=0, max=1, help="How likely what comes by itself must be, for --explain."
        ),
    ] = LEAST_CONFIDENCE,
) -> None:
    """Suggest what to write at a cursor; whatever is suggested parses there.

    It is asked for: also what is not likely is suggested, and what the model did not mean.
    """
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
        limit_ms=timeout or math.inf,
    )
    loaded = load_model(model)
    completion = complete_at(request, loaded, lambda: False)
    told: dict[str, Explanation] = {}
    if explain:
        from lsp_server.features.explaining import explain as explain_it

        by_itself = complete_at(_by_itself(request, confidence), loaded, lambda: False)
        for name, made in ((_ASKED, completion), (_BY_ITSELF, by_itself)):
            told[name] = explain_it(made, request.prefix_or_new, request.landmarks)
    if as_json:
        print(json.dumps(_as_json(completion, told), indent=2))
    else:
        _print(cursor, completion, told)


def _by_itself(request: CompletionRequest, confidence: float) -> CompletionRequest:
    """The request as an editor makes it while one types."""
    from lsp_server.features.extent import opens_block

    opens = opens_block(request.language, request.prefix_or_new, request.landmarks, request.offset)
    least = math.log(confidence) if confidence else -math.inf
    return replace(request, candidates=1, multiline=opens, least=least, unasked=True)


def _beside(cursor: Cursor, project: Path | None) -> tuple[str, ...]:
    """What may stand at the cursor again, as the server knows it; standard input is a file of this folder."""
    from lsp_server.evaluation.corpus import read_corpus
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
    from lsp_server.text import Span

    out = console()
    for number, item in enumerate(completion.items, start=1):
        if len(completion.items) > 1:
            out.print(f"{number}. log-probability per token {item.logprob:.2f}", style="dim")
        joined = cursor.text[: item.start] + item.text + cursor.text[item.end :]
        for row in excerpt(joined, Span(item.start, item.start + len(item.text)), "bold green", "~"):
            out.print(row)
    if not completion.items and not told:
        console(stderr=True).print(f"holegram: no suggestion: {completion.reason} (see --explain)")
    if told:
        _print_account(cursor, told)


def _print_account(cursor: Cursor, told: Mapping[str, Explanation]) -> None:
    """What became of each request, what may stand at the cursor, and what each took, side by side."""
    from lsp_server.cli.screen import console, table
    from lsp_server.text import LineIndex

    out, expected = console(), told[_ASKED].expected
    for name, one in told.items():
        out.print(f"{name}: {one.reason or f'{one.offered} suggested'}")
    if expected.names:
        line, column = LineIndex(cursor.text).position(expected.error or 0)
        where = "here" if expected.error is None else f"at {line + 1}:{column + 1}"
        out.print(f"expected {where}: {', '.join(expected.names)}")
    rows = {name: _figures(one) for name, one in told.items()}
    out.print(
        table(("what", *rows), ((what, *(row[what] for row in rows.values())) for what in rows[_ASKED]))
    )


def _figures(told: Explanation) -> dict[str, str]:
    counts = {"tokens": told.tokens, **told.statistics}
    return {f"{name} ms": f"{ms:.1f}" for name, ms in told.timings_ms.items()} | {
        name: f"{value:g}" for name, value in counts.items()
    }
