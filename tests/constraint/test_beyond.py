"""What follows a cursor is known to be wrong only where nothing that is typed could make it fit."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from lsp_server.constraint import CursorState, Prefix, is_wrong_beyond, load_grammar
from lsp_server.languages import Language, load_registry
from tests.constraint.small import small_language
from tests.constraint.texts import examples

WRONG = {
    "hcl": [
        'a "b" {\n  descr|ease"<<\n}\n',
        "a {\n  b = c.d|e.id id\n}\n",
        "a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n",
        "a {\n  b = |\n  c = d..e\n}\n",
    ],
    "graphql": ["type|e Launch {'\n  id: ID!\n}"],
    "postgres": [
        "DROP TRIGGER a| b;\nCREATE TRIGGER c AFTER DELETE ON b EXECUTE FUNCTION d\n\nDROP TABLE e;\n"
    ],
    "sparql": [
        "PREFIX a: <h|://b.c/d\nSELECT * { ?e a:f ?g }\n",
        "SELECT * {\n  ?a | .\n  ?b <c d> ?e .\n}\n",
        "SELECT ?s WHER|E { ?s :p* :o?! }\n",
    ],
}

WRONG_IN_LINE = [
    "a {\n  b = c|\n\nd {\n  e = f\n}\n",
    "a {\n  b = |\n  c = [for d null e : f]\n}\n",
    "# a\nb = c ? | : {,\n",
]
"""The same in HCL, if what is typed has no line end."""

FIT = {
    "hcl": [
        "a = |\n",
        'a = |b"\n',
        "a {\n  b = |]\n}\n",
        "a = 1 | see the manual for more of this\n",
        "a = b|nual for more of this\n",
        "a = b|a-of `this`\n",
        "a = |of.this\n",
        'a {\n  b = "c/|d/<e>/${f}.g\n}\n',
        "a {\n  b = |\n    c = 1\n  })\n}\n",
        WRONG_IN_LINE[0],
    ],
    "graphql": [
        "type A {\n  b: C| is what it returns.\n}\n",
        "type A {\n  b(c|): D\n}\n",
        "type A {\n  b: |\n  c\n}\n",
    ],
}


def _is_wrong(language: Language, marked: str, *, in_line: bool = False) -> bool:
    text, cursor = marked.replace("|", "", 1), marked.index("|")
    grammar = load_grammar(language)
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return is_wrong_beyond(grammar, text, state, in_line=in_line)


@pytest.mark.parametrize(
    ("language_id", "marked"), [(name, text) for name, texts in WRONG.items() for text in texts]
)
def test_what_nothing_could_make_fit_is_wrong(language_id: str, marked: str) -> None:
    assert _is_wrong(load_registry().by_id(language_id), marked)


@pytest.mark.parametrize("marked", WRONG_IN_LINE)
def test_less_fits_where_what_is_typed_has_no_line_end(marked: str) -> None:
    assert _is_wrong(load_registry().by_id("hcl"), marked, in_line=True)


@pytest.mark.parametrize(
    ("language_id", "marked"), [(name, text) for name, texts in FIT.items() for text in texts]
)
def test_a_text_that_may_fit_something_is_not_wrong(language_id: str, marked: str) -> None:
    assert not _is_wrong(load_registry().by_id(language_id), marked)


@pytest.mark.parametrize("in_line", [False, True])
def test_what_is_left_of_a_valid_text_is_never_wrong(language: Language, in_line: bool) -> None:
    rng, grammar = Random(7), load_grammar(language)
    for text in examples(language):
        for _ in range(10):
            start = rng.randint(0, len(text))
            end = min(len(text), start + rng.choice((0, 2, 10, 60)))
            beyond = Prefix(grammar, text).at(end)
            assert isinstance(beyond, CursorState)
            document = text[:start] + text[end:]
            before = Prefix(grammar, document).at(start)
            crosses = in_line and "\n" in text[start:end]
            if (
                not beyond.commented
                and isinstance(before, CursorState)
                and not before.commented
                and not crosses
            ):
                assert not is_wrong_beyond(grammar, document, before, in_line=in_line), (text, start, end)


def test_what_is_missing_may_be_balanced_and_is_not_taken_for_damage_further_on() -> None:
    language = small_language(
        "start: (FOR OPEN NAME* CLOSE (DO OPEN (NAME | CALL)* CLOSE)?)*\n"
        'FOR: "for"\nDO: "do"\nCALL: "!"\nOPEN: "{"\nCLOSE: "}"\nNAME: /[a-z]+/\n%ignore /[ \\n]+/\n'
    )
    language = replace(language, brackets=(("{", "}"),))
    assert not _is_wrong(language, "for {\n  a|\n\n  b d e\n  !\n}\n")
    assert _is_wrong(language, "for {\n  a|\n\n  b\n  + c\n}\n")


def test_half_a_word_is_not_taken_for_damage_where_the_whole_word_avoids_it() -> None:
    language = small_language(
        "start: (SET NAME (AT NAME)* LINE | NAME (AT NAME)* LINE | SET NAME AT NAME BANG LINE)*\n"
        'SET: "setting"\nAT: "@"\nBANG: "!"\nLINE: ";"\nNAME: /[a-z]+/\n%ignore /[ \\n]+/\n'
    )
    assert not _is_wrong(language, "s|ting a\n@ b !;\n")
