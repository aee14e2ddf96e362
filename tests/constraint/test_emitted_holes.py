"""The emitted hole grammar, as the mask engine reads it, against every short text, Lark being the judge.

Random languages whose terminals overlap, random prefixes and random suffixes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

import pytest

from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    Grammar,
    Oracle,
    Prefix,
    Window,
    hole_grammar,
    load_grammar,
    windows,
)
from lsp_server.constraint.hole import Apart, Maybe, Symbol, Variant, Within
from lsp_server.constraint.naming import LastingNames, Names
from lsp_server.lalr.lexing import drive
from lsp_server.lalr.table import END
from lsp_server.languages import Language
from tests.constraint.test_random_languages import random_language, texts, valid_texts
from tests.constraint.texts import examples
from tests.decoding.matching import begins
from tests.lalr.test_lexing import by_lark

SEEDS = range(100, 160)
BATCH = 10
TYPED = texts(3)
GAPS = 12


@cache
def valid(seed: int, text: str) -> bool:
    return by_lark(random_language(seed), text)[1]


def gaps(seed: int) -> list[tuple[str, str]]:
    """Prefixes and suffixes, each of a valid text with something taken out."""
    rng = Random(seed)
    found = set()
    for text in valid_texts(seed):
        for _ in range(6):
            start = rng.randint(0, len(text))
            found.add((text[:start], text[rng.randint(start, len(text)) :]))
    return rng.sample(sorted(found), min(GAPS, len(found)))


def read_as(window: Window, terminals: Sequence[str]) -> bool:
    """Whether some terminals, the end among them, begin as a window says."""
    places = {0}
    for lexeme in window.lexemes:
        after = {n + 1 for n in places if n < len(terminals) and terminals[n] in lexeme.terminals}
        places = after | (places if lexeme.optional else set())
    return bool(places) if window.open else len(terminals) in places


def splits(grammar: Grammar, before: str, after: str, readings: Sequence[Window]) -> bool:
    """Whether a lexeme begins where two texts meet and the second is read there as was foreseen."""
    lexemes = [lexeme for lexeme, _ in drive(grammar, grammar.table.start(), before + after, 0)]
    if any(lexeme.start < len(before) < lexeme.end for lexeme in lexemes):
        return False
    terminals = [lexeme.terminal for lexeme in lexemes if lexeme.start >= len(before)]
    assert terminals[-1] == END
    return any(read_as(window, terminals) for window in readings)


def longest(grammar: Grammar, text: str, border: int) -> bool:
    """Whether each lexeme before a border could not go on, and is nothing else by priority.

    Lark goes back from a longer lexeme that fails, and prefers a terminal of higher priority to a longer one
    and to what is ignored. The mask engine does neither, so that a mask may leave out what takes that.
    """
    stack, offset = grammar.table.start(), 0
    while offset < border:
        scanner = grammar.scanner_at(stack)
        found = scanner.match(text, offset)
        if found is None:
            return False
        name, end = found
        begin = grammar.automaton.start(scanner.terminals)
        accepting = begin.run(text, offset, end).accepting
        if not (accepting <= grammar.ignored or accepting.isdisjoint(grammar.ignored)):
            return False
        if len({grammar.terminals[terminal].priority for terminal in accepting}) > 1:
            return False
        if end < border and begin.run(text, offset, end + 1).alive:
            return False
        if name not in grammar.ignored:
            after = grammar.shift(stack, name, text, offset, end)
            if after is None:
                return False
            stack = after
        offset = end
    return True


@pytest.mark.parametrize("first", SEEDS[::BATCH])
def test_what_fits_between_two_texts_is_allowed_there_letter_by_letter(first: int) -> None:
    looked_at = 0
    for seed in range(first, first + BATCH):
        language = random_language(seed)
        grammar = load_grammar(language)
        for prefix, suffix in gaps(seed):
            document = prefix + suffix
            state = Prefix(grammar, document).at(len(prefix))
            assert isinstance(state, CursorState), (language.grammar, prefix, suffix)
            readings = windows(grammar, document, state, RELAXATIONS[0])
            hole = hole_grammar(grammar, state, readings).text
            for typed in TYPED:
                before = prefix + typed
                if (
                    valid(seed, before + suffix)
                    and splits(grammar, before, suffix, readings)
                    and longest(grammar, before + suffix, len(before))
                ):
                    spelled = document[state.offset : len(prefix)] + typed
                    assert begins(hole, spelled), (language.grammar, prefix, typed, suffix)
                    looked_at += 1
    assert looked_at > 20 * BATCH


@pytest.mark.parametrize("seed", SEEDS)
def test_the_oracle_takes_between_two_texts_exactly_what_lark_takes(seed: int) -> None:
    language = random_language(seed)
    grammar = load_grammar(language)
    for prefix, suffix in gaps(seed):
        document = prefix + suffix
        state = Prefix(grammar, document).at(len(prefix))
        assert isinstance(state, CursorState), (language.grammar, prefix, suffix)
        oracle = Oracle(grammar, document, state, windows(grammar, document, state, RELAXATIONS[0]))
        for typed in TYPED:
            whole = valid(seed, prefix + typed + suffix)
            taken = oracle.viable(typed) and oracle.fit(typed).complete
            # What is ignored must not hide what follows the cursor, and in these languages it may.
            assert taken == whole or (whole and bool(grammar.ignored)), (
                language.grammar,
                prefix,
                typed,
                suffix,
            )


def test_each_rule_of_a_hole_grammar_is_written_once(language: Language) -> None:
    grammar, rng = load_grammar(language), Random(1)
    for text in examples(language)[:1]:
        for cursor in rng.sample(range(len(text)), 4):
            state = Prefix(grammar, text).at(cursor)
            if isinstance(state, CursorState):
                hole = hole_grammar(grammar, state, windows(grammar, text, state, RELAXATIONS[0])).text
                names = [line.partition(":")[0] for line in hole.splitlines() if not line.startswith("%")]
                assert len(names) == len(set(names)) > 1, cursor


def test_symbols_are_called_the_same_whatever_was_named_before() -> None:
    within = Within(Apart("NOT"))
    symbols: list[Symbol] = [Apart("NOT"), within, Variant("not", 1, 2), Maybe(within), Within("NOT")]
    forwards, backwards = (Names(LastingNames(["not"], ["NOT"])) for _ in range(2))
    named = {symbol: forwards.rule(symbol) for symbol in symbols}
    assert {symbol: backwards.rule(symbol) for symbol in reversed(symbols)} == named
    assert forwards.apart("NOT") == named[Apart("NOT")] == "NOT_APART"
