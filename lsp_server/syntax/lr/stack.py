"""The parser's stack with what was made of each symbol; it never changes, so that any may be gone back to."""

from __future__ import annotations

from lsp_server.lalr import Stack
from lsp_server.lalr.lines import Lines
from lsp_server.syntax.lr.nodes import Green


class Run:
    """Nodes of which no rule has made one yet, as a tree of parts; Lark keeps `count` of them."""

    __slots__ = ("count", "parts")

    def __init__(self, parts: tuple[Green | Run, ...], count: int) -> None:
        self.parts = parts
        self.count = count


NOTHING = Run((), 0)


class Entry(Stack):
    """A stack with what was made of each symbol, and the comments and errors that stand before it."""

    __slots__ = ("extras", "value")

    def __init__(
        self,
        state: int,
        below: Entry | None,
        tag: str | None,
        value: Green | Run,
        extras: tuple[Green, ...],
        lines: Lines | None,
    ) -> None:
        self.state = state
        self.below: Entry | None = below
        self.depth = 0 if below is None else below.depth + 1
        self.tag = tag
        self.lines = lines
        self.value = value
        self.extras = extras

    def parts_above(self, depth: int) -> tuple[Green, ...]:
        """The nodes made of all symbols above a depth, and what stands between them."""
        parts: list[Green | Run] = []
        entry: Entry | None = self
        while entry is not None and entry.depth > depth:
            parts += [entry.value, *entry.extras[::-1]]
            entry = entry.below
        return flat(Run(tuple(parts[::-1]), 0))


def flat(value: Green | Run) -> tuple[Green, ...]:
    """The nodes of which a value consists."""
    if isinstance(value, Green):
        return (value,)
    found: list[Green] = []
    pending = [*value.parts[::-1]]
    while pending:
        part = pending.pop()
        if isinstance(part, Green):
            found.append(part)
        else:
            pending.extend(part.parts[::-1])
    return tuple(found)
