"""Every bundle's `corpus/folds/`: what folds, as an editor shows it that hides whole lines."""

from __future__ import annotations

import pytest

from lsp_server.features.folding import folds
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import parse
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases


@pytest.mark.parametrize("case", read_cases("folds"), ids=str)
def test_case(case: Case) -> None:
    found = folds(parse(language_of(case), case.text), whole_lines=True)
    shown = [f"{fold.first + 1}-{fold.last + 1} {fold.kind or ''}".strip() for fold in found]
    assert tuple(shown or ["none"]) == case.expected


def test_what_is_hidden_is_nested_and_begins_and_ends_in_the_lines_told(language: Language) -> None:
    assert any(folds(parse(language, text)) for text in examples(language))
    for text in examples(language):
        tree = parse(language, text)
        found = folds(tree)
        for fold in found:
            assert (tree.lines.line_of(fold.span.start), tree.lines.line_of(fold.span.end)) == (
                fold.first,
                fold.last,
            )
            for other in found:
                one, two = sorted((fold.span, other.span))
                assert two.end <= one.end or one.end <= two.start


def test_of_too_many_the_innermost_are_left_out() -> None:
    text = "a = [\n  [\n    1,\n  ],\n]\nb = [\n  1,\n]\n"
    tree = parse(load_registry().by_id("hcl"), text)
    lines = [[fold.first for fold in folds(tree, limit=limit)] for limit in (0, 1, 2, 3)]
    assert lines == [[], [0], [0, 5], [0, 1, 5]]
