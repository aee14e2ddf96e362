"""Every bundle's `corpus/diagnostics/`: what is shown for a text, where, in which words."""

from __future__ import annotations

import pytest

from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import Diagnostic, diagnose
from lsp_server.syntax import parse
from lsp_server.text import LineIndex
from tests.corpus_cases import Case, language_of, read_cases


def written(lines: LineIndex, diagnostic: Diagnostic) -> str:
    places = [lines.position(offset) for offset in (diagnostic.span.start, diagnostic.span.end)]
    (first, last) = (f"{line + 1}:{column + 1}" for line, column in places)
    return f"{first}-{last} {diagnostic.message}"


@pytest.mark.parametrize("case", read_cases("diagnostics"), ids=str)
def test_case(case: Case) -> None:
    language = language_of(case)
    found = diagnose(parse(language, case.text), load_grammar(language))
    lines = LineIndex(case.text)
    shown = tuple(written(lines, diagnostic) for diagnostic in found) or ("none",)
    assert shown == case.expected
