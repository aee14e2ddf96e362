"""No symbol is left out of account that may stand for some lexemes: brute force over short words."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from lsp_server.constraint.reach import Reach
from lsp_server.constraint.window import WindowLexeme
from tests.constraint.earley import Earley
from tests.constraint.small import LETTERS, random_grammar, words


@pytest.mark.parametrize("open_", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_symbol_begins_and_ends_no_farther_than_is_said(seed: int, open_: bool) -> None:
    rules, grammar = random_grammar(seed)
    rng = Random(seed)
    for _ in range(6):
        lexemes = tuple(
            WindowLexeme(frozenset(rng.sample(list(LETTERS), rng.choice((1, 1, 2)))), rng.random() < 0.2)
            for _ in range(3)
        )
        reach = Reach(grammar.table, lexemes, open_=open_)
        for symbol in grammar.table.by_origin:
            derived = [word for word in words(4, 1) if Earley(rules, symbol).derives(word)]
            crossed = {
                count
                for word in derived
                for cut in range(1, len(word))
                for count in _ends(word[cut:], lexemes, 0, open_)
            }
            begun = {start for start in (1, 2) for word in derived if _ends(word, lexemes, start, open_)}
            assert all(reach.crossed_by(symbol) >> count & 1 for count in crossed), (seed, symbol, lexemes)
            assert all(reach.starts(symbol) >> start & 1 for start in begun), (seed, symbol, lexemes)


def test_a_symbol_in_which_a_lexeme_never_occurs_is_left_out() -> None:
    rules, grammar = random_grammar(0)
    lexemes = (WindowLexeme(frozenset({"A"})), WindowLexeme(frozenset({"no terminal"})))
    reach = Reach(grammar.table, lexemes, open_=False)
    assert not any(
        reach.starts(symbol) or reach.crossed_by(symbol) >> 2 for symbol in grammar.table.by_origin
    )
    assert "start" in rules


def _ends(word: tuple[str, ...], lexemes: tuple[WindowLexeme, ...], start: int, open_: bool) -> set[int]:
    """The positions at which a word ends that is read as the lexemes from a position on."""
    found: set[int] = set()
    optional = [place for place in range(start, len(lexemes)) if lexemes[place].optional]
    for size in range(len(optional) + 1):
        for left_out in combinations(optional, size):
            places = [place for place in range(start, len(lexemes)) if place not in left_out]
            read = min(len(word), len(places))
            if all(word[index] in lexemes[places[index]].terminals for index in range(read)):
                if len(word) <= len(places):
                    found.add(places[len(word) - 1] + 1)
                elif open_:
                    found.add(len(lexemes))
    return found
