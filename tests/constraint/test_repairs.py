"""A text in a document with a mistake is sound if that is one change from a valid one, and only then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from lsp_server.constraint import CursorState, Grammar, Prefix, Proof, Repairs, check, load_grammar
from lsp_server.languages import Language, load_registry
from tests.constraint.earley import Earley
from tests.constraint.small import lark_text, random_grammar, small_grammar
from tests.constraint.texts import examples

SOUND = [
    ("hcl", "a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n", "1"),
    ("hcl", 'a {\n  b = |\n  c = d"\n}\n', "1"),
    ("hcl", "a {\n  b = [1, 2\n  c = |\n}\n", "1"),
    ("hcl", 'a {\n  b = |\n}\n\ne "f" \n  h = 1\n}\n', "1"),
    ("graphql", "query {\n  a {\n    b|\n    c(d: =)\n  }\n}\n", "c"),
    ("graphql", "type A {\n  b: |\n  c: D\n}}\n", "Int"),
    ("graphql", "query {\n  aid: 1) {\n    b\n    c|\n  }\n}\n", "d"),
    ("postgres", "TABLE a (\n  b |\n);\n", "date"),
    ("sparql", "SELECT * {\n  ?a | .\n  ?b <c{> ?e .\n}\n", "a ?b"),
    ("sparql", "ASK {\n  ?a :b |", "?c"),
    ("graphql", "{\n  ..: on A|B @c(d: 1) {\n    e\n  }\n}\n", "B @c"),
    ("postgres", '- a "b" table\nSELECT |;\n', "1"),
    ("sparql", "ASK {\n  ?a :b ?c ;\n  |Only two\n  :d :e, :f .\n}\n", ":g ?h ; # "),
    # Within a text a word is left out with the blanks that no text of its kind has, and signs that touch are.
    ("sparql", "BASE <a://b b.c/>\nASK {\n  ?d | .\n}\n", "?e ?f"),
    ("sparql", "BASE <a://b<<.c/>\nASK {\n  ?d | .\n}\n", "?e ?f"),
    # What opens a text stands behind the blanks.
    ("sparql", "PREFIX a:   b://c>\nASK {\n  ?d | .\n}\n", "?e ?f"),
]
UNSOUND = [
    ("hcl", "a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n", "[1"),
    ("hcl", 'a {\n  b = |\n  c = d"\n}\n', "1 2"),
    ("hcl", "a {\n  b = [1, 2\n  c = |\n}\n", "{"),
    ("graphql", "query {\n  a {\n    b|\n    c(d: ==)\n  }\n}\n", "} }"),
    ("graphql", 'type A {\n  b: |\n}\n\ntype E {\n  f G\n}\n\n"""g"""\ntype H {\n  i: J\n}\n', '"""'),
    ("sparql", "SELECT * {\n  ?a | .\n  ?b <c d> ?e .\n}\n", "a"),
    # A quote behind what was typed would close what that opened, and let anything pass, even a comment.
    ("hcl", "a {\n  b = |ee <c>/<d>\n}\n", '"'),
    ("sparql", "SELECT * {\n  ?a :b |ee c/d\n}\n", '"'),
    # A comment that is none for a sign that lacks.
    ("postgres", '- a "b" table\nSELECT |;\n', "1 1"),
    # A sign for another may make what opens a comment, and let anything pass too.
    ("hcl", "a {\n  b |ion>/<c>/d\n}\n", "="),
    # One change is of one word, or of signs that touch: not of a name and the sign behind it.
    ("sparql", "SELECT * {\n  ?a :b |\n  ?c :d :E.\n  :f ?g .\n}\n", ":h .\n  ?i"),
    # One of three signs that are one lexeme is another than it should be; beside that this is one too many.
    ("graphql", "{\n  ..: on A|B @c(d: 1) {\n    e\n  }\n}\n", "B @c(d: 1)"),
    # What makes a comment of the mistake has mended it: what is wrong then is a mistake of its own.
    ("sparql", "ASK {\n  ?a :b ?c ;\n  |Only two\n  :d :e, :f .\n}\n", ":g ?h . # "),
    # What is left out with the blanks before it makes no one word of two.
    ("sparql", "SELECT * {\n  [ :a ?| :b :c ]9d ]\n}\n", "e].["),
    ("sparql", "ASK {\n  BIND(<a: ?b|\n  ?d ?e ?f .\n}\n", "c> AS ?g)"),
    # Nor do the signs between two.
    ("sparql", 'SELECT (STRBEFORE,?a|r, "b") AS ?c) {\n}\n', "type:(STR:"),
    # Nor is the end of a line left out with the word behind it.
    ("hcl", "a {\n  b = {{\n    c = 1\n  }\n  d = {\n    e = |2\n  }\n}\n", "3}-"),
    # A text that is opened by a change and never closed would let anything pass.
    ("sparql", 'SELECT (a:b("c"^)^d:e, "f|', '"^)^d:e, "g'),
]


