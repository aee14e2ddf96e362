"""The rest of a cursor's line is mended only where the grammar proves that nothing makes it fit."""

from __future__ import annotations

from random import Random

import pytest

from lsp_server.constraint import CursorState, Prefix, load_grammar, mendings_beside
from lsp_server.languages import Language, load_registry
from lsp_server.text import apply_edits
from tests.constraint.texts import examples

MENDED = {
    "hcl": [
        ('a "b" {\n  descr|ease"<<\n}\n', 'a "b" {\n  descr|ease"\n}\n'),
        ("a {\n  b = c.d|e.id id\n}\n", "a {\n  b = c.d|e.id \n}\n"),
    ],
    "graphql": [("type|e Launch {'\n  id: ID!\n}", "type|e Launch {\n  id: ID!\n}")],
    "sparql": [("SELECT ?s WHER|E { ?s :p* :o?! }\n", "SELECT ?s WHER|E { ?s :p* :o }\n")],
}

FIT = {
    "hcl": [
        "a = |\n",
        'a = |b"\n',
        "a {\n  b = |]\n}\n",
        "a = 1 | see the manual for more of this\n",
        "a = |of.this\n",
        "a = 1 |\nb = = 2\n",
    ],
    "graphql": ["type A {\n  b: C| is what it returns.\n}\n", "type A {\n  b(c|): D\n}\n"],
}


def _mended(language: Language, text: str, cursor: int) -> list[str]:
    grammar = load_grammar(language)
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    found = (apply_edits(text, (edit,)) for edit in mendings_beside(grammar, text, state))
    return [f"{text[:cursor]}|{text[cursor:]}" for text in found]


@pytest.mark.parametrize(
    ("language_id", "marked", "mended"),
    [(language_id, *texts) for language_id, cases in MENDED.items() for texts in cases],
)
def test_the_least_change_that_lets_the_line_fit_comes_first(
    language_id: str, marked: str, mended: str
) -> None:
    text, cursor = marked.replace("|", ""), marked.index("|")
    assert _mended(load_registry().by_id(language_id), text, cursor)[0] == mended


@pytest.mark.parametrize(
    ("language_id", "marked"), [(language_id, text) for language_id, texts in FIT.items() for text in texts]
)
def test_a_line_that_may_fit_something_is_left_alone(language_id: str, marked: str) -> None:
    text, cursor = marked.replace("|", ""), marked.index("|")
    assert not _mended(load_registry().by_id(language_id), text, cursor)


def test_what_is_left_of_a_line_of_a_valid_text_is_never_mended(language: Language) -> None:
    rng, grammar = Random(7), load_grammar(language)
    for text in examples(language):
        for _ in range(10):
            start = rng.randint(0, len(text))
            line_end = text.find("\n", start) if "\n" in text[start:] else len(text)
            end = rng.randint(start, line_end)
            beyond = Prefix(grammar, text).at(end)
            assert isinstance(beyond, CursorState)
            in_lines = grammar.modes[beyond.here.state] in grammar.over_lines
            if not beyond.commented and not in_lines:
                document = text[:start] + text[end:]
                assert not _mended(language, document, start), (text, start, end)
