"""What was read of a text from some place on: lexemes, the stacks between them, and what decided them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from lsp_server.constraint.trail import Trail
from lsp_server.lalr.lexing import Lexeme
from lsp_server.lalr.table import Stack
from lsp_server.text import Span


@dataclass(frozen=True, slots=True)
class Run:
    """Lexemes from an anchor on. `stacks[i]` is the stack before `lexemes[i]`; there is one more.

    `reach[i]` bounds the text that decided the lexemes up to number i: it is the offset just beyond.
    Where the anchor is inside an element, `like` is the line with the same stack; that this is so may be only
    `likely`.
    """

    anchor: int
    lexemes: Trail[Lexeme]
    stacks: Trail[Stack]
    reach: Trail[int]
    like: int | None = None
    likely: bool = False

    @property
    def end(self) -> int:
        """Where the last lexeme ends."""
        return self.lexemes[-1].end if self.lexemes else self.anchor

    def first(self, count: int) -> Run:
        """The part of it up to lexeme number `count`, and the stack there."""
        lexemes, stacks = self.lexemes.first(count), self.stacks.first(count + 1)
        reach = self.reach.first(count)
        return replace(self, lexemes=lexemes, stacks=stacks, reach=reach)

    def outlasts(self, edited: Span) -> bool:
        """Whether it begins where it did, on the same stack, after an edit of a span."""
        return edited.end > self.anchor and (self.like is None or edited.start > self.anchor)

    def cut(self, offset: int) -> Run:
        """The part of it that does not depend on what stands from an offset on."""
        return self.first(bisect_right(self.reach, offset))


def begun_at(anchor: int, stack: Stack) -> Run:
    """What is read from an anchor on, on a stack: nothing yet."""
    return Run(anchor, Trail(), Trail((stack,)), Trail())