def _repairs(grammar: Grammar, text: str, cursor: int) -> Repairs:
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return Repairs(grammar, text, cursor, state)


def _proof(language_id: str, marked: str, typed: str) -> Proof:
    grammar = load_grammar(load_registry().by_id(language_id))
    return _repairs(grammar, marked.replace("|", "", 1), marked.index("|")).proof(typed)


@pytest.mark.parametrize(("language_id", "marked", "typed"), SOUND)
def test_a_text_is_sound_beside_one_mistake(language_id: str, marked: str, typed: str) -> None:
    assert _proof(language_id, marked, typed) is Proof.SOUND


@pytest.mark.parametrize(("language_id", "marked", "typed"), UNSOUND)
def test_a_text_that_is_a_mistake_itself_is_not(language_id: str, marked: str, typed: str) -> None:
    assert _proof(language_id, marked, typed) is not Proof.SOUND


@pytest.mark.parametrize(
    ("marked", "typed", "proof"),
    [
        ("SELECT\n  ?a :b ?c .\n  ?d :e |\n}\n", "?f .", Proof.UNKNOWN),
        ("SELECT\n  ?a :b ?c .\n  ?d :e |\n}\n", "?f ?g ?h", Proof.UNSOUND),
        ("\n  ?a :b ?c .\n  ?d :e |\n}\n", "?f .", Proof.UNKNOWN),
        ("\n  ?a :b ?c .\n  ?d :e |\n}\n", "?f ?g ?h", Proof.UNSOUND),
    ],
)
def test_a_line_that_lost_its_end_is_no_small_change_but_what_none_mends_is_unsound(
    marked: str, typed: str, proof: Proof
) -> None:
    assert _proof("sparql", marked, typed) is proof


@pytest.mark.parametrize(("typed", "proof"), [('"c" d @e', Proof.UNKNOWN), ("{ f }", Proof.UNSOUND)])
def test_a_line_that_has_too_much_at_its_end_is_no_small_change_either(typed: str, proof: Proof) -> None:
    assert _proof("graphql", "enum A {\n  B: 1\n  |\n}\n", typed) is proof


def test_nothing_is_known_of_a_text_where_more_is_wrong_than_one_thing() -> None:
    marked = "query {\n  a(b:: 1, ]]]]\n}\n\nquery {\n  |\n}\n"
    assert _proof("graphql", marked, "c") is Proof.UNKNOWN


def test_a_document_is_read_from_farther_back_where_an_element_was_seen_that_is_none() -> None:
    grammar = load_grammar(load_registry().by_id("sparql"))
    text = "PREFIX a: a:<b#>\nSELECT * {\n  ?c  .\n}\n"
    cursor, anchor = text.index(" .") - 1, text.index("SELECT")
    between = grammar.list_stack
    assert between is not None
    state = CursorState(anchor, anchor, between, between, False, anchor, (), (between,))
    start = Prefix(grammar, text).at(0)
    assert isinstance(start, CursorState)
    for typed, proof in (("?d ?e", Proof.SOUND), ("?d ?e ?f ?g", Proof.UNSOUND)):
        assert Repairs(grammar, text, cursor, state).proof(typed) is Proof.UNSOUND
        assert Repairs(grammar, text, cursor, state, lambda: start).proof(typed) is proof


