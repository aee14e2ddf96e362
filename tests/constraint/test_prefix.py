"""What is kept from version to version of a text never shows: a fresh look at the text finds the same."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from lsp_server.constraint import CursorState, Grammar, Oracle, ParseFailure, Prefix, Stack, load_grammar
from lsp_server.lalr.lexing import drive
from lsp_server.languages import Language, Paired, load_registry
from lsp_server.text import Edit, Span
from tests.constraint.small import small_grammar, small_language
from tests.constraint.texts import PIECES, apply, examples
from tests.counts import tries
from tests.lalr.test_lexing import SMALL

NASTY = {
    "graphql": (
        '"""a"""\ntype A { "x" b: Int }\n\n"" type B\n# c\n{ a(b: """c " \\""" d""") ...on X { y } }\n',
        '""" one\n""\\""" two """ scalar T """ { """\nquery Q($a: [Int!]! = 1.5e3) @d { a, b, ""}\n',
    ),
    "hcl": (
        "a = <<E\nx\nE\r\nb = [<<-F\n y ${z}\n F \t\n]\r\n",
        'a = <<EOT\n  x ${b} EOT\n EOT\n/* c */ c = "x${y["z"]}%{if a}b%{endif}" # k\nd "e" {\n f = <<X\nX}',
        'a = <<E\n ${<<F\nF\n}\nE\n/* b = <<G\n*/\nc = "$${" /* d */\n',
    ),
}
LATIN = """\
start: line*
line: OPEN (WORD | line)* CLOSE SEMI?
OPEN: /<[a-z]+>/
CLOSE: /<\\/[a-z]+>/
SEMI: ";"
WORD: /[a-z]+/
%ignore /\\s+/
%ignore /!([^!]|!!)*!/
"""
LATIN_PAIR = Paired("OPEN", "<([a-z]+)>", "CLOSE", "</{tag}>", "a", follow=r"\s*;\s*;|\s*[<!a-z]")


def everything(state: CursorState | ParseFailure) -> object:
    """All that a state says, in values that can be compared."""
    if isinstance(state, ParseFailure):
        return state
    return state.cursor, state.offset, _states(state.stack), _states(state.here), state.commented


def _states(stack: Stack) -> tuple[tuple[int, ...], str | None]:
    return stack.states(), stack.tag


def edit_and_compare(grammar: Grammar, start: str, pieces: Sequence[str], seed: int, steps: int) -> None:
    """Random edits near random cursors; often from the beginning again, lest all be broken for long."""
    rng = Random(seed)
    text, kept = start, Prefix(grammar, start)
    for _ in range(steps):
        cursor = rng.randint(0, len(text))
        anchors = [offset for offset in _anchors(grammar, text, rng) if offset <= cursor]
        limit = rng.choice((None, rng.randint(max(0, cursor - 30), cursor)))
        found = kept.at(cursor, anchors, limit)
        fresh = Prefix(grammar, text).at(cursor, anchors, limit)
        assert everything(found) == everything(fresh), (text, cursor, anchors, limit)
        if rng.random() < 0.15 or len(text) > 3 * len(start):
            text, kept = start, Prefix(grammar, start)
            continue
        edits = []
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            near = cursor + rng.randint(-12, 3) if rng.random() < 0.6 else rng.randint(0, len(text))
            begin = min(max(0, near), len(text))
            end = min(len(text), begin + rng.choice((0, 0, 0, 1, 2, 6)))
            new = rng.choice(pieces) if rng.random() < 0.8 else ""
            edits.append(Edit(Span(begin, end), new))
            text = text[:begin] + new + text[end:]
        kept = kept.edited(edits, text)


def _anchors(grammar: Grammar, text: str, rng: Random) -> list[int]:
    """Sometimes none, mostly true ones, sometimes any."""
    if grammar.list_stack is None or rng.random() < 0.3:
        return []
    if rng.random() < 0.2:
        return [rng.randint(0, len(text))]
    lexemes = drive(grammar, grammar.table.start(), text, 0)
    true = [lexeme.start for lexeme, stack in lexemes if stack.same_as(grammar.list_stack)]
    return rng.sample(true, min(len(true), rng.randint(0, 2)))


@pytest.mark.parametrize("seed", range(tries(1, 4)))
def test_after_edits_an_example_is_read_as_if_it_were_new(language: Language, seed: int) -> None:
    rng = Random(seed)
    for text in examples(language):
        lines = text.splitlines(keepends=True)
        first = rng.randint(0, max(0, len(lines) - 20))
        some = "".join(lines[first : first + 20])
        edit_and_compare(
            load_grammar(language), some, PIECES.get(language.id, (*" \n(){}\"';a",)), seed, tries(40, 60)
        )


@pytest.mark.parametrize("seed", range(tries(2, 4)))
@pytest.mark.parametrize(("language_id", "text"), [(name, text) for name in NASTY for text in NASTY[name]])
def test_after_edits_a_nasty_text_is_read_as_if_it_were_new(language_id: str, text: str, seed: int) -> None:
    grammar = load_grammar(load_registry().by_id(language_id))
    own = tuple(text[start : start + size] for size in (1, 3) for start in range(0, len(text), size))
    edit_and_compare(grammar, text, (*PIECES[language_id], *own, "\r", "\n"), seed, 250)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", [*SMALL, "pairs"])
