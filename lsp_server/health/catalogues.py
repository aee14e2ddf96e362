"""Looks at the catalogues of the folder in which somebody works."""

from __future__ import annotations

from pathlib import Path

from lsp_server.errors import HolegramError
from lsp_server.health.report import Advice, CatalogueReport
from lsp_server.languages.catalogue import FOLDER, SUFFIX, every, is_outdated, read_catalogue, told_outdated


def catalogues(root: Path) -> tuple[tuple[CatalogueReport, ...], tuple[Advice, ...]]:
    """The catalogues of a workspace; it is advised to make those anew whose source is newer."""
    found: list[CatalogueReport] = []
    advice: list[Advice] = []
    for path in sorted((root / FOLDER).glob(f"*{SUFFIX}")):
        try:
            catalogue = read_catalogue(path, within=(root,))
        except HolegramError as error:
            advice.append(Advice(str(error)))
            continue
        names = sum(1 for _ in every(catalogue.symbols))
        found.append(CatalogueReport(path, catalogue.language, names, catalogue.made, catalogue.source.name))
        if is_outdated(catalogue):
            advice.append(Advice(told_outdated(catalogue), harmless=True))
    return tuple(found), tuple(advice)
