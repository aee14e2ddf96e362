"""Where a grammar leaves it open whether a rule ends or goes on, and Lark goes on without a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lark.common import ParserConf
from lark.parsers.grammar_analysis import LR0ItemSet
from lark.parsers.lalr_analysis import LALR_Analyzer

from lsp_server.lalr.analysis import converted, read_rules, share_symbols
from lsp_server.lalr.lookahead import find_lookaheads
from lsp_server.lalr.table import Rule
from lsp_server.languages import Language


@dataclass(frozen=True, slots=True)
class Choice:
    """Before a terminal, `ended` might end and `going_on` goes on with it: Lark does the latter."""

    terminal: str
    ended: Rule
    going_on: Rule


def silent_choices(language: Language) -> tuple[Choice, ...]:
    """The shift/reduce conflicts of a grammar, each once, in the order of its rules.

    Raises:
        GrammarError: the text is not a Lark grammar.

    """
    _, rules, _, _ = read_rules(language)
    share_symbols(rules)
    analyzer = LALR_Analyzer(ParserConf(rules, {}, [language.start]))
    analyzer.compute_lr0_states()
    find_lookaheads(analyzer)
    found = dict.fromkeys(choice for state in analyzer.lr0_itemsets for choice in _choices(state))
    order = {converted(rule): number for number, rule in enumerate(rules)}
    return tuple(sorted(found, key=lambda choice: (order.get(choice.ended, -1), choice.terminal)))


def _choices(state: LR0ItemSet) -> Iterator[Choice]:
    for terminal in state.lookaheads.keys() & state.transitions.keys():
        onward = sorted(
            (converted(item.rule) for item in state.closure if not item.is_satisfied and item.next == terminal),
            key=lambda rule: (rule.origin, rule.expansion),
        )
        for rule in state.lookaheads[terminal]:
            yield Choice(str(terminal.name), converted(rule), onward[0])
