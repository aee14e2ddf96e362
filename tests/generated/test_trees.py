"""A generated parser takes what Lark takes, and makes Lark's tree of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from lark import Lark

from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.sampling import draw_samples
from lsp_server.lalr import Grammar, check, load_grammar
from lsp_server.syntax.lr import load_parser
from tests.counts import tries
from tests.generated.grammars import SHAPES, TEMPLATES
from tests.generated.making import compare, every_node, made, own_language
from tests.lalr.test_indentation import GRAMMAR, JUDGE, RULES, texts


@pytest.mark.parametrize("name", SHAPES)
def test_trees_are_those_of_lark(name: str) -> None:
    language = own_language(SHAPES[name])
    lark = Lark(SHAPES[name], parser="lalr", propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, _programs(load_grammar(language), tries(40, 1_000)))


@pytest.mark.parametrize("name", SHAPES)
def test_both_makers_of_trees_agree(name: str) -> None:
    """On each node, comments and tokens without names too, and where it stands."""
    language = own_language(SHAPES[name])
    made_of_it, reads_it = made(language), load_parser(language)
    valid = 0
    for text in _programs(load_grammar(language), tries(40, 1_000)):
        if check(load_grammar(language), text) is None:
            valid += 1
            assert every_node(made_of_it, text) == every_node(reads_it, text), repr(text)
    assert valid > 30


def test_both_makers_of_trees_find_brackets_that_are_parts_of_lexemes() -> None:
    language = own_language(TEMPLATES, brackets=(("{", "}"), ("[", "]"), ("(", ")")))
    text = 'a = "é $${ { ${~ {b} ~} }";\nc = `é [ $[d(e)] $[f] ]`;\n'
    for parser in (made(language), load_parser(language)):
        tree = parser.parse(text)
        assert not tree.root.has_error
        places = sorted((tree.offset_at(place), sign) for place, sign in tree.brackets(0, tree.size))
        assert "".join(sign for _, sign in places) == "{{}}[()][]"
        assert all(text.startswith(sign, place) for place, sign in places)


def test_blocks_by_indentation_are_those_of_lark() -> None:
    language = own_language(GRAMMAR, indentation=RULES)
    lark = Lark(GRAMMAR, parser="lalr", postlex=JUDGE, propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, texts(Random(5), tries(250, 10_000)))


def _programs(grammar: Grammar, number: int) -> Iterator[str]:
    """Programs, each with two that have a slip."""
    mutator = Mutator(grammar, Random(3))
    for text in draw_samples(grammar, number, 3).texts:
        yield from (text, mutator.mutate(text), mutator.mutate(text))
