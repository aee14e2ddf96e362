"""What follows a cursor is mended only where nothing that is typed could make it fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from lsp_server.constraint import (
    CursorState,
    Grammar,
    Oracle,
    Prefix,
    load_grammar,
    mendings,
    mendings_balanced,
    windows,
)
from lsp_server.languages import Language, load_registry
from lsp_server.text import Edit, apply_edits

MENDED = {
    "hcl": [
        ('a "b" {\n  descr|ease"<<\n}\n', 'a "b" {\n  descr|ease"\n}\n'),
        ("a {\n  b = c.d|e.id id\n}\n", "a {\n  b = c.d|e.id .id\n}\n"),
        ("a {\n  b = |\n  c = [1, 2\n  d = 3\n}\n", "a {\n  b = |\n  c = [1, 2]\n  d = 3\n}\n"),
        ('a {\n  b = |\n  c = d"\n}\n', 'a {\n  b = |\n  c = "d"\n}\n'),
        ("a {\n  b = |\n  c = d..e\n}\n", "a {\n  b = |\n  c = d.e\n}\n"),
        ('a {\n  b = "|"\n  c "d-e-f-g-2"\n  h = 1\n}\n', 'a {\n  b = "|"\n  c ="d-e-f-g-2"\n  h = 1\n}\n'),
        ('a {\n  b = c\n}\n\ne "f|g" \n  h = var.i\n}\n', 'a {\n  b = c\n}\n\ne "f|g" {\n  h = var.i\n}\n'),
    ],
    "graphql": [
        ("type|e Launch {'\n  id: ID!\n}", "type|e Launch {\n  id: ID!\n}"),
        ("type A {\n  b: |\n  c = D\n}\n", "type A {\n  b: |\n  c : D\n}\n"),
        ("type A {\n  b: |\n}\n\ntype E {\n  f G\n}\n", "type A {\n  b: |\n}\n\ntype E {\n  f: G\n}\n"),
    ],
    "postgres": [
        (
            "DROP TRIGGER a| b;\nCREATE TRIGGER c AFTER DELETE ON b EXECUTE FUNCTION d\n\nDROP TABLE e;\n",
            "DROP TRIGGER a| b;\nCREATE TRIGGER c AFTER DELETE ON b EXECUTE FUNCTION d();\nDROP TABLE e;\n",
        ),
    ],
    "sparql": [
        ("PREFIX a: <h|://b.c/d\nSELECT * { ?e a:f ?g }\n", "PREFIX a: <h|://b.c/d>SELECT * { ?e a:f ?g }"),
        ("SELECT * {\n  ?a | .\n  ?b <c d> ?e .\n}\n", "SELECT * {\n  ?a | .\n  ?b <c> ?e .\n}\n"),
        ("SELECT ?s WHER|E { ?s :p* :o?! }\n", "SELECT ?s WHER|E { ?s :p* :o }\n"),
        (
            "PREFIX e: <ht|/>\nASK {\n  FILTER EXISTS { VALUES ?s { e:a\n}\n",
            "PREFIX e: <ht|/>\nASK {\n  FILTER EXISTS { VALUES ?s { e:a\n}}}\n",
        ),
        (
            "DELETE DATA {\n  <|a> <b> <c>\n  GRAPH <d> { <e> <f> g'; <h> <i> }\n}\n",
            "DELETE DATA {\n  <|a> <b> <c>\n  GRAPH <d> { <e> <f> 'g'; <h> <i> }\n}\n",
        ),
    ],
}
"""Texts, and what one of the first changes makes of them; blanks do not count."""

IN_LINE = [
    ("a {\n  b = c|\n\nd {\n  e = f\n}\n", "a {\n  b = c|\n\nd {\n  e = f\n}\n}"),
    ("a {\n  b = |\n  c = [for d null e : f]\n}\n", "a {\n  b = |\n  c = [for d in e : f]\n}\n"),
    ("a {\n  b = |\n  c = {{ for d in e : d => d }\n}\n", "a {\n  b = |\n  c = { for d in e : d => d }\n}\n"),
    (
        "a {\n  b = |\n  c =\n    { d = 1 },\n    { e = 2 }\n  ]\n}\n",
        "a {\n  b = |\n  c = [{ d = 1 },\n    { e = 2 }\n  ]\n}\n",
    ),
    ('a {\n  b = "c|d"\n  e = f\n}\n\ng "h {\n}\n', 'a {\n  b = "c|d"\n  e = f\n}\n\ng "h" {\n}\n'),
    # A comment above says nothing of a line that has begun.
    ("# a\nb = c ? | : {,\n", "# a\nb = c ? | : {}\n"),
]
"""The same in HCL, if what is typed has no line end."""


def _state(grammar: Grammar, text: str, cursor: int) -> CursorState:
    state = Prefix(grammar, text).at(cursor)
    assert isinstance(state, CursorState)
    return state


def _mend(grammar: Grammar, text: str, state: CursorState, *, balanced: bool) -> Iterator[Sequence[Edit]]:
    return (mendings_balanced if balanced else mendings)(grammar, text, state)


def _mended(language: Language, text: str, cursor: int, *, balanced: bool = False) -> list[str]:
    grammar = load_grammar(language)
    state = _state(grammar, text, cursor)
    found = _mend(grammar, text, state, balanced=balanced)
    texts = (apply_edits(text, edits) for edits in found)
    return [f"{text[:cursor]}|{text[cursor:]}" for text in texts]


@pytest.mark.parametrize(("marked", "mended"), IN_LINE)
def test_less_fits_where_what_is_typed_has_no_line_end(marked: str, mended: str) -> None:
    text, cursor = marked.replace("|", ""), marked.index("|")
    grammar = load_grammar(load_registry().by_id("hcl"))
    found = mendings(grammar, text, _state(grammar, text, cursor), in_line=True)
    texts = [apply_edits(text, edits) for edits in found]
    assert "".join(mended.replace("|", "").split()) in ["".join(text.split()) for text in texts[:4]]


@pytest.mark.parametrize(
    ("language_id", "marked", "mended"),
    [(language_id, *texts) for language_id, cases in MENDED.items() for texts in cases],
)
def test_a_small_change_that_lets_the_text_fit_is_among_the_first(
    language_id: str, marked: str, mended: str
) -> None:
    text, cursor = marked.replace("|", ""), marked.index("|")
    language = load_registry().by_id(language_id)
    found = _mended(language, text, cursor) or _mended(language, text, cursor, balanced=True)
    assert "".join(mended.split()) in ["".join(text.split()) for text in found[:4]]


def test_what_a_line_begins_with_becomes_no_part_of_a_comment_above_it() -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    marked = "muta|\n  # b\n  $c: D!\n {\n  e\n}\n"
    state = Prefix(grammar, marked.replace("|", "")).at(marked.index("|"))
    assert isinstance(state, CursorState)
    found = [
        apply_edits(marked.replace("|", ""), edits)
        for edits in mendings(grammar, marked.replace("|", ""), state, in_line=True)
    ]
    assert found
    assert all("# b\n" in text for text in found)


@pytest.mark.parametrize(("beside", "mended"), [("  -- one", False), ("", True)])
def test_the_rest_of_a_line_among_lines_that_end_with_comments_may_be_one(beside: str, mended: bool) -> None:
    language = load_registry().by_id("postgres")
    marked = "SELECT a FROM b WHERE c IN (\n  1,<>\n  443| Mean(calc)\n  3,<>\n  4\n);\n"
    before, after = marked.replace("<>", beside).split("|")
    found = [
        *_mended(language, before + after, len(before)),
        *_mended(language, before + after, len(before), balanced=True),
    ]
    assert bool(found) == mended


def test_lines_that_end_a_comment_are_left_alone() -> None:
    language = load_registry().by_id("hcl")
    text = """data "role" "tree" {
    leaves = ["*
       are what is said of them below.
    when {
      test   = "StringEquals"
      named  = "tree:root/a"  # "a" may be left out
      values = [format("%s-%s", module.tree.id, each.value)]
    }
    leaves = [
    ]
    */

  }
}

