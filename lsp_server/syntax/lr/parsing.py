"""Parses with a bundle's own grammar, anew or from the tree of an earlier text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

from lsp_server import cancellation
from lsp_server.cache import cached_property
from lsp_server.lalr import Grammar, load_grammar
from lsp_server.lalr.general import GeneralTable
from lsp_server.languages import Language
from lsp_server.syntax.lr.building import Builder
from lsp_server.syntax.lr.growing import grow
from lsp_server.syntax.lr.members import Tops
from lsp_server.syntax.lr.nodes import Kind, Node, Root, Segment
from lsp_server.syntax.lr.reading import Reader
from lsp_server.syntax.lr.skimming import skim
from lsp_server.syntax.nodes import Node as AnyNode
from lsp_server.syntax.parser import Change, stretch_of
from lsp_server.syntax.query import Query, compile_query
from lsp_server.text import Edit, Span


def load_parser(language: Language) -> LrParser:
    """The parser that reads a bundle's grammar.

    Raises:
        GrammarError: the grammar cannot be used.

    """
    return LrParser(load_grammar(language))


class LrParser:
    """A grammar, ready to make trees with."""

    name = "the grammar itself"

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.builder = Builder(grammar)

    def parse(self, text: str) -> LrTree:
        """Parse a text, whatever is in it."""
        table = self.grammar.table
        if isinstance(table, GeneralTable):
            segment, top, whole = grow(self.builder, table, text, _beginning(text))
            return LrTree(self, text, Root(top, [segment], [0], len(text)), whole=whole)
        segments, kind = self._read(text, _beginning(text))
        return LrTree(self, text, Root(kind, segments, [0] * len(segments), len(text)))

    def _read(self, text: str, start: int) -> tuple[Sequence[Segment], Kind]:
        """The segments of a whole text, and the kind of what they are in."""
        segments, begun = list[Segment](), False
        while True:
            reader = Reader(self.builder, text, start, begun=begun)
            place = reader.next()
            segments += reader.segments
            if place is None:
                return segments, reader.kind or self.builder.start
            skimmed, start = skim(self.builder, text, place)
            segments += skimmed
            begun = True

    def reparse(
        self, tree: LrTree, changed: Span, text: str, cancelled: Callable[[], bool] = lambda: False
    ) -> LrTree:
        """The tree of a text in which one stretch was replaced.

        Read anew is what had a character of it, or the place, in view, up to where a segment began before.
        Where the grammar is not LALR(1), that is all of it.

        Raises:
            StoppedError: it was cancelled, which is asked where a segment ends.

        """
        if isinstance(self.grammar.table, GeneralTable):
            return self.parse(text)
        old, delta = tree.root, len(text) - tree.size
        first = bisect_right(old.reaches, changed.start)
        start = old.origins[first] if first else _beginning(text)
        reader = Reader(self.builder, text, start, begun=first > 0)

        def known(place: int) -> int | None:
            cancellation.check(cancelled)
            number = bisect_left(old.origins, max(place - delta, changed.end), lo=max(first, 1))
            return number if number < len(old.origins) and old.origins[number] == place - delta else None

        last = reader.run(known)
        kept = len(old.segments) if last is None else last
        segments = [*old.segments[:first], *reader.segments, *old.segments[kept:]]
        shifts = [
            *old.shifts[:first],
            *repeat(0, len(reader.segments)),
            *(s + delta for s in old.shifts[kept:]),
        ]
        kind = reader.kind or (self.builder.start if last is None else old.kind)
        old_end = tree.size if last is None else old.origins[last]
        change = Change(start, old_end, old_end + delta)
        return LrTree(self, text, Root(kind, segments, shifts, len(text)), change)

    def query(self, source: str, path: Path | None = None) -> Query:
        """Read a query, which may name nodes of any dialect of the language; ValueError if it is wrong."""
        language = self.grammar.language
        others = (dialect for dialect in language.dialects if dialect is not language)
        kinds = self.builder.kinds.union(*(load_parser(dialect).builder.kinds for dialect in others))
        return compile_query(
            source,
            {kind.name for kind in kinds if kind.named},
            {kind.name for kind in kinds if not kind.named},
            path,
        )


def _beginning(text: str) -> int:
    """Where reading begins: a byte order mark is no part of any language."""
    return int(text.startswith("\ufeff"))


class LrTree:
    """One text and the tree that was made of it; one made from another is the same as one made anew."""

    exact = True

    def __init__(
        self, parser: LrParser, text: str, root: Root, change: Change | None = None, *, whole: bool = True
    ) -> None:
        self._parser = parser
        self.change = change
        self.text = text
        self.size = len(text)
        self.root = root
        self.whole = whole

    def root_over(self, start: int, end: int) -> Node:
        """The root, with those segments alone that touch a range: the others may not have been read yet."""
        return self.root.over(start, end)

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

    def edited(
        self, edits: Sequence[Edit], text: str, cancelled: Callable[[], bool] = lambda: False
    ) -> LrTree:
        """The text after edits, `text` being the last."""
        assert len(text) - self.size == sum(len(one.text) + one.span.start - one.span.end for one in edits)
        return self._parser.reparse(self, stretch_of(edits, len(self.text)), text, cancelled)

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
                pending.extend(reversed([*self.root.damaged()] if found is self.root else found.children))

    def brackets(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Place and text of the brackets in a range that are leaves, or in one, in order."""
        root = self.root
        for index in root.numbers(start, end):
            segment, shift = root.segments[index], root.shifts[index]
            if segment.brackets is None:
                found = self._brackets_in(root.tops_of(index), start, end)
            else:
                found = ((place + shift, sign) for place, sign in segment.brackets)
            yield from ((place, sign) for place, sign in found if start <= place < end)

    def _brackets_in(self, nodes: Iterable[Node], start: int, end: int) -> Iterator[tuple[int, str]]:
        """Those in some nodes, as far as these touch a range, in order."""
        pending = [*nodes][::-1]
        while pending:
            node = pending.pop()
            if node.end_byte <= start or node.start_byte >= end:
                continue
            if node.child_count:
                pending.extend(reversed(node.children))
            else:
                yield from self.signs(node)

    def signs(self, node: AnyNode) -> Iterable[tuple[int, str]]:
        """Place and text of the brackets that a leaf is, or holds; none of one that the parser put in."""
        assert isinstance(node, Node)
        signs, start = self._parser.builder.signs_in.get(node.kind), node.start_byte
        within = () if signs is None else signs.within(self.text[start : node.end_byte])
        return ((start + place, sign) for place, sign in within)
