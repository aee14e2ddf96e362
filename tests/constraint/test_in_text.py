"""Whether a cursor is in a string or the like: where words with blanks between them go on what is there."""

from __future__ import annotations

import pytest

from lsp_server.constraint import Prefix, is_in_text, load_grammar
from lsp_server.languages import load_registry

IN_TEXT = {
    "graphql": ['"a|" type A { b: C }', '"""a\nb |""" type A { b: C }', '{ a(x: "b|") }', '{ a(x: "b c|'],
    "hcl": ['a = "|"', 'a = "b |"', 'a = "${var.x}|"', 'a = "${f("b|")}"', "a = <<EOT\nb c|\nEOT\n"],
    "lark": ['a: "x|"', "a: /x|/"],
    "postgres": ["SELECT 'a|';", "SELECT E'a b |'", 'SELECT "a|" FROM b;', "DO $$ select |$$;"],
    "sparql": ['SELECT * { ?a ?b "x|" }', "SELECT * { ?a ?b 'x y |' }"],
}
IN_CODE = {
    "graphql": [
        "|",
        "type |",
        "type A { b|: C }",
        "type A { b: | }",
        '{ a(x: "b", |) }',
        '"a" | type A',
        "# a|",
    ],
    "hcl": ["|", "a |", "a = |", "a = b.|", 'a = "${b|}"', 'a = "${b(|)}"', 'a = "b" |', "# a|", "/* a | */"],
    "lark": ["a: b|", "a: |", 'a: "x" |', "// a|"],
    "postgres": ["SELECT a| FROM b;", "SELECT 'a' |", "SELECT a::double| precision;", "-- a|", "/* a | */"],
    "sparql": ["SELECT * { ?a ?|b }", "SELECT * { ?a <http://x|> ?c }", "SELECT * { ?a | }", "# a|"],
}


def in_text(language_id: str, marked: str) -> bool:
    before, after = marked.split("|")
    grammar = load_grammar(load_registry().by_id(language_id))
    state = Prefix(grammar, before + after).near(len(before), [0], len(before))
    assert state is not None
    return is_in_text(grammar, before + after, state)


@pytest.mark.parametrize(
    ("language_id", "marked"), [(i, text) for i, texts in IN_TEXT.items() for text in texts]
)
def test_in_what_holds_words_and_blanks_anything_may_be_written(language_id: str, marked: str) -> None:
    assert in_text(language_id, marked)


@pytest.mark.parametrize(
    ("language_id", "marked"), [(i, text) for i, texts in IN_CODE.items() for text in texts]
)
def test_in_code_and_in_comments_it_may_not(language_id: str, marked: str) -> None:
    assert not in_text(language_id, marked)
