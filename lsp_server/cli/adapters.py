"""`holegram adapters`: what models have learnt from a user's own files, and where it applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cli.options import Json, print_json
from lsp_server.errors import HolegramError, UsageError

app = typer.Typer(help="List, choose, copy and remove what models have learnt from your own files.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of an adapter.", show_default=False)]


@app.callback()
def adapters() -> None:
    """List, choose, copy and remove what models have learnt from your own files."""


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the adapters that are installed, and where each is used."""
    from lsp_server.cli.screen import console, table
    from lsp_server.models.adapters import Card, in_use, names, read_card

    used = in_use()
    cards: dict[str, Card | str] = {}
    for name in names():
        try:
            cards[name] = read_card(name)
        except HolegramError as error:
            cards[name] = str(error)
    places = {name: sorted(where for where, what in used.items() if what == name) for name in cards}
    if as_json:
        told = {
            name: {"error": card} if isinstance(card, str) else asdict(card) | {"used": places[name]}
            for name, card in cards.items()
        }
        print_json(told)
        return
    out = console()
    if not cards:
        out.print("no adapter is installed (make one: holegram tune --language ID --data DIR)")
        return
    rows = [
        (name, "damaged", card, "", "")
        if isinstance(card, str)
        else (name, card.language, card.base, card.made[:10], ", ".join(places[name]) or "-")
        for name, card in cards.items()
    ]
    out.print(table(("adapter", "language", "base", "made", "used for"), rows))


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show the card of an adapter: its base, what it was made of, and how much it helped."""
    from lsp_server.cli.screen import console, table
    from lsp_server.models.adapters import read_adapter

    adapter = read_adapter(name)
    card = adapter.card
    if as_json:
        print_json(card)
        return
    rows = [
        ("adapter", name),
        ("language", card.language),
        ("base", f"{card.base} ({card.base_sha256[:12]})"),
        ("made", card.made),
        ("rank", str(adapter.settings.r)),
        ("bytes", f"{len(adapter.weights):,}"),
        *((what, f"{count:,}") for what, count in card.data.items()),
        *((what, _told(values)) for what, values in card.figures.items()),
    ]
    console().print(table(("what", "value"), rows))


@app.command()
def use(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The name of an adapter; 'none' for the model as it is.", show_default=False
        ),
    ],
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="ID",
            help="Use it for this language; by default for that which it was made for.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Use it in this folder only.", show_default=False),
    ] = None,
) -> None:
    """Have suggestions made with an adapter, where the settings of your editor name no other."""
    from lsp_server.models.adapters import NO_ADAPTER, read_card
    from lsp_server.models.adapters import use as use_at

    if language is not None and folder is not None:
        raise UsageError("--language and --folder exclude each other", remedy="give one of them")
    if folder is not None and not folder.is_dir():
        raise UsageError("no such directory", path=folder, remedy="name a folder")
    if name == NO_ADAPTER and language is None and folder is None:
        raise UsageError("where is none to be used?", remedy="give --language ID or --folder DIR")
    where = str(folder.resolve()) if folder else language or read_card(name).language
    use_at(where, name)
    print(f"{where}: the model as it is" if name == NO_ADAPTER else f"{where}: {name}")


@app.command()
def remove(name: Name) -> None:
    """Remove an adapter for good."""
    from lsp_server.models.adapters import remove as remove_it

    remove_it(name)
    print(f"removed {name}")


@app.command()
def export(
    name: Name,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.", show_default=False)
    ],
) -> None:
    """Copy an adapter into a folder, for another machine, or for a server such as vLLM."""
    from lsp_server.models.adapters import export as export_it

    print(export_it(name, folder))


@app.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder with an exported adapter.", show_default=False)
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="What to call it; by default as the folder.", show_default=False
        ),
    ] = None,
) -> None:
    """Install an adapter that was exported: data only, no code in it is run."""
    from lsp_server.models.adapters import bring

    print(bring(folder, name or folder.resolve().name))


def _told(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
