"""Programs made from examples: valid, not copies, the same for the same seed, and they cover the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.errors import UsageError
from lsp_server.languages import Language, load_bundle
from lsp_server.languages.sources import Source, examples_of
from lsp_server.training.synthesis import coverage_plot, coverage_table, synthesize

RULES = Path(__file__).parents[1] / "languages" / "rules"


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_bundle(RULES)


def test_programs_are_valid_and_new(rules: Language) -> None:
    def valid(text: str) -> bool:
        return check(load_grammar(rules), text) is None

    examples = examples_of(rules)
    made = synthesize(rules, examples, 12, valid, seed=3)
    assert len(made.texts) >= 10
    assert not {source.text for source in examples} & set(made.texts)
    assert all(map(valid, made.texts))
    assert made.covered > len(made.examples) / 4
    assert synthesize(rules, examples, 12, valid, seed=3).texts == made.texts
    assert f"{made.covered} of {len(made.examples)} are covered" in coverage_table(made)
    assert coverage_plot(made).startswith("<svg")


def test_what_the_judge_refuses_is_left_out_and_counted(rules: Language) -> None:
    made = synthesize(rules, examples_of(rules), 2, lambda text: False)
    assert made.texts == ()
    assert made.left_out["not valid"] > 0


def test_a_model_may_write_a_part(rules: Language) -> None:
    made = synthesize(rules, examples_of(rules), 6, lambda text: True, fill=lambda text, at: "FILLED")
    assert any("FILLED" in text for text in made.texts)


def test_without_a_valid_example_nothing_is_made(rules: Language) -> None:
    with pytest.raises(UsageError, match="no valid example"):
        synthesize(rules, [Source("a", "((((")], 1, lambda text: True)
