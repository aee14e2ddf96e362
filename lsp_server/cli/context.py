"""What every command is given: the user's global options, and the languages that follow from them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from lsp_server.agreement.asking import Judge
    from lsp_server.languages import Language, Registry


@dataclass(frozen=True, slots=True)
class Options:
    """Options that stand before the command."""

    bundles: tuple[Path, ...] = ()
    parsers: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()


def options_of(ctx: typer.Context) -> Options:
    """The global options of the running command."""
    return ctx.ensure_object(Options)


def registry_of(ctx: typer.Context) -> Registry:
    """The languages of the running command; each bundle that cannot be used is a line on standard error."""
    from lsp_server.languages import load_registry

    options = options_of(ctx)
    registry = load_registry(options.bundles, options.parsers)
    for problem in registry.problems:
        print("holegram: bundle left out:", problem, file=sys.stderr)
    for notice in registry.notices:
        print("holegram:", notice, file=sys.stderr)
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
    language = load_bundle(Path(name), options_of(ctx).parsers)
    if language.notice is not None:
        print("holegram:", language.notice, file=sys.stderr)
    return language


def judge_of(ctx: typer.Context, language: Language) -> Judge | None:
    """The judge that a bundle names; where it must not be run, or is not installed, a line says so.

    Raises:
        ManifestError: the module of a judge has no such function.

    """
    from lsp_server.agreement.judges import load_judge

    try:
        return load_judge(language, options_of(ctx).judges) if language.judges else None
    except UsageError as error:
        print("holegram:", error, file=sys.stderr)
        return None