module "forest" {
  source = "../trees"

  size = var.size
  kind = var.kind

  trees = module.tree.all
}

locals {
  both = [{
    size = 1
  }]
}
"""
    cursor = text.index("*") + 1
    assert not _mended(language, text, cursor, balanced=True)


def test_brackets_are_put_in_beyond_the_line_that_is_typed_in() -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text = "a {\n  b = \n  c = 1\n"
    found = mendings_balanced(grammar, text, _state(grammar, text, 10))
    assert f"{text}}}" in [apply_edits(text, edits) for edits in found]


@pytest.mark.parametrize("behind", ["", " ", " @d"])
def test_a_bracket_that_lacks_at_the_end_of_the_line_is_to_be_typed(behind: str) -> None:
    """Else one farther on would be one too many. Where something stands behind the cursor, it need not be."""
    text = f"mutation {{\n  a {{\n    b{behind}\n      c\n    }}\n  }}\n  d(e: 1)\n}}\n"
    language = load_registry().by_id("graphql")
    assert bool(_mended(language, text, text.index("b") + 1, balanced=True)) == bool(behind.strip())


def _oracles(
    grammar: Grammar, text: str, cursor: int, *, balanced: bool
) -> Iterator[tuple[Sequence[Edit], Oracle]]:
    state = _state(grammar, text, cursor)
    for edits in _mend(grammar, text, state, balanced=balanced):
        mended = apply_edits(text, edits)
        yield edits, Oracle(grammar, mended, state, windows(grammar, mended, state, 8))


@pytest.mark.parametrize(
    ("marked", "typed"),
    [
        ("type A {\n  b: |\n  c: D\n}}\n", "Int"),
        ("query {\n  a {\n    b|\n    c(d: ==)\n  }\n}\n", "c"),
        ('type A {\n  b(c: String = "|"): D\n}\n\ntype E\n  f: G\n}\n', "x"),
    ],
)
def test_what_is_typed_inside_open_brackets_fits_a_mended_text(marked: str, typed: str) -> None:
    grammar = load_grammar(load_registry().by_id("graphql"))
    text, cursor = marked.replace("|", ""), marked.index("|")
    found = [
        oracle
        for balanced in (False, True)
        for _, oracle in _oracles(grammar, text, cursor, balanced=balanced)
    ]
    assert any(oracle.fit(typed).complete for oracle in found)


def test_a_mended_text_takes_nothing_that_leaves_a_bracket_open() -> None:
    grammar = load_grammar(load_registry().by_id("hcl"))
    text, cursor = "a {\n  b = \n  c = [1, 2\n  d = 3\n}\n", 10
    found = [oracle for _, oracle in _oracles(grammar, text, cursor, balanced=False)]
    assert found
    assert all(oracle.fit("1").complete and not oracle.fit("[1").complete for oracle in found)
