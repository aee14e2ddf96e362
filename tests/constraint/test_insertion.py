"""What is put in by its use leads to the same stacks as putting in each terminal alone."""

from __future__ import annotations

from random import Random

from lsp_server.constraint import Stack, load_grammar
from lsp_server.constraint.insertion import Landings, Use
from lsp_server.lalr.lexing import drive
from lsp_server.languages import Language
from tests.constraint.texts import examples


def test_terminals_of_one_use_lead_where_each_of_them_does(language: Language) -> None:
    grammar, rng = load_grammar(language), Random(3)
    table = grammar.table
    for text in examples(language):
        stacks = [stack for _, stack in drive(grammar, table.start(), text, 0)]
        for stack in rng.sample(stacks, min(len(stacks), 4)):
            alone = set()
            for name in table.accepts[stack.state] - table.dead - grammar.openers.keys():
                after = table.shift(stack, name)
                code = grammar.modes[stack.state] == ""
                if after is not None and (code or grammar.terminals[name].word is not None):
                    alone.add(table.settled(after).states())
            landings = Landings(grammar)
            together = [
                landings.landed(candidate, 0) for use in Use for candidate in landings.puts(stack, use, 0)
            ]
            assert {landed.states() for landed in together} == alone
            assert len({id(landed) for landed in together}) == len(alone)


def test_a_stack_is_made_once_for_each_place(language: Language) -> None:
    landings, start = Landings(load_grammar(language)), Stack(0, None, None)
    assert landings.stack(1, start, 0) is landings.stack(1, start, 0)
    assert landings.stack(1, start, 0) is not landings.stack(1, start, 1)
