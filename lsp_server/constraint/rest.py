"""How what follows a cursor was read to the end of a document, so that a long rest is read once.

A parser that comes to a lexeme with the stack with which all was read from there to the end of a valid text
comes to the end again. Texts are compared from their ends: what was read before an edit counts after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.table import Stack

_LEAST = 5_000
"""A rest that has no more characters than this is read again."""

_MOST = 4
_EACH = 16
"""Of so many texts the stack before each so-manieth lexeme is kept."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A text, and stacks with which it was read to its end, by how many characters were left."""

    text: str = field(repr=False)
    stacks: Mapping[int, Stack] = field(repr=False)


class Rest:
    """What follows a cursor, and what is known of how it can be read to its end."""

    def __init__(self, grammar: Grammar, text: str) -> None:
        self._text = text
        self._reads = _reads(grammar)
        self._back = max(1, grammar.looks_back)
        # What the end of a line stands for depends on the whole line, and a short rest is soon read.
        self._usable = len(text) > _LEAST and grammar.blocks is None
        shared = ((_common_end(read.text, text), read) for read in (*self._reads,) if self._usable)
        self._common, self._read = max(shared, key=lambda found: found[0], default=(0, _Read("", {})))
        self._met: dict[int, Stack] = {}
        self._passed = 0

    def begin(self) -> None:
        """Begin to read it."""
        self._met, self._passed = {}, 0

    def ends_well(self, place: int, stack: Stack) -> bool:
        """Whether it is known that all can be read from a lexeme of it on, before which the stack is this."""
        if not self._usable or place < self._back:
            return False
        left = len(self._text) - place
        known = self._read.stacks.get(left) if left + self._back <= self._common else None
        if known is not None and known.same_as(stack):
            return True
        self._passed += 1
        if not self._passed % _EACH:
            self._met[left] = stack
        return False

    def ended_well(self) -> None:
        """Note that it was read since `begin` to its end, or to where that is known."""
        if not self._met:
            return
        most, stacks = self._common - self._back, self._read.stacks
        known = {left: stack for left, stack in stacks.items() if left <= most}
        read = _Read(self._text, {**known, **self._met})
        self._reads.append(read)
        self._common, self._read = len(self._text), read


@lru_cache(maxsize=64)
def _reads(grammar: Grammar) -> deque[_Read]:
    """The texts that were read last."""
    return deque(maxlen=_MOST)


def forget_rests(grammar: Grammar) -> None:
    """Forget what was read: that costs time to find out anew, and makes no other difference."""
    _reads(grammar).clear()


def _common_end(one: str, other: str) -> int:
    """With how many characters both texts end."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one.endswith(other[len(other) - middle :]):
            least = middle
        else:
            most = middle - 1
    return least
