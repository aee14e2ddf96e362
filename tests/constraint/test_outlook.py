"""A text after a cursor is read in every way that something typed allows, and in no other."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import (
    CursorState,
    Prefix,
    Window,
    check,
    left_quotient,
    load_grammar,
    note_sound,
    right_quotient,
)
from lsp_server.constraint.beginning import Typing, beginnings_in
from lsp_server.constraint.closing import ways
from lsp_server.constraint.outlook import Readings
from lsp_server.constraint.rest import forget_rests
from lsp_server.constraint.window import WindowLexeme
from lsp_server.lalr.table import END
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import parse
from tests.constraint.earley import Earley
from tests.constraint.small import lark_text, random_grammar, small_grammar, words
from tests.constraint.texts import examples
from tests.counts import tries


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize("seed", range(30))
def test_some_reading_gets_to_the_end_exactly_where_something_fits(seed: int, dead: bool) -> None:
    rules, grammar = random_grammar(seed, dead)
    judge = Earley(rules, "start")
    rng = Random(seed)
    for _ in range(40):
        before = "".join(rng.choices("abc", k=rng.randrange(4)))
        suffix = "".join(rng.choices("abc", k=rng.randrange(5)))
        state = Prefix(grammar, before + suffix).at(len(before))
        if not isinstance(state, CursorState) or not judge.begins(tuple(before.upper())):
            continue
        outlook = Readings(grammar, before + suffix, state).after_cursor(before + suffix, 100)
        lexemes = (
            *(WindowLexeme(frozenset((letter.upper(),))) for letter in suffix),
            WindowLexeme(frozenset((END,))),
        )
        left = left_quotient(grammar.table, state.here.states())
        fits = right_quotient(left, Window(lexemes, open=False)) is not None
        assert (outlook.end is None) == fits, (lark_text(rules), before, suffix)
        if not fits:
            assert not any(judge.derives((*before.upper(), *typed, *suffix.upper())) for typed in words(3))


@pytest.mark.parametrize("seed", range(30))
def test_what_needs_no_line_end_is_read_to_the_end_exactly_where_some_of_it_fits(seed: int) -> None:
    rules, _ = random_grammar(seed)
    grammar = small_grammar(lark_text(rules).replace('C: "c"', 'C: "\\n"'))
    judge = Earley(rules, "start")
    rng = Random(seed)
    for _ in range(40):
        before = "".join(rng.choices("ab\n", k=rng.randrange(4)))
        suffix = "".join(rng.choices("ab\n", k=rng.randrange(5)))
        state = Prefix(grammar, before + suffix).at(len(before))
        names = tuple(before.replace("\n", "c").upper())
        if not isinstance(state, CursorState) or not judge.begins(names) or "\n" in before[state.offset :]:
            continue
        followed = tuple(suffix.replace("\n", "c").upper())
        lexemes = tuple(WindowLexeme(frozenset((name,))) for name in (*followed, END))
        outlook = Readings(grammar, before + suffix, state, Typing.LINE).after_cursor(before + suffix, 100)
        found = any(ways(grammar, state.here, "", [Window(lexemes, open=False)], fixed=False, in_line=True))
        assert (outlook.end is None) == found, (lark_text(rules), before, suffix)
        if not found:
            in_line = (typed for typed in words(3) if "C" not in typed)
            assert not any(judge.derives((*names, *typed, *followed)) for typed in in_line)


def test_a_word_at_the_cursor_is_there_whatever_is_typed() -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text = "a {\n  b {\n    c\n  }\n"
    cursor = text.index("c") + 1
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    assert Readings(grammar, text, state, Typing.LINE).after_cursor(text, 100).end == len(text)
    assert Readings(grammar, text, state, Typing.ANYTHING).after_cursor(text, 100).end is None
    beyond = text.replace("c", "c ")
    state = Prefix(grammar, beyond).at(cursor + 1)
    assert isinstance(state, CursorState)
    assert Readings(grammar, beyond, state, Typing.LINE).after_cursor(beyond, 100).end == len(beyond)
    empty = text.replace("c", "")
    state = Prefix(grammar, empty).at(cursor - 1)
    assert isinstance(state, CursorState)
    assert Readings(grammar, empty, state, Typing.LINE).after_cursor(empty, 100).end is None


def test_what_is_left_of_a_valid_text_can_be_read_to_its_end(language: Language) -> None:
    grammar, rng = load_grammar(language), Random(11)
    for text in examples(language):
        for _ in range(12):
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 1, 5, 30, 200)))
            beyond = Prefix(grammar, text).at(end)
            assert isinstance(beyond, CursorState)
            document = text[:start] + text[end:]
            state = Prefix(grammar, document).at(start)
            if beyond.commented or not isinstance(state, CursorState) or state.commented:
                continue
            outlook = Readings(grammar, document, state).after_cursor(document, 10_000)
            assert outlook.end is None, (text, start, end, outlook.end)


def test_where_all_is_known_to_be_well_further_on_makes_no_difference_but_for_how_far_is_read(
    language: Language,
) -> None:
    grammar, rng, stopped = load_grammar(language), Random(3), 0
    for text in examples(language):
        whole = text + "\n" + text if check(grammar, text + "\n" + text) is None else text
        starts = parse(language, whole).parts.starts
        for _ in range(5):
            start = rng.randint(0, len(text))
            end = min(len(whole), start + rng.choice((0, 1, 5, 30, 200)))
            document = whole[:start] + rng.choice(("", " ", "}", ")", "(", '"', "x", ",")) + whole[end:]
            state = Prefix(grammar, document).at(start)
            if not isinstance(state, CursorState) or state.commented:
                continue
            for typing in Typing:
                forget_rests(grammar)
                beginnings_in.cache_clear()
                afresh = Readings(grammar, document, state, typing).after_cursor(document, 10_000)
                note_sound(grammar, whole, starts)
                known = Readings(grammar, document, state, typing).after_cursor(document, 10_000)
                assert known.end == afresh.end, (document, start, typing)
                stopped += len(known.steps) < len(afresh.steps)
    forget_rests(grammar)
    # A query of SPARQL is one element, and ends with the text.
    assert bool(stopped) == (language.id != "sparql")


def test_brackets_that_stay_open_are_not_closed_by_what_is_typed() -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    text = "type A {\n  b: \n  c: D\n}}\n"
    state = Prefix(grammar, text).at(14)
    assert isinstance(state, CursorState)
    assert Readings(grammar, text, state).after_cursor(text, 100).end is None
    assert Readings(grammar, text, state, Typing.BALANCED).after_cursor(text, 100).end == text.index("}}") + 1
    fine = text.replace("}}", "}")
    assert Readings(grammar, fine, state, Typing.BALANCED).after_cursor(fine, 100).end is None


def test_what_is_remembered_from_key_to_key_is_what_is_read_afresh(language: Language) -> None:
    grammar, rng = load_grammar(language), Random(5)
    for text in examples(language)[:3]:
        start = rng.randint(0, len(text))
        end = min(len(text), start + 30)
        rest = text[min(len(text), end + rng.choice((0, 20))) :][:400]
        for cursor in range(start, end, tries(2, 1)):
            document = text[:cursor] + rest
            state = Prefix(grammar, document).at(cursor)
            if not isinstance(state, CursorState):
                continue
            for typing in (Typing.BALANCED, Typing.LINE, Typing.ANYTHING):
                remembered = told(Readings(grammar, document, state, typing), document)
                beginnings_in.cache_clear()
                assert remembered == told(Readings(grammar, document, state, typing), document), (
                    document,
                    cursor,
                )


def told(readings: Readings, document: str) -> tuple[object, ...]:
    """All that an outlook tells, and what goes on from each of its places."""
    found = readings.after_cursor(document, 40)
    onward = [readings.onward(document, step, 3).end for step in found.steps]
    return found.end, found.reached, [(step.offset, readings.takes(step)) for step in found.steps], onward
