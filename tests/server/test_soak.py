"""A few hundred random operations in each language; `python -m tests.soak` does as many as one likes."""

from __future__ import annotations

from lsp_server.languages import Language
from tests.soak.running import CHECKED, soak

OPERATIONS = 2 * CHECKED


def test_nothing_goes_wrong_whatever_an_editor_does(language: Language) -> None:
    report = soak([language], OPERATIONS, seed=1, suggesting=0.03)
    assert sum(report.operations.values()) == OPERATIONS
    assert report.checks > 0
    assert report.answers > OPERATIONS
