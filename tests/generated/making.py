"""Parsers that are generated for one test, and trees as Lark makes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from lsp_server.errors import ToolError
from lsp_server.languages import Language, ParserBinding
from lsp_server.syntax.generated.making import build_parser, find_generated
from lsp_server.syntax.generated.tools import find_compiler, find_generator
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Parser
from lsp_server.syntax.sitter.parsing import Binding
from tests.constraint.small import small_language

Plain = tuple[str, tuple[int, int] | tuple["Plain", ...]]
"""A node that has a name and some text: its kind, and the places of a leaf, or children.

Where a node ends whose last part is a token without a name is not told: Lark does not always know.
"""


def needs_tools() -> None:
    """Skip a test where the programs that make parsers are missing."""
    try:
        find_generator()
        find_compiler()
    except ToolError as error:
        pytest.skip(str(error))


def own_language(grammar: str, **changed: object) -> Language:
    """A language that has a grammar and no parser."""
    return replace(small_language(grammar), parser=ParserBinding(), **changed)  # type: ignore[arg-type]


def made(language: Language) -> Binding:
    """The parser of a language, made now or before."""
    needs_tools()
    build_parser(language)
    found = find_generated(language)
    assert found is not None
    return found


def plain(binding: Binding, text: str) -> Plain | None:
    """The named nodes of a text that are no comments; None where it has errors."""
    tree = binding.parse(text)
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
    """Assert that a parser takes what Lark takes and makes the same trees; texts of both sorts are wanted."""
    binding = made(language)
    taken = Counter[bool]()
    for text in texts:
        expected = judged(parser, text)
        assert plain(binding, text) == expected, repr(text)
        taken[expected is not None] += 1
    assert min(taken[True], taken[False]) > 20, taken


def every_node(parser: Parser, text: str) -> list[tuple[int, str, bool, int, int]]:
    """The nodes of a text that are not empty: depth, kind, whether named, start, end (not of the root)."""
    tree = parser.parse(text)
    found: list[tuple[int, str, bool, int, int]] = []
    pending = [(tree.root, 0)]
    while pending:
        node, depth = pending.pop()
        start, end = tree.offset_at(node.start_byte), tree.offset_at(node.end_byte)
        if start < end or not depth:
            found.append((depth, node.type, node.is_named, *((start, end) if depth else (0, 0))))
        pending += [(child, depth + 1) for child in reversed(node.children)]
    return found
