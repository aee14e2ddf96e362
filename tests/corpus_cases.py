"""The cases under `corpus/` of all bundles, and of the samples in `languages/`, for all that run them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from lsp_server.languages import JudgeBinding, Language, bundled_directory, load_bundle, load_registry
from lsp_server.languages.cases import CURSOR, Case
from lsp_server.languages.cases import read_cases as read_of_bundle

__all__ = ["CURSOR", "SAMPLES", "Case", "language_of", "read_cases", "sample"]

SAMPLES = Path(__file__).parent / "languages"
"""Bundles of languages that are not shipped, each made of a grammar; Lark is their judge."""


def read_cases(kind: str, *roots: Path) -> tuple[Case, ...]:
    """All cases of a kind (`syntax`, `diagnostics`, `completions`), of every bundle under some directories.

    Raises:
        BundleError: a file holds something else than cases, or a case without title or expectation.

    """
    found = (sorted(root.glob("*/corpus")) for root in roots or (bundled_directory(), SAMPLES))
    bundles = [folder.parent for folders in found for folder in folders]
    return tuple(case for bundle in bundles for case in read_of_bundle(bundle, kind))


def language_of(case: Case) -> Language:
    """The language of a case."""
    samples = {path.parent.name for path in SAMPLES.glob("*/language.toml")}
    return (
        sample(case.language_id) if case.language_id in samples else load_registry().by_id(case.language_id)
    )


@cache
def sample(language_id: str) -> Language:
    """A language of the samples, its judge being Lark."""
    folder = SAMPLES / language_id
    judge = JudgeBinding("tests.lark_judge", "parse", arguments={"directory": str(folder)}, trusted=True)
    return replace(load_bundle(folder), judges=(judge,))
