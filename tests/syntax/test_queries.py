"""Queries of a bundle over a tree."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from lsp_server.errors import BundleError
from lsp_server.languages import Language, load_registry
from lsp_server.syntax import parse
from lsp_server.text import Edit, Span

QUERY = """
(attribute (identifier) @name (expression) @value) @item

((identifier) @root (#eq? @root "var") (#set! kind "module"))
"""


def hcl(query: str = QUERY) -> Language:
    language = load_registry().by_id("hcl")
    return replace(language, queries={**language.queries, "own": query})


def test_a_match_has_its_captures_in_order_an_outer_one_first() -> None:
    text = 'é = "𝒳"\nab = 1\n'
    found = [match for match in parse(hcl(), text).matches("own") if match.pattern == 0]
    named = [[(c.name, text[c.span.start : c.span.end]) for c in match.captures] for match in found]
    assert named == [
        [("item", 'é = "𝒳"'), ("name", "é"), ("value", '"𝒳"')],
        [("item", "ab = 1"), ("name", "ab"), ("value", "1")],
    ]
    assert [capture.kind for capture in found[0].captures] == ["attribute", "identifier", "expression"]


def test_predicates_are_obeyed_and_settings_told() -> None:
    found = [m for m in parse(hcl(), "a = var.x + vary\n").matches("own") if m.pattern == 1]
    assert [(m.captures[0].span, dict(m.settings)) for m in found] == [(Span(4, 7), {"kind": "module"})]


@pytest.mark.parametrize("edited", [False, True])
def test_predicates_are_obeyed_in_a_text_so_long_that_the_parser_reads_it_in_pieces(edited: bool) -> None:
    query = r"""((identifier) @long (#match? @long "^é+z$")) ((template_literal) @line (#eq? @line "\n"))"""
    unit = f"a = {'é' * 100}z + {'é' * 100}y\nb = <<E\n{'𝒳' * 40}\n\nE\n"
    text = unit * 400
    tree = parse(hcl(query), text)
    if edited:
        text = f"z{text}"
        tree = tree.edited((Edit(Span(0, 0), "z"),), text)
    found = [(match.pattern, text[match.captures[0].span.start :][:101]) for match in tree.matches("own")]
    assert found == [(0, f"{'é' * 100}z")] * 400


def test_only_what_touches_a_span_is_found() -> None:
    text = "a = 1\nb = 2\nc = 3\n"
    found = parse(hcl(), text).matches("own", Span(7, 8))
    assert [text[match.captures[1].span.start] for match in found] == ["b"]


@pytest.mark.parametrize(
    ("language_id", "code"),
    [("graphql", "type A { b: C }"), ("hcl", "a = 1"), ("postgres", "SELECT 1;"), ("sparql", "ASK {}")],
)
def test_nothing_is_found_in_the_blanks_around_a_text(language_id: str, code: str) -> None:
    around = " \n\n "
    tree = parse(load_registry().by_id(language_id), around + code + around)
    begin, size = len(around), len(tree.text)
    for start in range(size + 1):
        for end in range(start + 1, size + 1):
            found = [
                *tree.captures("highlights", Span(start, end)),
                *tree.matches("highlights", Span(start, end)),
            ]
            assert not found or (end >= begin and start <= begin + len(code))


def test_a_query_that_a_bundle_does_not_have_finds_nothing() -> None:
    assert parse(load_registry().by_id("hcl"), "a = 1\n").matches("of no bundle") == ()


def test_a_wrong_query_is_one_line_with_its_place() -> None:
    language = hcl("(attribute)\n(nothing) @a\n")
    with pytest.raises(BundleError) as caught:
        parse(language, "").matches("own")
    assert str(caught.value).startswith(
        f"{language.directory / 'queries' / 'own.scm'}:2: Invalid node type: nothing"
    )


def test_a_wrong_predicate_is_one_line_with_the_place_of_its_pattern() -> None:
    language = hcl("(attribute)\n((identifier) @a (#eq? @a))\n")
    with pytest.raises(BundleError) as caught:
        parse(language, "").matches("own")
    place = language.directory / "queries" / "own.scm"
    assert str(caught.value).startswith(
        f"{place}:2: Invalid predicate in pattern: #eq? expects 2 arguments, got 1"
    )


def test_what_is_asked_before_a_setting_frees_nothing_twice() -> None:
    """tree-sitter's binding crashes when it lets go of a query in which it does."""
    good = '((identifier) @a (#match? @a "^(a|\\")$") (#eq? @a "a")\n (#set! b "c") (#set! d "(#e)"))\n'
    code = (
        "import tree_sitter, tree_sitter_hcl\n"
        "from lsp_server.syntax.sitter.queries import read_query\n"
        "language = tree_sitter.Language(tree_sitter_hcl.language())\n"
        f"good = {good!r}\n"
        "for wrong in ['', '((identifier) @a (#eq? @a))'] * 50:\n"
        "    try:\n"
        "        query = read_query(language, good + wrong)\n"
        "        assert query.pattern_settings(0) == {'b': 'c', 'd': '(#e)'}\n"
        "    except ValueError as error:\n"
        "        assert wrong, error\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
