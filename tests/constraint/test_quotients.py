"""The hole grammar is exactly what fits: brute force over short words, an independent recogniser judging."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from lsp_server.constraint import (
    CursorState,
    Prefix,
    Window,
    hole_grammar,
    left_quotient,
    right_quotient,
    windows,
)
from lsp_server.constraint.window import WindowLexeme
from lsp_server.lalr.table import END
from tests.constraint.earley import Earley
from tests.constraint.forgetting import forget_windows
from tests.constraint.small import (
    LETTERS,
    lark_text,
    random_grammar,
    shift_all,
    small_grammar,
    words,
)

Word = tuple[str, ...]


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize("seed", range(16))
def test_the_hole_grammar_derives_exactly_what_finishes_a_prefix(seed: int, dead: bool) -> None:
    rules, grammar = random_grammar(seed, dead)
    judge = Earley(rules, "start")
    for prefix in words(3):
        stack = shift_all(grammar, prefix)
        if stack is None:
            assert not judge.begins(prefix), (lark_text(rules), prefix)
            continue
        cfg = left_quotient(grammar.table, stack.states())
        hole = Earley(cfg.rules, cfg.start)
        for typed in words(3):
            assert hole.derives((*typed, END)) == judge.derives((*prefix, *typed)), (
                lark_text(rules),
                prefix,
                typed,
            )


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_the_hole_grammar_before_a_window_derives_exactly_what_fits_before_it(seed: int, dead: bool) -> None:
    rules, grammar = random_grammar(seed, dead)
    judge = Earley(rules, "start")
    rng = Random(seed)
    for _ in range(40):
        prefix = rng.choice(list(words(3)))
        stack = shift_all(grammar, prefix)
        if stack is None or not judge.begins(prefix):
            continue
        window = _draw_window(rng)
        cfg = right_quotient(left_quotient(grammar.table, stack.states()), window)
        expected = {typed for typed in words(3) if _fits(judge, (*prefix, *typed), window)}
        hole = None if cfg is None else Earley(cfg.rules, cfg.start)
        found = set() if hole is None else {typed for typed in words(3) if hole.derives(typed)}
        assert found == expected, (lark_text(rules), prefix, window)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_of_a_window_makes_no_difference(seed: int) -> None:
    _, grammar = random_grammar(seed, dead=bool(seed % 2))
    rng = Random(seed)
    found = [_draw_window(rng) for _ in range(4)]
    found += [
        replace(window, lexemes=(other.lexemes[0], *window.lexemes[1:]))
        for window in found[:2]
        for other in found[2:]
    ]
    stacks = [stack for word in words(3) if (stack := shift_all(grammar, word)) is not None]
    for _ in range(60):
        stack, window = rng.choice(stacks), rng.choice(found)
        cfg = left_quotient(grammar.table, stack.states())
        kept = right_quotient(cfg, window)
        forget_windows()
        fresh = right_quotient(cfg, window)
        assert (kept is None) == (fresh is None)
        assert kept is None or fresh is None or list(kept.rules.items()) == list(fresh.rules.items())
        for other in rng.sample(stacks, min(5, len(stacks))):
            right_quotient(left_quotient(grammar.table, other.states()), window)


def _draw_window(rng: Random) -> Window:
    lexemes = [
        WindowLexeme(frozenset(rng.sample(list(LETTERS), rng.choice((1, 1, 1, 2)))), rng.random() < 0.2)
        for _ in range(rng.randint(0, 3))
    ]
    if lexemes and rng.random() < 0.6:
        return Window(tuple(lexemes), open=True)
    return Window((*lexemes, WindowLexeme(frozenset({END}))), open=False)


def _fits(judge: Earley, before: Sequence[str], window: Window) -> bool:
    """Whether some reading of the window makes a sentence, or the beginning of one, after some lexemes."""
    for suffix in _readings(window):
        if judge.begins((*before, *suffix)) if window.open else judge.derives((*before, *suffix)):
            return True
    return False


def _readings(window: Window) -> Iterator[Word]:
    options: list[list[Hashable]] = [
        [*sorted(lexeme.terminals), *([None] if lexeme.optional else [])] for lexeme in window.lexemes
    ]
    for reading in product(*options):
        yield tuple(str(terminal) for terminal in reading if terminal not in (None, END))


@pytest.mark.parametrize("rule", ["start: A start |", "start: x\nx: A x | A x B | A", "start: A | A start B"])
def test_a_deeply_nested_cursor_has_a_hole_grammar(rule: str) -> None:
    grammar = small_grammar(f'{rule}\nA: "a"\nB: "b"\n')
    text = "a" * 2000
    state = Prefix(grammar, text).at(len(text))
    assert isinstance(state, CursorState)
    assert hole_grammar(grammar, state, windows(grammar, text, state, 8)).relaxation > 0
