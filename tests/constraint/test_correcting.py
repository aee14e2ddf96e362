"""A mistake before the cursor, on its own line, is corrected by a change after which the line can be read."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import CursorState, Prefix, corrections, load_grammar
from lsp_server.languages import Language, load_registry
from lsp_server.text import Edit, Span, apply_edits
from tests.constraint.texts import examples

CORRECTED = {
    "hcl": [
        ('greeting =} "hello wor|\n', 'greeting = "hello wor|\n'),
        ('a {\n  " = "v0.|.0"\n  b = "c"\n}\n', 'a {\n   a  = "v0.|.0"\n  b = "c"\n}\n'),
        ('a "b" {\n  c.,  = "d|\n  e = f.g\n}\n', 'a "b" {\n  c  = "d|\n  e = f.g\n}\n'),
        ("a {\n  b b    = |c\n  d = 1\n}\n", "a {\n  b     = |c\n  d = 1\n}\n"),
        ('a {\n  b =§ ["|\n\n  c = 1\n}\n', 'a {\n  b = ["|\n\n  c = 1\n}\n'),
    ],
    "graphql": [
        ("type A {\n  b~(c: D |\n}\n", "type A {\n  b(c: D |\n}\n"),
        ("query {\n  a)(b: 1) { |\n  }\n}\n", "query {\n  a(b: 1) { |\n  }\n}\n"),
    ],
    "postgres": [
        ("ALTER TABLE a\n  ALTER COLUMN b n| NULL;\n", "ALTER TABLE a\n  ALTER COLUMN b  DROP n| NULL;\n"),
        ("UPDATE a] SET |;\n", "UPDATE a SET |;\n"),
        ("CREATE== TYPE a| AS ENUM ('b');\n", "CREATE TYPE a| AS ENUM ('b');\n"),
        (
            'CREATE TABLE a (\n  size" int REFERENCES b,\n  "c" text DEFAULT \'|\'\n);\n',
            "CREATE TABLE a (\n  size int REFERENCES b,\n  \"c\" text DEFAULT '|'\n);\n",
        ),
    ],
    "sparql": [
        ('SELECT * {\n  values"(?a|\n}\n', "SELECT * {\n  values(?a|\n}\n"),
        ('SELECT * {\n  FILTER (REGEX(?a, ^b"|)\n}\n', 'SELECT * {\n  FILTER (REGEX(?a, "^b"|)\n}\n'),
    ],
}
"""Texts, and what one of the first changes makes of them."""

GARBAGE = ("@@", ")", "]", "}", "<<", "==", "?!", ".,", "~", "§")


def _corrected(language: Language, text: str, cursor: int) -> list[tuple[Edit, str, int]]:
    line = text.rfind("\n", 0, cursor) + 1
    found = corrections(Prefix(load_grammar(language), text), (), line, cursor)
    texts = ((edit, apply_edits(text, (edit,))) for edit in found)
    return [(edit, new, cursor + len(new) - len(text)) for edit, new in texts]


@pytest.mark.parametrize(
    ("language_id", "marked", "corrected"),
    [(language_id, *texts) for language_id, cases in CORRECTED.items() for texts in cases],
)
def test_the_change_that_is_meant_is_among_the_first(language_id: str, marked: str, corrected: str) -> None:
    text, cursor = marked.replace("|", ""), marked.index("|")
    found = _corrected(load_registry().by_id(language_id), text, cursor)
    assert corrected in [f"{new[:place]}|{new[place:]}" for _, new, place in found[:4]]


def test_two_lexemes_are_never_left_out_as_one() -> None:
    text = 'SELECT * {\n  FILTER (REGEX(?a, ^b")\n}\n'
    found = _corrected(load_registry().by_id("sparql"), text, text.index(")"))
    assert not [new for _, new, _ in found if '?a, ")' in new]


def test_a_corrected_line_can_be_read_and_is_as_it_was_from_the_cursor_on(language: Language) -> None:
    rng, grammar, seen = Random(3), load_grammar(language), 0
    for text in examples(language):
        for _ in range(4):
            cursor = rng.randrange(len(text) + 1)
            line = text.rfind("\n", 0, cursor) + 1
            place = rng.randint(line, cursor)
            garbage = rng.choice(GARBAGE)
            broken, at = text[:place] + garbage + text[place:], cursor + len(garbage)
            for edit, new, offset in _corrected(language, broken, at):
                assert line <= edit.span.start <= edit.span.end <= at
                assert new[offset:] == text[cursor:]
                state = Prefix(grammar, new).at(offset)
                assert isinstance(state, CursorState)
                assert not any(state.mended_from(line))
                seen += 1
    assert seen


def test_nothing_is_corrected_where_the_text_above_cannot_be_read() -> None:
    language = load_registry().by_id("hcl")
    assert Span(0, 1) not in [edit.span for edit, _, _ in _corrected(language, "} } }\na = ]b", 10)]
