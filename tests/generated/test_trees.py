"""A generated parser takes what Lark takes, and makes Lark's tree of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from lark import Lark

from lsp_server.evaluation.mutations import Mutator
from lsp_server.evaluation.sampling import draw_samples
from lsp_server.lalr import Grammar, load_grammar
from tests.counts import tries
from tests.generated.grammars import SHAPES
from tests.generated.making import compare, own_language
from tests.lalr.test_indentation import GRAMMAR, JUDGE, RULES, texts


@pytest.mark.parametrize("name", SHAPES)
def test_trees_are_those_of_lark(name: str) -> None:
    language = own_language(SHAPES[name])
    lark = Lark(SHAPES[name], parser="lalr", propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, _programs(load_grammar(language), tries(60, 1_000)))


def test_blocks_by_indentation_are_those_of_lark() -> None:
    language = own_language(GRAMMAR, indentation=RULES)
    lark = Lark(GRAMMAR, parser="lalr", postlex=JUDGE, propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, texts(Random(5), tries(500, 10_000)))


def _programs(grammar: Grammar, number: int) -> Iterator[str]:
    """Programs, each with two that have a slip."""
    mutator = Mutator(grammar, Random(3))
    for text in draw_samples(grammar, number, 3).texts:
        yield from (text, mutator.mutate(text), mutator.mutate(text))
