"""Parses with a bundle's own grammar, anew or from the tree of an earlier text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lsp_server.lalr import Grammar, load_grammar
from lsp_server.languages import Language
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.members import Tops
from lsp_server.syntax.lr.nodes import Node, Root
from lsp_server.syntax.lr.reading import Reader
from lsp_server.syntax.nodes import Node as AnyNode
from lsp_server.syntax.parser import Query
from lsp_server.text import Edit


def load_parser(language: Language) -> LrParser:
    """The parser that reads a bundle's grammar.

    Raises:
        GrammarError: the grammar cannot be used.

    """
    return LrParser(load_grammar(language))


class LrParser:
    """A grammar, ready to make trees with."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.builder = Builder(grammar)
        self.brackets = frozenset(text for pair in grammar.language.brackets for text in pair)

    def parse(self, text: str) -> LrTree:
        """Parse a text, whatever is in it."""
        reader = Reader(self.grammar, self.builder, text, 0, begun=False)
        reader.run(set())
        root = Root(reader.kind or self.builder.start, reader.segments, [0] * len(reader.segments), len(text))
        return LrTree(self, text, root)

    def query(self, source: str) -> Query:
        """Read a query; ValueError if it is wrong."""
        raise NotImplementedError


class LrTree:
    """One text and the tree that was made of it."""

    def __init__(self, parser: LrParser, text: str, root: Root) -> None:
        self._parser = parser
        self.text = text
        self.size = len(text)
        self.root = root

    @cached_property
    def members(self) -> Tops:
        """The top-level elements."""
        return Tops(self.root)

    def byte_at(self, offset: int) -> int:
        """The same: places here are offsets."""
        return offset

    def offset_at(self, byte: int) -> int:
        """The same: places here are offsets."""
        return byte

    def edited(self, edits: Sequence[Edit], text: str) -> LrTree:
        """The text after edits, `text` being the last."""
        return self._parser.parse(text)

    def path(self, byte: int) -> Iterator[Node]:
        """The root and, from each node on, its first child that ends after a place."""
        node: Node | None = self.root
        while node is not None:
            yield node
            node = node.child_after(byte)

    def troubled(self, node: AnyNode) -> Iterator[Node]:
        """The ERROR and MISSING nodes, an outer one before those in it."""
        assert isinstance(node, Node)
        pending = [node]
        while pending:
            found = pending.pop()
            if found.is_missing or found.is_error:
                yield found
            if found.has_error:
                pending.extend(reversed(found.children))

    def brackets(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Place and text of the bracket leaves in a range, in order."""
        known = self._parser.brackets
        pending = list(self.members.touching(start, end))[::-1]
        while pending:
            node = pending.pop()
            if node.end_byte <= start or node.start_byte >= end:
                continue
            if node.child_count:
                pending.extend(reversed(node.children))
            elif (text := node.fixed) is not None and text in known and node.start_byte >= start:
                yield node.start_byte, text
