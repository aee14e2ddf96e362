"""The oracle against brute force: every text over a small alphabet, and which of them are valid."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import CursorState, Oracle, Prefix, check, load_grammar, windows
from lsp_server.constraint import oracle as oracle_module
from lsp_server.lalr.lexing import Lexeme, drive, next_lexeme
from lsp_server.languages import Language, load_registry
from tests.constraint.small import small_language
from tests.constraint.texts import PIECES, bounded, examples
from tests.counts import tries
from tests.lalr.test_lexing import assert_same
from tests.work import calls

ALPHABETS = {
    "words": (
        "start: stmt*\nstmt: IF NAME | NAME EQ NAME | NAME EQ EQ\n"
        'IF: "i"\nNAME: /[ia]+/\nEQ: "="\n%ignore / /\n',
        "ia= ",
        7,
    ),
    "strings": ('start: (S COMMA | N)*\nS: /"(a|b)*"/\nN: /a+/\nCOMMA: "b"\n', 'ab"', 7),
    "operators": (
        'start: e\ne: e (P | PP) t | t\nt: A | O e C\nP: "+"\nPP: "++"\nA: "a"\nO: "("\nC: ")"\n',
        "+a()",
        7,
    ),
    "comments": ('start: (A B)*\nA: "a"\nB: "/"\nNOTE: /\\/\\/a*\\//\n%ignore NOTE\n', "a/", 9),
    "numbers": ('start: n (D n)*\nn: I | F\nI: /1+/\nF: /1+\\.1+/\nD: "."\n', "1.", 9),
    "keywords": ('start: (NO | x)*\nx: NAME COLON\nNO: "no"\nNAME: /[no]+/\nCOLON: ":"\n', "no:", 7),
    "priorities": ('start: (A B | AB A)*\nA: "a"\nB.1: /b+/\nAB.2: /ab?b/\n', "ab", 9),
    "lookaheads": (
        'start: X e Y | Z e W C\ne: A\nX: "x"\nZ: "z"\nA: "a"\nY: "bcc"\nW: "b"\nC: "c"\n',
        "xzabc",
        5,
    ),
}
SHORT = 3


@cache
def language_of(name: str) -> Language:
    return small_language(ALPHABETS[name][0])


@cache
def valid_texts(name: str) -> frozenset[str]:
    """The valid texts up to some length."""
    _, alphabet, longest = ALPHABETS[name]
    grammar = load_grammar(language_of(name))
    return frozenset(text for text in texts(alphabet, longest) if check(grammar, text) is None)


@cache
def beginnings(name: str) -> frozenset[str]:
    """What those texts begin with."""
    return frozenset(text[:end] for text in valid_texts(name) for end in range(len(text) + 1))


def examples_of(language: Language) -> tuple[str, ...]:
    if not examples(language):
        pytest.skip(f"{language.name} has no examples")
    return examples(language)


def texts(alphabet: str, longest: int) -> list[str]:
    return ["".join(letters) for size in range(longest + 1) for letters in product(alphabet, repeat=size)]


def oracle_at(name: str, text: str, cursor: int) -> Oracle:
    grammar = load_grammar(language_of(name))
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState), (text, cursor)
    return Oracle(grammar, text, state)


@pytest.mark.parametrize("name", ALPHABETS)
def test_lark_says_the_same_of_the_short_ones(name: str) -> None:
    for text in texts(ALPHABETS[name][1], SHORT):
        assert_same(language_of(name), text)


@pytest.mark.parametrize("name", ALPHABETS)
def test_a_text_is_viable_exactly_if_a_valid_one_begins_with_it(name: str) -> None:
    for text in texts(ALPHABETS[name][1], SHORT):
        for cursor in range(len(text) + 1):
            if text[:cursor] in beginnings(name):
                viable = oracle_at(name, text[:cursor], cursor).viable(text[cursor:])
                assert viable == (text in beginnings(name)), (text, cursor)


@pytest.mark.parametrize("name", ALPHABETS)
def test_a_beginning_of_a_valid_text_is_viable_however_it_is_asked(name: str) -> None:
    for text in sorted(valid_texts(name), key=lambda text: (len(text), text))[:400]:
        for cursor in range(0, len(text) + 1, 2):
            oracle = oracle_at(name, text[:cursor], cursor)
            typed = [text[cursor:end] for end in range(cursor, len(text) + 1)]
            assert all(map(oracle.viable, typed)), (text, cursor)
            assert all(map(oracle.viable, reversed(typed))), (text, cursor)


@pytest.mark.parametrize("name", ALPHABETS)
def test_what_was_asked_before_does_not_change_an_answer(name: str) -> None:
    rng = Random(name)
    asked = texts(ALPHABETS[name][1], SHORT + 1)
    for text in sorted({text[:2] for text in beginnings(name)}):
        for cursor in range(len(text) + 1):
            oracle = oracle_at(name, text[:cursor], cursor)
            for typed in rng.choices(asked, k=200):
                fresh = oracle_at(name, text[:cursor], cursor)
                assert oracle.viable(typed) == fresh.viable(typed), (text[:cursor], typed)


@pytest.mark.parametrize("name", ALPHABETS)
def test_what_fits_is_what_makes_the_whole_text_valid(name: str) -> None:
    for text in texts(ALPHABETS[name][1], SHORT):
        for cursor in range(len(text) + 1):
            for end in range(cursor, len(text) + 1):
                document = text[:cursor] + text[end:]
                if document[:cursor] in beginnings(name):
                    fit = oracle_at(name, document, cursor).fit(text[cursor:end])
                    hides = name == "comments" and not fit.complete
                    assert fit.complete == (text in valid_texts(name)) or hides, (document, cursor, text)
                    if fit.unfinished:
                        assert text in beginnings(name), (document, cursor, text[cursor:end])
                        assert not text[end:].strip()


@pytest.mark.parametrize("name", ALPHABETS)
def test_boundaries_are_ends_of_lexemes(name: str) -> None:
    grammar = load_grammar(language_of(name))
    for text in sorted(valid_texts(name), key=lambda text: (len(text), text))[:200]:
        ends = [lexeme.end for lexeme, _ in drive(grammar, grammar.table.start(), text, 0)][:-1]
        for cursor in range(len(text) + 1):
            found = oracle_at(name, text[:cursor], cursor).boundaries(text[cursor:])
            assert [cursor + end for end in found] == [end for end in ends if end > cursor], (text, cursor)


@pytest.mark.parametrize("seed", range(tries(1, 3)))
def test_in_an_example_any_part_of_it_is_viable_and_fits_where_it_stood(
    language: Language, seed: int
) -> None:
    grammar = load_grammar(language)
    rng = Random(seed)
    for text in examples_of(language):
        for _ in range(8):
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 1, 5, 40)))
            document, typed = text[:start] + text[end:], text[start:end]
            state = Prefix(grammar, document).at(start)
            assert isinstance(state, CursorState), (document[:start], state)
            oracle = Oracle(grammar, document, state, windows(grammar, document, state, 8))
            beyond = Prefix(grammar, text).at(end)
            assert isinstance(beyond, CursorState)
            hides = beyond.commented and not state.commented
            # A comment may take the line end before it along, so that it begins in what is typed.
            hides = hides or (typed[-1:].isspace() and text[end:].lstrip().startswith(language.comment.line))
            assert oracle.fit(typed).complete or hides, (document[:start], typed)
            assert all(oracle.viable(typed[:size]) for size in range(len(typed) + 1)), (
                document[:start],
                typed,
            )


@bounded(60)
@given(data=st.data())
def test_without_places_to_resume_the_oracle_says_what_the_check_says(
    language: Language, data: st.DataObject
) -> None:
    grammar = load_grammar(language)
    pieces = st.sampled_from((*PIECES.get(language.id, " \n"), *'{}()[]"= '))
    text = data.draw(st.sampled_from(examples_of(language)))
    start = text.index("\n", data.draw(st.integers(0, len(text) // 2))) + 1
    typed = "".join(data.draw(st.lists(pieces, max_size=3)))
    state = Prefix(grammar, text).at(start)
    assert isinstance(state, CursorState)
    fit = Oracle(grammar, text, state).fit(typed)
    joined = text[:start] + typed + text[start:]
    beyond = Prefix(grammar, joined).at(start + len(typed))
    commented = isinstance(beyond, CursorState) and beyond.commented
    hides = commented and not state.commented and bool(text[start:].partition("\n")[0].strip())
    assert fit.complete == (check(grammar, joined) is None and not hides)


def test_the_rest_is_read_as_it_was_only_where_the_next_element_still_begins_there() -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    told = "type F { x: Int }\ntype G { y: Int }\ntype H { z: Int }\ntype I is cool"
    for inside in ("", told[: told.index("type H")], told):
        text = f'type A {{ a: Int }}\n\n"""\n{inside}\n"""\ntype B {{ b: Int }}\n'
        cursor, resume = text.index("\n\n") + 1, text.index('"""')
        state = Prefix(grammar, text).at(cursor)
        assert isinstance(state, CursorState)
        oracle = Oracle(grammar, text, state, (), [resume])
        for typed, good in (("scalar S", True), ("# note\n", True), ('"""', False), ('""" ', False)):
            assert oracle.fit(typed).good == good, (text, typed)
            assert (check(grammar, text[:cursor] + typed + text[cursor:]) is None) == good


