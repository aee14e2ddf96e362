"""Every bundle's `corpus/syntax/`: what is valid, and what is not.

The constraint grammar decides, and must say exactly what the case says. The tree-sitter grammars come from
elsewhere and differ in places; all that is asked of them is that valid text shows no error.
"""

from __future__ import annotations

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.languages import load_registry
from lsp_server.syntax import parse
from tests.corpus_cases import Case, read_cases


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"], ids=["open end", "line feed", "carriage return"])
@pytest.mark.parametrize("case", read_cases("syntax"), ids=str)
def test_case(case: Case, line_end: str) -> None:
    language = load_registry().by_id(case.language_id)
    grammar = load_grammar(language)
    text = case.text + line_end
    if line_end == "\r\n":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    verdict = "valid" if check(grammar, text) is None else "invalid"
    assert (verdict,) == case.expected
    if verdict == "valid":
        assert diagnose(parse(language, text), grammar) == ()
