"""A parser that reads a grammar takes what Lark takes, and makes Lark's tree of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.sampling import draw_samples
from lsp_server.lalr import Grammar, load_grammar
from lsp_server.languages import Language, ParserBinding
from lsp_server.syntax.lr import load_parser
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Parser
from tests.constraint.small import small_language
from tests.counts import tries
from tests.lalr.test_indentation import GRAMMAR, JUDGE, RULES, texts
from tests.shapes import SHAPES, TEMPLATES

Plain = tuple[str, tuple[int, int] | tuple["Plain", ...]]
"""A node that has a name and some text: its kind, and the places of a leaf, or children.

Where a node ends whose last part is a token without a name is not told: Lark does not always know.
"""


@pytest.mark.parametrize("name", SHAPES)
def test_trees_are_those_of_lark(name: str) -> None:
    language = own_language(SHAPES[name])
    lark = Lark(SHAPES[name], parser="lalr", propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, _programs(load_grammar(language), tries(40, 1_000)))


def test_trees_have_brackets_that_are_parts_of_lexemes() -> None:
    language = own_language(TEMPLATES, brackets=(("{", "}"), ("[", "]"), ("(", ")")))
    text = 'a = "é $${ { ${~ {b} ~} }";\nc = `é [ $[d(e)] $[f] ]`;\n'
    tree = load_parser(language).parse(text)
    assert not tree.root.has_error
    places = sorted((tree.offset_at(place), sign) for place, sign in tree.brackets(0, tree.size))
    assert "".join(sign for _, sign in places) == "{{}}[()][]"
    assert all(text.startswith(sign, place) for place, sign in places)


def test_blocks_by_indentation_are_those_of_lark() -> None:
    language = own_language(GRAMMAR, indentation=RULES)
    lark = Lark(GRAMMAR, parser="lalr", postlex=JUDGE, propagate_positions=True, maybe_placeholders=False)
    compare(language, lark, (f"{text}\n" for text in texts(Random(5), tries(250, 10_000))))


def _programs(grammar: Grammar, number: int) -> Iterator[str]:
    """Programs, each with two that have a slip."""
    mutator = Mutator(grammar, Random(3))
    for text in draw_samples(grammar, number, 3).texts:
        yield from (text, mutator.mutate(text), mutator.mutate(text))


def own_language(grammar: str, **changed: object) -> Language:
    """A language that has a grammar and no parser."""
    return replace(small_language(grammar), parser=ParserBinding(), **changed)  # type: ignore[arg-type]


def plain(parser: Parser, text: str) -> Plain | None:
    """The named nodes of a text that are no comments; None where it has errors."""
    tree = parser.parse(text)
    return None if tree.root.has_error else _plain(tree.root, tree.offset_at)


def _plain(node: Node, at: Callable[[int], int]) -> Plain:
    if node.type.rpartition("__")[2].isupper():
        return node.type, (at(node.start_byte), at(node.end_byte))
    children = (child for child in node.children if child.is_named and not child.is_extra)
    return node.type, tuple(_plain(child, at) for child in children if child.start_byte < child.end_byte)


def judged(parser: Lark, text: str) -> Plain | None:
    """The same as Lark has it; its Indenter also rejects texts with errors that are not Lark's."""
    try:
        return next(_judged(parser.parse(text)), ("start", ()))
    except (LarkError, AssertionError, IndexError):
        return None


def _judged(tree: Tree[Token] | Token) -> Iterator[Plain]:
    if isinstance(tree, Token):
        assert tree.start_pos is not None
        assert tree.end_pos is not None
        yield tree.type, (tree.start_pos, tree.end_pos)
    elif not tree.meta.empty:
        yield str(tree.data), tuple(plain for child in tree.children for plain in _judged(child))


def compare(language: Language, parser: Lark, texts: Iterable[str]) -> None:
    """Assert that a parser takes what Lark takes and makes the same trees; texts of both sorts are wanted.

    Where lines have to end, the last one may lack its end, and the tree is that of the text with one.
    """
    own = load_parser(language)
    ends = bool(own.grammar.last_line_ends)
    taken = Counter[bool]()
    for text in texts:
        expected = judged(parser, text)
        if expected is None and ends and not text.endswith("\n"):
            expected = judged(parser, f"{text}\n")
        assert plain(own, text) == expected, repr(text)
        taken[expected is not None] += 1
    assert min(taken[True], taken[False]) > 20, taken
