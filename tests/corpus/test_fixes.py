"""Every bundle's `corpus/fixes/`, and that a fix always mends something and never breaks anything."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.features.fixes import fixes
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import parse
from lsp_server.text import Span, apply_edits
from tests.constraint.texts import examples
from tests.corpus_cases import Case, language_of, read_cases

PREFERRED = "* "


@pytest.mark.parametrize("case", read_cases("fixes"), ids=str)
def test_case(case: Case) -> None:
    language = language_of(case)
    found = fixes(parse(language, case.text), load_grammar(language), Span(0, len(case.text)))
    shown = [
        f"{PREFERRED * fix.preferred}{fix.title} => {json.dumps(apply_edits(case.text, [fix.edit]))}"
        for fix in found
    ]
    assert tuple(shown or ["none"]) == case.expected


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_fix_leaves_fewer_errors(language: Language, seed: int) -> None:
    chance = random.Random(seed)
    grammar = load_grammar(language)
    text = min(examples(language), key=len)
    start = chance.randrange(len(text))
    broken = (
        text[:start] + chance.choice(["", "(", "}", ",", "xy "]) + text[start + chance.choice([0, 1, 2]) :]
    )
    tree = parse(language, broken)
    before = diagnose(tree, grammar)
    found = fixes(tree, grammar, Span(0, len(broken)))
    assert not found or before
    for fix in found:
        after = apply_edits(broken, [fix.edit])
        assert len(diagnose(parse(language, after), grammar)) < len(before)
    assert all(sum(f.preferred for f in found if f.diagnostic == d) <= 1 for d in before)


def test_only_the_errors_at_a_place_are_mended() -> None:
    language = load_registry().by_id("hcl")
    text = "a = f(1\n\nb = 2\n\nc = g(3\n"
    found = fixes(parse(language, text), load_grammar(language), Span(len(text) - 2, len(text) - 2))
    assert {fix.diagnostic.span.start > 10 for fix in found} == {True}


def test_keywords_are_written_as_those_nearby() -> None:
    language = load_registry().by_id("postgres")
    text = "select a from t where b;\nselct a from t;\n"
    found = fixes(parse(language, text), load_grammar(language), Span(0, len(text)))
    assert found[0].title == "Replace `selct` by `select`"
