"""Every bundle's `corpus/selections/`: what a selection at the cursor grows to, up to the whole text."""

from __future__ import annotations

import json

import pytest

from lsp_server.features.selection import selections
from lsp_server.languages import Language
from lsp_server.syntax import parse
from lsp_server.text import Span
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases


@pytest.mark.parametrize("case", read_cases("selections"), ids=str)
def test_case(case: Case) -> None:
    # With an end of its own the whole text is none of the steps before.
    text = case.text + "\n"
    steps = selections(parse(language_of(case), text), case.cursor)
    assert steps[-1] == Span(0, len(text))
    assert [text[step.start : step.end] for step in steps[:-1]] == [json.loads(row) for row in case.expected]


def test_each_step_is_wider_and_holds_the_cursor(language: Language) -> None:
    for text in examples(language):
        tree = parse(language, text)
        for offset in range(0, len(text) + 1, 7):
            steps = selections(tree, offset)
            assert all(step.start <= offset <= step.end for step in steps)
            wider = zip(steps[1:], steps, strict=False)
            assert all(s.start <= t.start and t.end <= s.end and s != t for s, t in wider)
            assert steps[-1] == Span(0, len(text))


def test_an_empty_text_is_selected_as_it_is(language: Language) -> None:
    assert selections(parse(language, ""), 0) == (Span(0, 0),)
