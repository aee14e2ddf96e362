"""What is said to be all that may follow stands in every valid text that begins so."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import CursorState, Oracle, Prefix, load_grammar
from lsp_server.languages import Language, load_registry
from tests.constraint.texts import examples

_CUTS = 80


@pytest.mark.parametrize(
    ("language_id", "text", "forced"),
    [
        ("postgres", "CREATE SEQUENCE a INCRE", "MENT"),
        ("postgres", "create sequence a incre", "ment"),
        ("postgres", "create sequence a Incre", ""),
        ("postgres", "SELECT a FR", ""),
        ("postgres", "SELECT a FROM b LEFT J", "OIN"),
        ("postgres", "SELECT a FROM b LEFT ", ""),
        ("graphql", "extend sch", "ema"),
        ("graphql", "extend s", ""),
        ("hcl", 'a = "%{f', "or"),
        ("hcl", "a = tr", ""),
        ("sparql", "SEL", "ECT"),
    ],
)
def test_rest_of_a_word_is_forced_where_no_other_lexeme_begins_so(
    language_id: str, text: str, forced: str
) -> None:
    grammar = load_grammar(load_registry().by_id(language_id))
    state = Prefix(grammar, text).at(len(text))
    assert isinstance(state, CursorState)
    assert Oracle(grammar, text, state).forced("") == forced


def test_nothing_is_forced_that_stands_after_the_cursor() -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    for text, forced in (("extend schma @a", "ema"), ("extend schema @a", "")):
        state = Prefix(grammar, text).at(len("extend sch"))
        assert isinstance(state, CursorState)
        assert Oracle(grammar, text, state).forced("") == forced


def test_what_is_forced_stands_in_each_text_that_begins_so(language: Language) -> None:
    grammar, random, some = load_grammar(language), Random(9), 0
    for text in examples(language):
        for cursor in sorted(random.sample(range(len(text)), min(_CUTS, len(text)))):
            begun = text[:cursor]
            start = max(0, cursor - 7)
            state = Prefix(grammar, begun[:start]).at(start)
            if not isinstance(state, CursorState) or state.commented:
                continue
            forced = Oracle(grammar, begun[:start], state).forced(begun[start:])
            assert text[cursor : cursor + len(forced)].casefold() == forced.casefold(), (begun[-60:], forced)
            some += bool(forced)
    assert some