def test_after_edits_a_text_of_a_small_language_is_read_as_if_it_were_new(name: str, seed: int) -> None:
    language, text, pieces = SMALL.get(
        name,
        (
            small_language(LATIN, [LATIN_PAIR]),
            "<a> b <c> d </c> ; ! !! ! </c> </a>;\n <b>c</b>;;<d></d>",
            ("<a>", "</a>", "</c>", ";", "!", " ", "a", "\n", "<", ">"),
        ),
    )
    edit_and_compare(load_grammar(language), text, pieces, seed, 250)


def test_an_edit_after_a_pairs_closer_where_its_lexer_looked_ahead_is_noticed() -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text = "a = <<E\nx\nE\r\nb = 1\n"
    after, made = apply(text, [((text.index("\r") + 1) / len(text), 0, " ")])
    for cursor in range(len(after) + 1):
        kept = Prefix(grammar, text)
        kept.at(len(text))
        found, fresh = kept.edited(made, after).at(cursor), Prefix(grammar, after).at(cursor)
        assert everything(found) == everything(fresh), cursor


def test_the_state_is_from_before_every_lexeme_that_the_cursor_may_still_change() -> None:
    grammar = small_grammar('start: (A | B)*\nA: "a"\nB: "abbbc"\nC: "b"\n%ignore C\n')
    for cursor, offset in ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)):
        state = Prefix(grammar, "abbbb").at(cursor)
        assert isinstance(state, CursorState)
        assert state.offset == (offset if cursor < 5 else 1), cursor


def test_what_could_be_ignored_may_still_become_a_lexeme() -> None:
    grammar = small_grammar('start: (A | B)*\nA: " =>"\nB: "="\nBLANK: " "\n%ignore BLANK\n')
    for text in (" =", "   =", " =>   =", "= ="):
        state = Prefix(grammar, text).at(len(text))
        assert isinstance(state, CursorState), text
        assert Oracle(grammar, text, state).fit(">").complete


def test_a_text_without_a_word_is_the_same_while_that_is_typed() -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    prefix, kept = Prefix(grammar, "a = \n"), []
    for place, letter in enumerate("tru", 4):
        text = f"{prefix.text[:place]}{letter}\n"
        prefix = prefix.edited([Edit(Span(place, place), letter)], text)
        kept.append(prefix.without(Span(4, place + 1)))
    assert prefix.text == "a = tru\n"
    assert all(one is kept[0] for one in kept)
    assert kept[0].text == "a = \n"
    later = prefix.edited([Edit(Span(0, 0), "b = 1\n")], f"b = 1\n{prefix.text}").without(Span(10, 13))
    assert later.text == "b = 1\na = \n"
    assert everything(later.at(10)) == everything(Prefix(grammar, later.text).at(10))


def test_the_state_is_from_before_the_limit_even_where_an_element_begins_after_it() -> None:
    grammar = small_grammar('start: x*\nx: A SEMI\nA: "a"\nSEMI: ";"\n%ignore " "\n')
    text = "a;a;   a"
    state = Prefix(grammar, text).at(8, [7, 2], 4)
    assert isinstance(state, CursorState)
    assert state.offset <= 4


@pytest.mark.parametrize(
    "text", ["a = 1 /*", "a = 1 /* b", "a = 1 / 2 /* b\n c", "/* b", "a = /* b", "a = 1 // b", "# b"]
)
def test_a_cursor_in_a_comment_is_known_to_be_there_also_while_it_is_open(text: str) -> None:
    state = Prefix(load_grammar(load_registry().by_id("hcl")), text).at(len(text))
    assert isinstance(state, CursorState)
    assert state.commented


@pytest.mark.parametrize("text", ["a = 1 /", "a = 1 /* b */", "a = 1 # b\n", 'a = "# b', "a = 1"])
def test_a_cursor_after_a_comment_or_in_a_string_is_not_in_a_comment(text: str) -> None:
    state = Prefix(load_grammar(load_registry().by_id("hcl")), text).at(len(text))
    assert isinstance(state, CursorState)
    assert not state.commented


def test_reading_begins_at_an_element_though_one_may_begin_with_a_list_of_its_own() -> None:
    grammar = small_grammar(
        'start: (sum? ";")* sum?\nsum: _term | sum "+" _term\n_term: WORD | "(" sum ")"\nWORD: /[a-z]+/\n'
        "%ignore /\\s+/\n"
    )
    text = "a + b;\n" * 3 + "c + d"
    state = Prefix(grammar, text).at(len(text), [14])
    assert isinstance(state, CursorState)
    assert state.anchor == 14
    fresh = Prefix(grammar, text).at(len(text))
    assert everything(state) == everything(fresh)


def test_what_goes_over_the_cursor_hides_no_blanks_before_it() -> None:
    grammar = load_grammar(load_registry().by_id("sparql"))
    before = "SELECT * {\n  ?a :b ?"
    state = Prefix(grammar, f"{before}\n}}\n").at(len(before))
    assert isinstance(state, CursorState)
    assert not state.repairs


def test_what_may_be_no_element_at_the_root_is_not_read_as_one() -> None:
    """A query is one element, which none follows; between two updates `A` may become `ADD` alone."""
    grammar = load_grammar(load_registry().by_id("sparql"))
    for text, anchored in (("BASE <a:b>\nASK {}\n", False), ("CLEAR ALL ;\nADD <a:b> TO <c:d>\n", True)):
        anchor = text.index("\n") + 1
        for cursor in (anchor, anchor + 1):
            state = Prefix(grammar, text).at(cursor, [anchor])
            assert isinstance(state, CursorState)
            assert state.anchor == (anchor if anchored else 0)
