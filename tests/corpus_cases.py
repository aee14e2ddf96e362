"""The cases under `grammars/<id>/corpus/` of all bundles, for every test that runs them."""

from __future__ import annotations

from pathlib import Path

from lsp_server.languages import bundled_directory
from lsp_server.languages.cases import CURSOR, Case
from lsp_server.languages.cases import read_cases as read_of_bundle

__all__ = ["CURSOR", "Case", "read_cases"]


def read_cases(kind: str, root: Path | None = None) -> tuple[Case, ...]:
    """All cases of a kind (`syntax`, `diagnostics`, `completions`), of every bundle under a directory.

    Raises:
        BundleError: a file holds something else than cases, or a case without title or expectation.

    """
    bundles = sorted(folder.parent for folder in (root or bundled_directory()).glob("*/corpus"))
    return tuple(case for bundle in bundles for case in read_of_bundle(bundle, kind))