@pytest.mark.parametrize(
    ("marked", "typed", "good"),
    [
        ("a = [|, 2]\n", "1] # ", False),
        ("a = [|, 2]\n", "1 # b", False),
        ("a = [|, 2]\n", "1 /* b */", True),
        ("a = |\nb = 2 # c */\n", "1 /* ", False),
        ("a = |\n", "1 # b", True),
        ("a = | \t\nb = 2\n", "1 # b", True),
        ("a = | # b\n", "1", True),
        ("a = |", "1 # b", True),
        ('a = "|"\n', "#", True),
    ],
)
def test_what_follows_the_cursor_is_never_commented_out(marked: str, typed: str, good: bool) -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text, cursor = marked.replace("|", ""), marked.index("|")
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    assert Oracle(grammar, text, state).fit(typed).good == good


@pytest.mark.parametrize(
    ("marked", "typed", "closing"),
    [
        ("a = |\n", '"b', '"'),
        ("a = |\n", '"${c', '}"'),
        ("a = |\n", "[b, {c = 1", "}]"),
        ("a = [|\n]\n", "(b", ")"),
        ("a = |\n", '"\\U0008', '0000"'),
        ("a = |\n", "1", ""),
        ("a = |\nb = 2\n", "<<E", None),
    ],
)
def test_what_is_open_is_closed_the_shortest_way_and_soon(
    marked: str, typed: str, closing: str | None
) -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text, cursor = marked.replace("|", ""), marked.index("|")
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    oracle = Oracle(grammar, text, state, windows(grammar, text, state, 8))
    found = list[str | None]()
    count = calls(lambda: found.append(oracle.closing(typed)))
    assert count < 200_000
    assert found == [closing]


@pytest.mark.parametrize("last", ["c = { d = 1 }\n", "c = <<E\nof several\nlines\nE\n"])
def test_elements_that_a_text_swallows_are_not_read_to_the_end_of_a_file(
    monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    before, element = "a = {\n  b = 1\n", "c = { d = 1 }\n"
    text = before + "\n" + element * 2 + last + element * 2_000
    state = Prefix(grammar, text).at(len(before), (), len(before))
    assert isinstance(state, CursorState)
    starts = [len(before) + 1 + number * len(element) for number in range(3)]
    starts.append(starts[-1] + len(last))
    oracle = Oracle(grammar, text, state, resumes=starts)
    ends: list[int] = []

    def read(*args: Any) -> Lexeme:
        lexeme = next_lexeme(*args)
        ends.append(lexeme.end)
        return lexeme

    monkeypatch.setattr(oracle_module, "next_lexeme", read)
    assert not oracle.fit("  x = 2").good
    assert oracle.stumbled
    assert oracle.fit("}").complete
    assert max(ends) < 10 * len(element)
