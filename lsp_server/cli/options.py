"""Options that several commands have."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

Lang = Annotated[
    str,
    typer.Argument(
        metavar="LANG", help="The id of a language, or the folder of a bundle.", show_default=False
    ),
]
Data = Annotated[
    Path,
    typer.Option("--data", metavar="DIR", help="A folder with files of the language.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", help="Seed of the random numbers: the same seed draws the same.")
]
Adapter = Annotated[
    str | None,
    typer.Option(
        "--adapter",
        metavar="NAME",
        help="An installed adapter that the model wears (see `holegram adapters`).",
        show_default=False,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="M",
        help="Path or name of a model; by default the bundled one.",
        show_default=False,
    ),
]
Examples = Annotated[
    list[Path] | None,
    typer.Option(
        "--examples",
        metavar="DIR",
        help="A folder with docs (Markdown) and examples; may be given several times.",
        show_default=False,
    ),
]
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


def print_json(data: object) -> None:
    """Print data, and dataclasses in it, as JSON."""
    print(json.dumps(data, indent=2, default=asdict))
