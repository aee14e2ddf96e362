"""What the parser's state tells of names: what the query tells, where it is known at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.lalr import END, drive, load_grammar
from lsp_server.languages import load_registry
from lsp_server.names.places import REACH, Before, Use, learn, places_of


def told(language_id: str, text: str) -> list[tuple[str, str]]:
    """The names that are referred to in a text and of a closed kind, each with its space."""
    language = load_registry().by_id(language_id)
    grammar, places = load_grammar(language), places_of(language)
    found = []
    before: Before = ()
    for lexeme, stack in drive(grammar, grammar.start(), text, 0):
        if lexeme.terminal == END:
            break
        written = text[lexeme.start : lexeme.end]
        use = places.use(stack, lexeme.terminal, before)
        if use and not use.defines and not use.qualifies and set(use.spaces) <= language.naming.closed.keys():
            found.append((use.spaces[0], use.name_in(written)))
        before = ((lexeme.terminal, written), *before[: REACH - 1])
    return found


@pytest.mark.parametrize(
    ("language_id", "text", "names"),
    [
        (
            "hcl",
            'a = foo(module.b.c, [var.d], "${local.e}", { x = data.f.g.h })\n',
            [("module", "b"), ("var", "d"), ("local", "e"), ("data", "g")],
        ),
        ("hcl", "a = b.c.d\n", [("resource", "c")]),
        ("hcl", "a { b = 1 }\n", []),
        (
            "graphql",
            "query ($a: B) { c(d: $a) @e ...F ... on G { h } }\n",
            [("type", "B"), ("variable", "a"), ("directive", "e"), ("fragment", "F"), ("type", "G")],
        ),
        ("graphql", "type A implements B { c(d: E = F): [G!]! @h }\n", ["B", "E", "G", "h"]),
        (
            "sparql",
            "PREFIX a: <b>\nSELECT * { ?c a:d :e ; a a:f }",
            [("prefix", "a"), ("prefix", ":"), ("prefix", "a")],
        ),
        # No example has a prefix alone in a template, or in a path: the same rule reads it there.
        ("sparql", "PREFIX a: <b>\nCONSTRUCT { ?c b: ?d } { ?c a:/^e: ?d }", ["b", "a", "e"]),
    ],
)
def test_references_are_told_as_the_query_tells_them(
    language_id: str, text: str, names: list[tuple[str, str]] | list[str]
) -> None:
    found = told(language_id, text)
    assert (found if not names or isinstance(names[0], tuple) else [name for _, name in found]) == names


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("type A { b(c: D): Int }\n", {"scalar", "enum", "input"}),
        ("type A { b: D }\n", {"scalar", "enum", "type", "interface", "union"}),
        ("type A implements D { b: Int }\n", {"interface"}),
        ("type A { b(c: [D]): Int }\n", set()),  # a list is the same to the parser in both
    ],
)
def test_what_fits_is_known_where_the_state_alone_tells_it(text: str, fits: set[str]) -> None:
    language = load_registry().by_id("graphql")
    before: Before = ()
    for lexeme, stack in drive(load_grammar(language), load_grammar(language).start(), text, 0):
        written = text[lexeme.start : lexeme.end]
        if written == "D":
            use = places_of(language).use(stack, lexeme.terminal, before)
            assert use is not None
            assert use.fits == fits
        before = ((lexeme.terminal, written), *before[: REACH - 1])


def test_nothing_is_learnt_for_a_language_without_closed_kinds() -> None:
    language = load_registry().by_id("lark")
    assert not learn(language, language.examples.values()).uses


def test_a_place_that_means_several_things_is_not_known() -> None:
    language = load_registry().by_id("hcl")
    places = learn(language, ["a = var.b\n", "a = foo.b\n"])
    assert None in places.uses.values()
    assert Use(("var",)) in places.uses.values()


def test_a_bundle_whose_query_is_wrong_teaches_nothing() -> None:
    language = load_registry().by_id("graphql")
    wrong = replace(language, queries={**language.queries, "locals": "(no_such_node) @local.reference.type"})
    assert not places_of(wrong).uses
