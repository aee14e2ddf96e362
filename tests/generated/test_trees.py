"""A generated parser takes what Lark takes, and makes Lark's tree of it."""

from __future__ import annotations

from random import Random

import pytest
from lark import Lark

from lsp_server.evaluation.mutations import Mutator
from lsp_server.evaluation.sampling import draw_samples
from lsp_server.lalr import load_grammar
from tests.counts import tries
from tests.generated.grammars import SHAPES
from tests.generated.making import judged, made, own_language, plain


@pytest.mark.parametrize("name", SHAPES)
def test_trees_are_those_of_lark(name: str) -> None:
    language = own_language(SHAPES[name])
    binding = made(language)
    lark = Lark(SHAPES[name], parser="lalr", propagate_positions=True, maybe_placeholders=False)
    accepted = rejected = 0
    random = Random(3)
    mutator = Mutator(load_grammar(language), random)
    for text in draw_samples(load_grammar(language), tries(60, 1_000), 3).texts:
        for tried in (text, mutator.mutate(text), mutator.mutate(text)):
            expected = judged(lark, tried)
            found = plain(binding, tried)
            assert (found is None) == (expected is None), repr(tried)
            if expected is None:
                rejected += 1
            else:
                accepted += 1
                assert found == expected, repr(tried)
    assert min(accepted, rejected) > 20
