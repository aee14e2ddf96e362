"""What every command is given: the user's global options, and the languages that follow from them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lsp_server.languages import Language, Registry


@dataclass(frozen=True, slots=True)
class Options:
    """Options that stand before the command."""

    bundles: tuple[Path, ...] = ()


def options_of(ctx: typer.Context) -> Options:
    """The global options of the running command."""
    return ctx.ensure_object(Options)


def registry_of(ctx: typer.Context) -> Registry:
    """The languages of the running command; each bundle that cannot be used is a line on standard error."""
    from lsp_server.languages import load_registry

    registry = load_registry(options_of(ctx).bundles)
    for problem in registry.problems:
        print("holegram: bundle left out:", problem, file=sys.stderr)
    return registry


def language_named(ctx: typer.Context, name: str) -> Language:
    """A language by its id, or else by the folder of its bundle.

    Raises:
        UnknownLanguageError: there is no such language, and no such folder.
        HolegramError: the bundle in the folder cannot be used.

    """
    from lsp_server.languages import load_bundle

    registry = registry_of(ctx)
    if any(language.id == name for language in registry.languages) or not Path(name).is_dir():
        return registry.by_id(name)
    return load_bundle(Path(name))
