"""What this room asks of a node of a tree, whether tree-sitter made it or we did, from a Lark grammar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lsp_server.text import Span


class Node(Protocol):
    """A node as tree-sitter has it; its places count bytes."""

    @property
    def type(self) -> str:
        """Its kind; of a node without a name, the text itself."""

    @property
    def is_named(self) -> bool:
        """Whether it is of a rule or a terminal with a name."""

    @property
    def is_missing(self) -> bool:
        """Whether the parser put it in."""

    @property
    def is_error(self) -> bool:
        """Whether it is of text that the parser could not use."""

    @property
    def is_extra(self) -> bool:
        """Whether it may stand anywhere, as a comment may, or is an error."""

    @property
    def has_error(self) -> bool:
        """Whether it is, or holds, an error or what is missing."""

    @property
    def start_byte(self) -> int:
        """Where it begins."""

    @property
    def end_byte(self) -> int:
        """Where it ends."""

    @property
    def child_count(self) -> int:
        """The number of its children."""

    @property
    def children(self) -> Sequence[Node]:
        """Its children, in order."""

    @property
    def named_children(self) -> Sequence[Node]:
        """Those of them that are named."""

    def descendant_for_byte_range(self, start_byte: int, end_byte: int, /) -> Node | None:
        """The smallest node in it that spans a range."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A node as one line of a listing: how deep it is, its kind, and the text that it spans."""

    depth: int
    kind: str
    span: Span
    named: bool
    wrong: bool