def test_nothing_is_known_of_a_mistake_that_is_very_far_away() -> None:
    far = "a = 1\n" * 20_000
    for text, proof in ((f"b = |\n{far}c = [\n", Proof.UNKNOWN), ("b = |\nc = [\n", Proof.SOUND)):
        assert _proof("hcl", text, "2") is proof


@pytest.mark.parametrize("seed", range(60))
def test_a_text_is_sound_exactly_where_a_change_of_one_letter_elsewhere_is_enough(seed: int) -> None:
    rules, _ = random_grammar(seed)
    grammar = small_grammar(lark_text(rules) + '%ignore " "\n')
    judge, rng = Earley(rules, "start"), Random(seed)
    found = {True: 0, False: 0}
    for _ in range(60):
        before, typed, after = ("".join(rng.choices("abc", k=rng.randrange(4))) for _ in range(3))
        text, cursor = " ".join(before + after), max(2 * len(before) - 1, 0)
        state = Prefix(grammar, text).at(cursor)
        if not isinstance(state, CursorState):
            continue
        repairs = Repairs(grammar, text, cursor, state)
        whole = judge.derives if after else judge.begins
        expected = any(whole(tuple(text.upper())) for text in _changed(before, typed, after))
        sound = repairs.proof(f" {' '.join(typed)} ") is Proof.SOUND
        assert sound == expected, (lark_text(rules), before, typed, after)
        found[expected] += 1
    assert sum(found.values()) > 10


def _changed(before: str, typed: str, after: str) -> Iterator[str]:
    """A text as it stands, and with each letter outside what was typed changed, left out or put in."""
    yield before + typed + after
    yield from (changed + typed + after for changed in _edited(before))
    yield from (before + typed + changed for changed in _edited(after))


def _edited(text: str) -> Iterator[str]:
    for place in range(len(text) + 1):
        yield from (text[:place] + letter + text[place:] for letter in "abc")
        if place < len(text):
            yield from (text[:place] + letter + text[place + 1 :] for letter in ("", *"abc"))


def test_what_stood_in_a_gap_is_never_unsound_beside_a_lexeme_that_lacks(language: Language) -> None:
    """With what stood in the gap the document is as it was but for one lexeme."""
    rng, grammar, sound = Random(11), load_grammar(language), 0
    for text in examples(language):
        lexemes = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
        for _ in range(12):
            start, end = rng.choice(lexemes)
            first, last = rng.choice(lexemes)
            if (start <= last and first <= end) or text[first] in "\"'`<$#/":
                continue
            gap = text[start:end]
            if first < start:
                document, cursor = text[:first] + text[last:start] + text[end:], start - (last - first)
            else:
                document, cursor = text[:start] + text[end:first] + text[last:], start
            state = Prefix(grammar, document).at(cursor)
            if not isinstance(state, CursorState) or state.commented:
                continue
            proof = Repairs(grammar, document, cursor, state).proof(gap)
            assert proof is not Proof.UNSOUND, (document, cursor, gap)
            sound += proof is Proof.SOUND
    assert sound


@pytest.mark.parametrize("typed", ["1", "{}", "[", "]", "c d"])
def test_a_sound_text_leaves_a_document_that_some_change_makes_valid(typed: str) -> None:
    language = load_registry().by_id("hcl")
    grammar = load_grammar(language)
    text, cursor = "a {\n  b = \n  c = [1, 2\n  d = 3\n}\n", 10
    joined = text[:cursor] + typed + text[cursor:]
    changes = [(place, place, sign) for place in range(len(joined) + 1) for sign in "[]{}=,"]
    changes += [(place, place + 1, "") for place in range(len(joined))]
    mended = any(
        check(grammar, joined[:start] + sign + joined[end:]) is None
        for start, end, sign in changes
        if end <= cursor or start >= cursor + len(typed)
    )
    assert (_repairs(grammar, text, cursor).proof(typed) is Proof.SOUND) == mended
