"""Suggestions at closers that an editor put behind the cursor by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from lsp_server.constraint import check, load_grammar
from lsp_server.features.autoclosed import autoclosed
from lsp_server.features.recall import Recall, Wanted
from tests.features.completing import CURSOR, language_of, suggest

typed = partial(suggest, automatic=True, in_editor=True)


@pytest.mark.parametrize(
    ("marked", "closers"),
    [
        ('resource "a<|>"\n}\n', '"'),
        ('a = f(g["b<|>"])  ', '"])'),
        ("a = b<|>", ""),
        ("a = b<|>)", ""),
        ('a = "b"<|>"', ""),
        ('a = f("b<|>") # c', ""),
        ('f(\n"b<|>")', ""),
    ],
)
def test_closers_are_those_of_what_the_line_opens_and_nothing_else_follows_them(
    marked: str, closers: str
) -> None:
    before, after = marked.split(CURSOR)
    assert autoclosed(language_of("hcl"), before + after, len(before)) == closers


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "closers"),
    [
        ("hcl", 'resource "lend<|>"\n', 'ing" "one" {}', '"'),
        ("hcl", 'resource "lend<|>"\n\nlocals {\n}\n', 'ing" "one" {}', '"'),
        ("graphql", "query Q($a<|>)", ": Int) { b }", ")"),
        ("sparql", "SELECT * { ?a ?b ?c FILTER(?a<|>)", " > 1) }", ")"),
    ],
)
def test_where_nothing_fits_before_closers_they_are_put_again(
    name: str, marked: str, wanted: str, closers: str
) -> None:
    language = language_of(name)
    before, after = marked.split(CURSOR)
    found = typed(name, marked, wanted).items
    assert [(item.text, item.end - item.start) for item in found] == [(wanted, len(closers))]
    for item in found:
        assert check(load_grammar(language), before + item.text + after[len(closers) :]) is None
    assert not typed(name, marked, wanted, in_editor=False).items


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "found"),
    [
        ("hcl", 'a = f("b<|>")\n', 'c").d', "c"),
        ("hcl", 'a = "${<|>}"\n', 'b.c}-d"', "b.c"),
        ("hcl", 'a = "${<|>}"\n', 'b.c}"', "b.c"),
        ("hcl", "a = [f(<|>)]\n", "b), f(c", "b), f(c"),
        ("postgres", "INSERT INTO a (b<|>)", ") VALUES (1)", ") VALUES (1"),
    ],
)
def test_where_a_text_fits_before_closers_they_stay(name: str, marked: str, wanted: str, found: str) -> None:
    (item,) = typed(name, marked, wanted).items
    assert (item.text, item.end) == (found, item.start)


def test_what_is_left_after_some_of_it_was_typed_is_put_in_place_of_the_same_closers() -> None:
    text, wanted = 'resource "lend"\n', Wanted(automatic=True)
    made = typed("hcl", 'resource "lend<|>"\n', 'ing" "one" {}')
    recall = Recall().having(made, wanted, text)
    left = recall.at('resource "lendin"\n', made.offset + 2, wanted)
    assert left is not None
    (item,) = left.items
    assert (item.text, item.start, item.end) == ('g" "one" {}', made.offset + 2, made.offset + 3)
    assert left == replace(made, offset=left.offset, items=left.items, timings_ms={}, tokens=0)
