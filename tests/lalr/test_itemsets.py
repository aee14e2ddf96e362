"""Item sets, lookaheads and tables, against those that Lark itself finds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from lark.common import ParserConf
from lark.exceptions import GrammarError as LarkGrammarError
from lark.parsers.grammar_analysis import RulePtr
from lark.parsers.lalr_analysis import LALR_Analyzer, ParseTable, Shift, digraph

from lsp_server.lalr.analysis import GrammarReading, converted, read_rules
from lsp_server.lalr.itemsets import ItemSets, find_item_sets
from lsp_server.lalr.settling import CollisionError, settle
from lsp_server.lalr.table import Item, Rule, Table
from lsp_server.languages import load_registry
from tests.constraint.small import conflicting_rules, lark_text, random_grammar

HERE = Path("grammar.lark")
Items = frozenset[Item]


class Analyzer(LALR_Analyzer):
    """Lark's, but that steps which read each other in a circle, as in no LR(1) grammar, share no set.

    There what follows one of them follows some others too, as sets happen to be ordered.
    """

    def compute_lookaheads(self) -> None:
        shared = digraph(self.nonterminal_transitions, self.reads, self.directly_reads)
        reads = {step: set(symbols) for step, symbols in shared.items()}
        follow = digraph(self.nonterminal_transitions, self.includes, reads)
        for step, ended in self.lookback.items():
            for itemset, rule in ended:
                for symbol in follow[step]:
                    itemset.lookaheads[symbol].add(rule)


def read(grammar: str) -> GrammarReading:
    return read_rules(grammar, HERE, "start")


def items(pointers: Iterable[RulePtr]) -> Items:
    return frozenset(Item(converted(pointer.rule), pointer.index) for pointer in pointers)


def check_item_sets(reading: GrammarReading, start: str = "start") -> ItemSets:
    """The states, where they lead and what may be reduced in them are Lark's."""
    analyzer = Analyzer(ParserConf(reading.rules, {}, [start]))
    analyzer.compute_lr0_states()
    LALR_Analyzer.compute_reads_relations(analyzer)
    LALR_Analyzer.compute_includes_lookback(analyzer)
    analyzer.compute_lookaheads()
    found = find_item_sets(reading.priorities, start)
    kernels = [frozenset(kernel) for kernel in found.kernels]
    numbers = {kernel: state for state, kernel in enumerate(kernels)}
    assert len(numbers) == len(analyzer.lr0_itemsets)
    for itemset in analyzer.lr0_itemsets:
        state = numbers[items(itemset.kernel)]
        assert frozenset(found.items[state]) == items(itemset.closure)
        moves = {str(symbol.name): items(after.kernel) for symbol, after in itemset.transitions.items()}
        assert {symbol: kernels[after] for symbol, after in found.moves[state].items()} == moves
        lookaheads: dict[Rule, set[str]] = {}
        for symbol, rules in itemset.lookaheads.items():
            for rule in rules:
                lookaheads.setdefault(converted(rule), set()).add(str(symbol.name))
        assert {r: set(found.terminals(mask)) for r, mask in found.reduced[state].items()} == lookaheads
    return found


def lark_table(reading: GrammarReading) -> ParseTable | None:
    analyzer = Analyzer(ParserConf(reading.rules, {}, ["start"]))
    try:
        LALR_Analyzer.compute_lalr(analyzer)
    except LarkGrammarError:
        return None
    return analyzer.parse_table


def check_table(table: Table, lark: ParseTable) -> None:
    """Both do the same in the states that are reached in the same way."""
    reached = {lark.start_states["start"]: 0}
    pending = list(reached)
    while pending:
        state = pending.pop()
        row = lark.states[state]
        actions, gotos = table.actions[reached[state]], table.gotos[reached[state]]
        assert row.keys() == actions.keys() | gotos.keys()
        for name, (action, argument) in row.items():
            if action is Shift:
                after = gotos.get(name, actions.get(name, -1))
                if argument not in reached:
                    reached[argument] = after
                    pending.append(argument)
                assert reached[argument] == after >= 0
            else:
                assert table.rules[~actions[name]] == converted(argument)
    assert len(reached) == table.actions.count
    assert reached[lark.end_states["start"]] == table.final


@pytest.mark.parametrize("language_id", ["graphql", "hcl", "sparql"])
def test_the_item_sets_of_a_bundle_are_those_that_lark_finds(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    reading = read_rules(language.grammar, language.grammar_path, language.start)
    check_item_sets(reading, language.start)


@pytest.mark.parametrize("seed", range(40))
def test_the_table_of_a_random_grammar_is_that_of_lark(seed: int) -> None:
    reading = read(lark_text(random_grammar(seed)[0]))
    lark = lark_table(reading)
    assert lark is not None
    check_table(settle(check_item_sets(reading)), lark)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_grammar_with_conflicts_is_refused_where_lark_refuses_it(seed: int) -> None:
    reading = read(lark_text(conflicting_rules(seed)))
    sets, lark = check_item_sets(reading), lark_table(reading)
    if lark is None:
        with pytest.raises(CollisionError):
            settle(sets)
    else:
        check_table(settle(sets), lark)


def test_what_follows_goes_through_all_that_may_be_empty() -> None:
    check_item_sets(read('start: x y z "b"\nx: "a"*\ny: ["c"] z\nz: | start "d"?\n'))


def test_priorities_choose_between_rules_that_have_ended() -> None:
    choosing = 'start: (x | y | z) "."\nx.2: "a"\ny.1: "a"\nz.{0}: "a"\n'
    reading = read(choosing.format(1))
    lark = lark_table(reading)
    assert lark is not None
    check_table(settle(check_item_sets(reading)), lark)
    reading = read(choosing.format(2))
    assert lark_table(reading) is None
    with pytest.raises(CollisionError) as caught:
        settle(check_item_sets(reading))
    assert [rule.origin for rule in caught.value.rules] == ["x", "z"]
