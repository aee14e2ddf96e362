"""A graph-structured stack: many stacks of the parser at once, which share what they have in common.

After Tomita, Efficient Parsing for Natural Language, 1985. Below what is known of a stack there may be any of
those that a regular set describes (Büchi, Regular Canonical Systems, 1964).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lsp_server.lalr.table import Stack


class Node:
    """A state on top of some stacks: of those of other nodes, and of all that have `typed` states on top.

    What is `below` keeps the order in which it was found: of readings that are as good the first is taken,
    and it must be the same one each time.
    """

    __slots__ = ("below", "state", "tag", "typed")

    def __init__(self, state: int, tag: str | None, below: Iterable[Node] = (), typed: int = 0) -> None:
        self.state = state
        self.tag = tag
        self.below: Nodes = dict.fromkeys(below)
        self.typed = typed

    def merge(self, below: Iterable[Node], typed: int) -> bool:
        """Put the state on top of more stacks; whether there are any new ones."""
        size = len(self.below)
        self.below.update(dict.fromkeys(below))
        new = typed & ~self.typed
        self.typed |= typed
        return bool(new) or len(self.below) > size

    def holds(self, stack: Stack) -> bool:
        """Whether one of the stacks is known to hold the same states as a stack, down to the bottom."""
        level, down = {self}, stack.below
        while down is not None:
            state, tag = down.state, down.tag
            level = {node for one in level for node in one.below if (node.state, node.tag) == (state, tag)}
            down = down.below
        return any(not node.below and not node.typed for node in level)


Nodes = dict[Node, None]
"""A set in the order in which its members were found."""

Tops = Mapping[tuple[int, str | None], Node]
"""What is on top of the stacks at one place of a text, by state and tag."""

Merged = dict[tuple[int, str | None], Node]


def merge(found: Merged, others: Tops) -> None:
    """Put more stacks beside some."""
    for key, node in others.items():
        if key in found:
            found[key].merge(node.below, node.typed)
        else:
            found[key] = Node(*key, node.below, node.typed)


def held(tops: Tops, stack: Stack) -> bool:
    """Whether a stack is known to be among some."""
    top = tops.get((stack.state, stack.tag))
    return top is not None and top.holds(stack)


@dataclass(frozen=True, slots=True)
class Step:
    """The stacks before what stands at an offset; with them those of which only the top is known.

    Those are `typed` states, each set of them with a tag.
    """

    offset: int
    tops: Tops = field(repr=False)
    typed: tuple[tuple[int, str | None], ...] = field(default=(), repr=False)
