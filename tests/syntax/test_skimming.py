"""Elements that are read past have the nodes that reading them makes, once they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest

from lsp_server.features.diagnostics import diagnose
from lsp_server.lalr import load_grammar
from lsp_server.languages import Language, bundled_directory, load_bundle
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.nodes import Green, Root, Segment
from lsp_server.syntax.lr.parsing import LrParser, LrTree
from lsp_server.syntax.lr.reading import Reader
from lsp_server.text import Span
from tests.constraint.texts import PIECES, examples
from tests.syntax.test_lark import SHAPED, TEXTS, edited, random_edit

BUNDLES = [load_bundle(bundled_directory() / name) for name in ("graphql", "hcl", "postgres")]


def _material(language: Language) -> tuple[Sequence[str], tuple[str, ...]]:
    """Whole texts, and pieces that break them."""
    if language is SHAPED:
        return TEXTS, ("(", "]", "do ", "= 1\n", "<<", "#", "/*")
    return examples(language), PIECES[language.id]


def _as_told(green: Green) -> object:
    return (
        green.kind.name,
        green.start,
        green.end,
        green.broken,
        [_as_told(child) for child in green.children],
    )


def _all_of(segment: Segment) -> object:
    places = segment.origin, segment.reach, segment.start, segment.end, segment.broken, segment.size
    return places, [_as_told(child) for child in segment.children]


def _read_through(builder: Builder, text: str) -> list[Segment]:
    """The segments of a text of which every lexeme is read for its node."""
    reader = Reader(builder, text, 0, begun=False)
    reader.run(lambda _: None)
    return reader.segments


def _root(tree: SyntaxTree) -> Root:
    root = tree._parsed.root
    assert isinstance(root, Root)
    return root


@pytest.mark.parametrize("language", [SHAPED, *BUNDLES], ids=lambda language: language.id)
def test_segments_are_those_of_a_reader_that_makes_all_nodes(language: Language) -> None:
    parser, random, skimmed = LrParser(load_grammar(language)), Random(5), 0
    whole, pieces = _material(language)
    for _ in range(24):
        text = "\n".join(random.choices(whole, k=2))
        for _ in range(random.randrange(3)):
            text = edited(text, random_edit(random, text, pieces))
        found, wanted = parser.parse(text).root.segments, _read_through(parser.builder, text)
        skimmed += sum(segment.brackets is not None for segment in found)
        assert [*map(_all_of, found)] == [*map(_all_of, wanted)], text
    assert skimmed


@pytest.mark.parametrize("language", [SHAPED, *BUNDLES], ids=lambda language: language.id)
def test_brackets_are_those_of_the_nodes(language: Language) -> None:
    text = "\n".join(_material(language)[0])
    tree = LrParser(load_grammar(language)).parse(text)
    of_nodes = [found for index in range(len(tree.root.segments)) for found in _of_leaves(tree, index)]
    assert [*tree.brackets(0, len(text))] == of_nodes
    assert of_nodes


def _of_leaves(tree: LrTree, index: int) -> Iterator[tuple[int, str]]:
    """The brackets of one segment, found in its leaves."""
    pending = [*tree.root.tops_of(index)][::-1]
    while pending:
        node = pending.pop()
        pending.extend(reversed(node.children))
        if not node.child_count:
            yield from tree.signs(node)


@pytest.mark.parametrize("language", [SHAPED, *BUNDLES], ids=lambda language: language.id)
def test_damage_is_that_of_all_parts(language: Language) -> None:
    random, damaged = Random(7), 0
    whole, pieces = _material(language)
    for _ in range(24):
        text = "\n".join(random.choices(whole, k=2))
        for _ in range(random.randrange(1, 6)):
            text = edited(text, random_edit(random, text, pieces))
        tree = parse(language, text)
        assert tree.damage == (() if tree.sound else tree.damage_beside(())), text
        damaged += len(tree.damage)
    assert damaged > 12


def test_elements_far_from_a_mistake_are_not_read() -> None:
    tree = parse(SHAPED, "a = (1)\n" * 6_000 + "a = (\n" + "a = (1)\n" * 6_000)
    assert diagnose(tree, load_grammar(SHAPED))
    unread = sum(segment._nodes is not None for segment in _root(tree).segments)
    assert unread > 11_000


def test_a_query_of_a_span_reads_no_more_than_that() -> None:
    shaped = replace(SHAPED, queries={"highlights": "(set (NAME) @variable)", "locals": "(start) @scope"})
    text = "a = (1)\n" * 6_000
    tree, near = parse(shaped, text), Span(24_000, 24_100)
    names = tree.matches("highlights", near)
    assert [match.captures[0].span.start for match in names] == [*range(24_000, 24_100, 8)]
    assert [match.captures[0].span for match in tree.matches("locals", near)] == [Span(0, len(text))]
    assert sum(segment._nodes is not None for segment in _root(tree).segments) > 5_900


def test_nodes_of_a_segment_are_made_once() -> None:
    tree = parse(SHAPED, "a = 1\n" * 50)
    segment = next(segment for segment in _root(tree).segments if segment._nodes is not None)
    assert segment.children[0] is segment.children[0]
