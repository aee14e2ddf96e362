"""What may stand next after a stack: as trying each terminal tells, and with much less work."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.constraint import load_grammar
from lsp_server.lalr import END, goes_on, only_next
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import drive
from lsp_server.lalr.table import Stack
from lsp_server.languages import Language
from tests.constraint.texts import examples
from tests.features.completing import language_of
from tests.work import calls

SEEN, FAR = 7, 2_000


def stacks(grammar: Grammar, language: Language) -> Iterator[Stack]:
    """Some of those before the lexemes of texts that are in the language."""
    for text in examples(language)[:4]:
        for number, (_, stack) in enumerate(drive(grammar, grammar.start(), text[:FAR], 0)):
            if number % SEEN == 0:
                yield stack


def test_what_may_stand_next_is_what_can_be_shifted(language: Language) -> None:
    grammar = load_grammar(language)
    table = grammar.table
    for stack in stacks(grammar, language):
        possible = [name for name in table.accepts[stack.state] if table.shift(stack, name) is not None]
        assert END not in possible
        assert only_next(table, stack) == (possible[0] if len(possible) == 1 else None)
        assert goes_on(table, stack) == (bool(possible) or table.completes(stack))


def test_that_but_one_thing_may_stand_next_is_found_without_trying_all() -> None:
    grammar = load_grammar(language_of("postgres"))
    *_, (_, stack) = drive(grammar, grammar.start(), "CREATE UNIQUE INDEX IF NOT EXISTS a", 0)
    assert only_next(grammar.table, stack) == "ON"
    assert len(grammar.table.accepts[stack.state]) > 100
    assert calls(lambda: only_next(grammar.table, stack)) < 100
