"""Options that several commands of the lab have, and what follows from them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsp_server.cli.context import language_named, options_of, registry_of
from lsp_server.errors import UsageError
from lsp_server.languages import Language

if TYPE_CHECKING:
    from lsp_server.lab.figures import Figure
    from lsp_server.languages.sources import Source

Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language", metavar="ID", help="A language; may be given several times.", show_default="all"
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="What to cut out; may be given several times.",
        show_default="all kinds",
    ),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="M",
        help="Path or name of a model to compare with the bundled one; may be given several times.",
        show_default=False,
    ),
]
MaxTokens = Annotated[
    int, typer.Option("--max-tokens", metavar="N", min=1, help="The most tokens in a suggestion.")
]
Sample = Annotated[
    int | None,
    typer.Option("--sample", metavar="N", min=1, help="Use at most this many files.", show_default=False),
]
Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        help="The project's folder, laid out like DATA. The model may copy from files near the one that is "
        "typed in.",
        show_default=False,
    ),
]
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="A folder with files; may be given several times.",
        show_default="the languages' examples",
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="A short run, to try it out: short files, few places.")]


def languages_of(ctx: typer.Context, named: Sequence[str] | None) -> list[Language]:
    """The languages that were named, some perhaps by the folders of their bundles, or all there are."""
    return [language_named(ctx, name) for name in named] if named else list(registry_of(ctx).languages)


def files_of(language: Language, data: Path, sample: int | None = None, seed: int = 0) -> Sequence[Source]:
    """The files of a language in a folder, a sample of them if that is wanted.

    Raises:
        UsageError: there is no such folder, or no such file in it.

    """
    from lsp_server.languages.sources import read_corpus

    return read_corpus(data, language, sample=sample, seed=seed).sources


def bundles_of(ctx: typer.Context) -> list[Path]:
    """The folders of further languages, for a server in a process of its own."""
    return [path.resolve() for path in options_of(ctx).bundles]


def machine() -> dict[str, Any]:
    """What times depend on, as data."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": load()}


def load() -> str:
    """How much else the machine has to do."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def times(figure: Figure, digits: int = 1) -> tuple[str, ...]:
    """The cells of a table that tell times in milliseconds, and how many there are."""
    ranks = (figure.p50, figure.p95, figure.p99)
    return (*(f"{rank:.{digits}f}" for rank in ranks), f"{figure.count}")


def function_named(name: str) -> Any:
    """A function that is named as MODULE:FUNCTION, which is run as it is.

    Raises:
        UsageError: there is none.

    """
    module, _, function = name.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError):
        raise UsageError(f"no function called '{name}'", remedy="name it as MODULE:FUNCTION") from None
