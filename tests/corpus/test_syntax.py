"""Every bundle's `corpus/syntax/` and `corpus/keywords/`: what is valid, and what is not.

The constraint grammar decides, and must say exactly what the case says; the judge shows that the case is
right. The tree-sitter grammars come from elsewhere and differ in places; all that is asked of them is that
valid text shows no error.
"""

from __future__ import annotations

from functools import cache

import pytest

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import check, load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.languages import Language
from lsp_server.syntax import parse
from tests.corpus_cases import Case, language_of, read_cases

CASES = [*read_cases("syntax"), *read_cases("keywords")]
LENIENT = "lenient"
"""Says that the judge takes what the language's specification forbids."""


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"], ids=["open end", "line feed", "carriage return"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, line_end: str) -> None:
    language = language_of(case)
    grammar = load_grammar(language)
    text = case.text + line_end
    if line_end == "\r\n":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    verdict = "valid" if check(grammar, text) is None else "invalid"
    assert verdict == case.expected[0]
    if verdict == "valid":
        assert diagnose(parse(language, text), grammar) == ()


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_judge_agrees(case: Case) -> None:
    assert case.expected in (("valid",), ("invalid",), ("invalid", LENIENT))
    verdict = judge_of(language_of(case))(case.text)
    assert verdict.well_formed == (case.expected != ("invalid",)), verdict.message
