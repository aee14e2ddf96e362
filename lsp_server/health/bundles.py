"""The bundles: where each was found, and whether all of it can be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lsp_server.decoding import Model
from lsp_server.errors import BundleError
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.verifying import verify
from lsp_server.health.report import Advice, Bundle
from lsp_server.languages import Language, bundled_directory, load_registry, user_directory
from lsp_server.models import ScriptedModel
from lsp_server.syntax import Landmarks, maker


def try_bundles(
    named: Sequence[Path], parsers: Iterable[str], model: Model | None
) -> tuple[tuple[Bundle, ...], tuple[Advice, ...]]:
    """Read all bundles, and complete an empty text in each; without a model, one that says nothing does."""
    registry = load_registry(named, parsers)
    bundles, advice = [], [Advice(str(problem)) for problem in registry.problems]
    for language in registry.languages:
        problem = _problem(language, model or ScriptedModel({}))
        trees = maker(language) if problem is None else None
        bundles.append(Bundle(language.id, language.directory, _origin(language), problem is None, trees))
        if problem is not None:
            advice.append(Advice(problem))
        elif language.notice is not None:
            advice.append(Advice(language.notice, harmless=True))
        elif language.hint is not None:
            advice.append(Advice(language.hint, harmless=True))
    if not any(bundle.origin == "bundled" for bundle in bundles):
        advice.append(Advice(f"{bundled_directory()}: there is no bundle (install holegram again)"))
    return tuple(bundles), tuple(advice)


def _origin(language: Language) -> str:
    known = {bundled_directory(): "bundled", user_directory(): "yours"}
    return known.get(language.directory.parent, "named")


def _problem(language: Language, model: Model) -> str | None:
    """What is wrong with a bundle whose manifest could be read; None if nothing is."""
    try:
        tree = verify(language)
        complete(CompletionRequest("", 0, language, Landmarks(tree), max_tokens=4), model, lambda: False)
    except BundleError as error:
        return str(error)
    return None
