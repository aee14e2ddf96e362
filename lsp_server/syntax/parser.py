"""What a parser offers to this room, be it tree-sitter's or the one that reads a Lark grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from lsp_server.syntax.nodes import Node
from lsp_server.text import Edit, Span


class Member(NamedTuple):
    """A top-level element, or where `stray`, text that is part of none; `node` holds all that is in it."""

    start: int
    end: int
    broken: bool
    stray: bool
    node: Node


class Members(Protocol):
    """The members of one tree, found without visiting all of them where that is not asked for."""

    @property
    def above(self) -> Sequence[Node]:
        """The nodes that hold them all, the root first, where that is no ERROR."""

    def all(self) -> Iterator[Member]:
        """Every member, in order."""

    def before(self, byte: int) -> Iterator[Member]:
        """The members that begin before a byte, the last one first."""

    def since(self, byte: int) -> Iterator[Member]:
        """The members that begin at or after a byte, in order."""

    def touching(
        self, start: int, end: int, passed: Callable[[int, int], bool] = lambda start, end: False
    ) -> Iterator[Node]:
        """The nodes at the top, members or not, that touch a range of bytes.

        A query that is run on them one by one need not look at all that is before. Stretches of
        whole sound nodes may be left out where `passed` is true of their start and end.
        """


class Query(Protocol):
    """A query that a parser's nodes can be asked."""

    @property
    def rooted(self) -> bool:
        """Whether each pattern is one node with what is in it; else some are of several beside each other."""

    def matches(
        self, root: Node, text: str, start: int, end: int
    ) -> Iterator[tuple[int, Sequence[tuple[str, Node]]]]:
        """The matches in a node of a text that touch a range of bytes.

        Each is the number of the pattern, and its captures in order of place.
        """

    def captures(self, root: Node, text: str, start: int, end: int) -> Iterator[tuple[int, str, int, int]]:
        """The captures of these matches, in no order: pattern, name, and two bytes."""

    def matches_at(self, node: Node, text: str) -> Iterator[tuple[int, Sequence[tuple[str, Node]]]]:
        """The matches that begin with a node itself, however long that is, in a query that is `rooted`."""

    def settings(self, pattern: int) -> Mapping[str, str | None]:
        """What `#set!` says in a pattern."""


class Change(NamedTuple):
    """All that differs between two versions of a text and their trees, in characters.

    Nothing does before `start`, nor from `old_end` on, which is `new_end` in the later version.
    """

    start: int
    old_end: int
    new_end: int

    def then(self, later: Change) -> Change:
        """Both changes, this one before a later one."""
        return Change(
            min(self.start, later.start),
            self.old_end + max(later.old_end - self.new_end, 0),
            later.new_end + max(self.new_end - later.old_end, 0),
        )


def stretch_of(edits: Iterable[Edit], size: int) -> Span:
    """Where edits, applied one after the other to a text of so many characters, left not all as it was."""
    old = before = after = size
    for edit in edits:
        before = min(before, edit.span.start)
        after = min(after, size - edit.span.end)
        size += len(edit.text) - (edit.span.end - edit.span.start)
    return Span(before, max(before, old - after))


class Parsed(Protocol):
    """One text and the tree of it, which never change. Places are bytes, or what it has instead."""

    @property
    def text(self) -> str:
        """The text that was parsed."""

    @property
    def size(self) -> int:
        """The place of its end."""

    @property
    def whole(self) -> bool:
        """Whether all of the text was parsed; else that took too long, and its end is in no node."""

    @property
    def exact(self) -> bool:
        """Whether it is the same if it was made from an earlier one, also where there are errors in it."""

    @property
    def change(self) -> Change | None:
        """What differs from the tree that it was made from, if that is known."""

    @property
    def root(self) -> Node:
        """The root of the tree."""

    def root_over(self, start: int, end: int) -> Node:
        """The root, which may lack children that touch no range of bytes from a start to an end."""

    @property
    def members(self) -> Members:
        """The top-level elements."""

    def byte_at(self, offset: int) -> int:
        """The place of the character of an offset."""

    def offset_at(self, byte: int) -> int:
        """The offset of the character that begins at a place, or holds it."""

    def edited(
        self, edits: Sequence[Edit], text: str, cancelled: Callable[[], bool] = lambda: False
    ) -> Parsed:
        """The text after edits, `text` being the last; what they do not touch is not parsed again.

        Raises:
            StoppedError: it was cancelled, which is asked on the way.

        """

    def path(self, byte: int) -> Iterator[Node]:
        """The root and, from each node on, its first child that ends after a place."""

    def troubled(self, node: Node) -> Iterator[Node]:
        """The ERROR and MISSING nodes, an outer one before those in it."""

    def brackets(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Place and text of the brackets in a range that are nodes, or in one, in no order."""

    def signs(self, node: Node) -> Iterable[tuple[int, str]]:
        """Place and text of the brackets that a leaf is, or holds; none of one that the parser put in."""


class Parser(Protocol):
    """A parser, ready for any text."""

    @property
    def name(self) -> str:
        """What makes the trees, in words that fit after "trees by"."""

    def parse(self, text: str) -> Parsed:
        """Parse a text, whatever is in it."""

    def query(self, source: str, path: Path | None = None) -> Query:
        """Read a query; `path` is its file, for errors.

        Raises:
            ValueError: it is wrong; the message tells the row, from 0, as tree-sitter's do.

        """
