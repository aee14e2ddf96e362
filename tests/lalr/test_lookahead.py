"""Lookaheads, against those that Lark itself finds."""

from __future__ import annotations

import pytest
from lark.common import ParserConf
from lark.grammar import Rule
from lark.load_grammar import load_grammar as read_grammar
from lark.parsers.lalr_analysis import LALR_Analyzer

from lsp_server.lalr.lookahead import find_lookaheads
from lsp_server.languages import load_registry
from tests.constraint.small import lark_text, random_grammar


def rules_of(grammar: str, start: str = "start") -> list[Rule]:
    """The rules of the text of a grammar, as Lark expands them."""
    rules: list[Rule] = read_grammar(grammar, "grammar.lark", [], False)[0].compile([start], "*")[1]
    return rules


def check_lookaheads(rules: list[Rule], start: str = "start") -> None:
    """The lookaheads of all item sets are Lark's."""
    analyzer = LALR_Analyzer(ParserConf(rules, {}, [start]))
    analyzer.compute_lr0_states()
    find_lookaheads(analyzer)
    found = [dict(itemset.lookaheads) for itemset in analyzer.lr0_itemsets]
    for itemset in analyzer.lr0_itemsets:
        itemset.lookaheads.clear()
    analyzer.compute_reads_relations()
    analyzer.compute_includes_lookback()
    analyzer.compute_lookaheads()
    assert found == [itemset.lookaheads for itemset in analyzer.lr0_itemsets]


@pytest.mark.parametrize("language_id", ["graphql", "hcl", "sparql"])
def test_the_lookaheads_of_a_bundle_are_those_that_lark_finds(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    check_lookaheads(rules_of(language.grammar, language.start), language.start)


@pytest.mark.parametrize("seed", range(40))
def test_the_lookaheads_of_a_random_grammar_are_those_that_lark_finds(seed: int) -> None:
    check_lookaheads(rules_of(lark_text(random_grammar(seed)[0])))


def test_what_follows_goes_through_all_that_may_be_empty() -> None:
    check_lookaheads(rules_of('start: x y z "b"\nx: "a"*\ny: ["c"] z\nz: | start "d"?\n'))
