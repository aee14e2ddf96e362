"""Parses with tree-sitter, anew or from the tree of an earlier text, and finds nodes in what it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from pathlib import Path
from time import thread_time

import tree_sitter

from lsp_server import cancellation
from lsp_server.cache import cached_property
from lsp_server.syntax.brackets import Signs
from lsp_server.syntax.nodes import Node
from lsp_server.syntax.parser import Change
from lsp_server.syntax.sitter.elements import TopLevel
from lsp_server.syntax.sitter.hidden import undivided
from lsp_server.syntax.sitter.queries import SitterQuery, quoted, read_query
from lsp_server.syntax.sitter.source import Source
from lsp_server.text import Edit, apply_edits

_PIECE = 16_384
"""So many bytes are parsed in a millisecond or two."""

_AT_ONCE = _PIECE
"""So many are parsed while nothing else runs."""

_SLOW, _LITTLE = 0.05, 256
"""Where a piece took so many seconds of computing, the next ones have so few bytes."""

_PATIENCE, _PER_BYTE = 3.0, 2e-6
"""Seconds of computing that a parse may take, and for each byte: real texts take a quarter of the latter."""

_WORD = 64
"""So many are given at a time where a query asks for the text of a node, which mostly is a word."""


LeafKind = tuple[str, bool]
"""A kind of node, and whether that is a name: one that is none is the lexeme itself."""


@dataclass(frozen=True, eq=False)
class Binding:
    """A loaded parser.

    `lists` are the kinds of node that hold a repetition at the beginning of a text, `elements` the kinds
    that such a repetition repeats. `find_signs` finds the brackets of lexemes that are one, or hold some.
    """

    parser_language: tree_sitter.Language
    lists: frozenset[str]
    elements: frozenset[str]
    find_signs: Callable[[], Mapping[LeafKind, Signs]]

    @property
    def name(self) -> str:
        """What makes the trees."""
        return "tree-sitter"

    @cached_property
    def signs(self) -> Mapping[LeafKind, Signs]:
        """The brackets of lexemes that are one, or hold some."""
        return self.find_signs()

    @cached_property
    def bracket_query(self) -> tree_sitter.Query | None:
        """Finds the brackets, each captured; None where the language has none."""
        known = [f"({kind})" if named else quoted(kind) for kind, named in sorted(self.signs)]
        return tree_sitter.Query(self.parser_language, f"[{' '.join(known)}] @bracket") if known else None

    def parse(self, text: str, cancelled: Callable[[], bool] = lambda: False) -> SitterTree:
        """Parse a text, whatever is in it."""
        source = Source(text)
        return SitterTree(self, source, *self.run(source, None, cancelled))

    def run(
        self, source: Source, old: tree_sitter.Tree | None, cancelled: Callable[[], bool]
    ) -> tuple[tree_sitter.Tree, int | None]:
        """The tree of a text, made from an older one that was told the edits, if there is one.

        Beside it stands where it ends, if that is too soon: there are texts in which tree-sitter takes for
        each error as long as for all before. The rest of one that takes too long is not given to it.

        tree-sitter lets no other thread run but where it asks for more of the text; so a long one is given in
        pieces. Of these it never lets go (0.26), so they are views, which are released here. It asks as well
        for the text of a node that a query compares, and there takes nothing but bytes.

        Raises:
            StoppedError: it was cancelled, which is asked before each piece.

        """
        parser, data = tree_sitter.Parser(self.parser_language), source.data
        if len(data) <= _AT_ONCE:
            return (parser.parse(data) if old is None else parser.parse(data, old)), None
        whole, given, clock = memoryview(data), list[memoryview](), _Clock(len(data), cancelled)
        parsed = False

        def read(byte: int, point: object) -> bytes | memoryview:
            if parsed:
                return data[byte : byte + _WORD]
            given.append(whole[byte : clock.end_of_piece(byte)])
            return given[-1]

        try:
            made = parser.parse(read) if old is None else parser.parse(read, old)
        finally:
            parsed = True
            for piece in given:
                piece.release()
        if clock.cut is not None:
            cancellation.check(cancelled)
        return made, clock.cut

    def query(self, source: str, path: Path | None = None) -> SitterQuery:
        """Read a query; ValueError if it is wrong."""
        return SitterQuery(read_query(self.parser_language, source))


class _Clock:
    """Says how much of a text is given to a parser at once.

    That is nothing more once it has computed for too long, or was cancelled.

    Attributes:
        cut: the byte from which on nothing was given.

    """

    def __init__(self, size: int, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._last = thread_time()
        self._end = self._last + _PATIENCE + _PER_BYTE * size
        self._piece = _PIECE
        self._size = size
        self._given = 0
        self.cut: int | None = None

    def end_of_piece(self, byte: int) -> int:
        """Where the piece ends that is given at a byte; it may have been given before."""
        now = thread_time()
        if now - self._last > _SLOW:
            self._piece = _LITTLE
        self._last = now
        if self.cut is None and self._given < self._size and (now > self._end or self._cancelled()):
            self.cut = self._given
        end = min(byte + self._piece, self._size if self.cut is None else self.cut)
        self._given = max(self._given, end)
        return end


class SitterTree:
    """One text and the tree that tree-sitter made of it."""

    exact = False

    def __init__(
        self,
        binding: Binding,
        source: Source,
        tree: tree_sitter.Tree,
        cut: int | None = None,
        change: Change | None = None,
    ) -> None:
        self._binding = binding
        self._source = source
        self.tree = tree
        self.whole = cut is None
        self.change = change
        self.text = source.text
        self.size = len(source.data)
        self.root = tree.root_node
        # In a text of ASCII they are the same number, asked for by the ten thousand.
        self.byte_at = index if source.plain else source.byte_at
        self.offset_at = index if source.plain else source.offset_at

    def root_over(self, start: int, end: int) -> Node:
        """The root, with all its children."""
        return self.root

    @cached_property
    def members(self) -> TopLevel:
        """The top-level elements, from what the parse table tells of them."""
        return TopLevel(self._binding.lists, self._binding.elements, self.root)

    def edited(
        self, edits: Sequence[Edit], text: str, cancelled: Callable[[], bool] = lambda: False
    ) -> SitterTree:
        """The text after edits, `text` being the last."""
        if not self.whole:
            return self._binding.parse(text, cancelled)
        tree, source = self.tree.copy(), self._source
        change: Change | None = None
        for number, edit in enumerate(edits, 1):
            last = number == len(edits)
            after = Source(text if last else apply_edits(source.text, (edit,)))
            start, old_end = source.byte_at(edit.span.start), source.byte_at(edit.span.end)
            new_end = after.byte_at(edit.span.start + len(edit.text))
            tree.edit(
                start,
                old_end,
                new_end,
                source.point_at(start),
                source.point_at(old_end),
                after.point_at(new_end),
            )
            source = after
            ends = edit.span.end, edit.span.start + len(edit.text)
            edited = Change(edit.span.start, *ends)
            change = edited if change is None else change.then(edited)
        made, cut = self._binding.run(source, tree, cancelled)
        # Only where there are errors may something change far away; to look for that takes a while.
        if change is not None and (self.root.has_error or made.root_node.has_error):
            for found in tree.changed_ranges(made):
                start, end = source.offset_at(found.start_byte), source.offset_at(found.end_byte)
                change = change.then(Change(start, end, end))
        return SitterTree(self._binding, source, made, cut, change)

    def path(self, byte: int) -> Iterator[tree_sitter.Node]:
        """The root and, from each node on, its first child that ends after a byte."""
        yield self.root
        cursor = self.tree.walk()
        while cursor.goto_first_child_for_byte(byte) is not None and (node := cursor.node) is not None:
            yield node

    def troubled(self, node: Node) -> Iterator[tree_sitter.Node]:
        """The ERROR and MISSING nodes, an outer one before those in it."""
        assert isinstance(node, tree_sitter.Node)
        cursor = node.walk()
        while (found := cursor.node) is not None:
            if found.is_missing or found.is_error:
                yield found
            if found.has_error and cursor.goto_first_child():
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return

    def brackets(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Start byte and text of the brackets in a range of bytes that are nodes, or in one, in no order."""
        query = self._binding.bracket_query
        if query is None:
            return
        # From the root all that stands before the range would be passed, which takes longer than to read it.
        for top in self.members.touching(start, end):
            yield from self._signs_in(query, top, start, end)

    def _signs_in(
        self, query: tree_sitter.Query, top: Node, start: int, end: int
    ) -> Iterator[tuple[int, str]]:
        assert isinstance(top, tree_sitter.Node)
        for whole in undivided(top, start, end):
            cursor = tree_sitter.QueryCursor(query)
            cursor.set_byte_range(start, end)
            for node in cursor.captures(whole).get("bracket", []):
                yield from ((place, sign) for place, sign in self.signs(node) if start <= place < end)

    def signs(self, node: Node) -> Iterable[tuple[int, str]]:
        """Start byte and text of the brackets that a leaf is, or holds; none of one that is put in."""
        signs = self._binding.signs.get((node.type, node.is_named))
        return () if signs is None or node.is_missing else self._placed(signs, node)

    def _placed(self, signs: Signs, node: Node) -> Iterator[tuple[int, str]]:
        text = self._source.data[node.start_byte : node.end_byte].decode()
        for place, sign in signs.within(text):
            yield node.start_byte + len(text[:place].encode()), sign
